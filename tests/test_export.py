"""What was exported imports into an empty site to give the same public pages."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from analyses.editions import Edition
from analyses.models import Analysis, Authorship, Pick, Recommendation
from experts.models import Expert
from taxonomy.models import Tag
from tests.factories import make_analysis, make_expert, make_format, make_image, make_region, make_topic, picture_file
from thinktank.models import Image, Page, Permalink

pytestmark = pytest.mark.django_db

TABLES = """taxonomy_format, taxonomy_topic, taxonomy_region, taxonomy_tag, experts_expert, thinktank_image,
    thinktank_page, thinktank_permalink, analyses_analysis, analyses_tally"""


def empty_the_site():
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {TABLES} CASCADE; SET CONSTRAINTS ALL DEFERRED")


def export(path):
    out = StringIO()
    call_command("export_archive", str(path), stderr=out)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def import_(path):
    out, errors = StringIO(), StringIO()
    call_command("import_archive", str(path), stdout=out, stderr=errors)
    return out.getvalue()


def public_addresses(client):
    """Every address in the sitemap of every language, and those that only links lead to."""
    found = {"/search?q=water", "/ar/search?q=%D8%A7%D9%84%D9%85%D9%8A%D8%A7%D9%87", "/feed", "/ar/feed"}
    for section in re.findall("<loc>[^<]*(/sitemap-[^<]*)</loc>", client.get("/sitemap.xml").content.decode()):
        found |= set(re.findall("<loc>https?://[^/<]*(/[^<]*)</loc>", client.get(section).content.decode()))
    for tag in Tag.objects.all():
        found |= {f"/tags/{tag.slug}", f"/ar/tags/{tag.slug}"}
    prefixes = {"en": "", "ar": "/ar"}
    roots = {"policy-analysis": "/policy-analysis", "experts": "/experts", "page": ""}
    for link in Permalink.objects.all():
        found.add(f"{prefixes[link.language]}{roots[link.namespace]}/{link.slug}")
    for edition in Edition.objects.exclude(live_until=F("live_from")):
        found.add(f"{prefixes[edition.language]}/policy-analysis/{edition.slug}/v/{edition.number}")
    return sorted(found)


def walk(client):
    """`{address: (status, where it leads, what it shows)}`; pictures are named by their content."""
    pages = {}
    for address in public_addresses(client):
        response = client.get(address)
        body = re.sub(r"/media/[0-9a-f]{24}-", "/media/picture-", response.content.decode())
        body = re.sub(r"<updated>[^<]*</updated></feed>", "</feed>", body)  # of an empty feed: the moment of reading
        pages[address] = response.status_code, response.get("Location"), body
    return pages


@pytest.fixture
def institute():
    """A site in which everything that the format can say is said once."""
    brief, report = make_format(), make_format("In-Depth Report", "تقرير معمق", is_featured=True, order=1)
    water = make_topic(summary_en="<p>On <strong>water</strong>.</p>", is_featured=True)
    gulf = make_region("Gulf", "الخليج")
    iraq = make_region("Iraq", "العراق", iso="IQ", order=3)
    iraq.parent = make_region("Middle East", "الشرق الأوسط", order=9)
    iraq.save()
    photo = make_image("A woman at a desk", "امرأة إلى مكتب", picture_file("rana.jpg", (700, 700), "olive"), focal_x=30)
    rana = make_expert(photo=photo, status="adjunct", email="rana@example.org", links=["https://example.org/rana"],
        spoken_languages=["ar", "fr"], bio_en="<p>Hydrologist.</p>", short_bio_ar="باحثة.")  # fmt: skip
    rana.topics.set([water])
    guest = make_expert("Émile Haddad", "", role_en="Guest", role_ar="", status="guest", affiliation_en="Cedar College")
    Page.objects.create(title_en="About", title_ar="من نحن", body_en="<p>We read rivers.</p>", body_ar="<p>نحن.</p>")
    river = make_image(file=picture_file(size=(1200, 900)), credit="M. Aziz", focal_x=20, focal_y=80)
    chart = make_image("", "", picture_file("chart.png", (500, 400), "white", "PNG"))
    figure = f'<figure><img src="/x" alt="A chart" data-image="{chart.pk}"><figcaption>One.</figcaption></figure>'

    first = make_analysis(
        "The River Is Low", "النهر منخفض", authors=[rana, guest], topics=[water], regions=[iraq], tags=["NATO", "dams"],
        body_en=f'<h2>Depth</h2><p>Ten metres.<sup class="footnote">Measured.</sup></p>{figure}',
        body_ar="<p>المياه عشرة أمتار.</p>", format=report, image=river,
    )  # fmt: skip
    tag = Tag.objects.get(name="NATO")
    tag.label_en, tag.label_ar = "Atlantic alliance", "حلف الناتو"
    tag.save()
    Authorship.objects.filter(analysis=first, expert=guest).update(note_en="Emile Haddad writes elsewhere.")
    first.publish("en", at=timezone.now() - timedelta(days=900))
    first.publish("ar", at=timezone.now() - timedelta(days=800))
    first.slug_en, first.body_en = "river-two-metres", first.body_en.replace("Ten", "Two")
    first.save()
    first.publish("en", at=timezone.now() - timedelta(days=30), kind="correction", note="The depth was wrong.")
    first.body_en = "<p>CANARY of the working copy.</p>"
    first.save()
    Expert.objects.filter(pk=rana.pk).update(role_en="Director")

    second = make_analysis(
        "Dams", body_en='<p>As <a href="/policy-analysis/river-low">we said</a> of water.</p>', publish=["en"],
        regions=[gulf], format=brief,
    )  # fmt: skip
    make_analysis("A Draft", "مسودة")
    make_analysis("Tomorrow").publish("en", at=timezone.now() + timedelta(days=1))
    make_analysis("Gone", publish=["en"]).withdraw("en", "Published in error")
    make_analysis("", "نص عربي وحده", publish=["ar"], original_language="ar", authors=[guest])
    cancelled = make_analysis("Early")
    cancelled.publish("en", at=timezone.now() + timedelta(days=9))
    cancelled.publish("en", at=timezone.now() - timedelta(days=2))
    Recommendation.objects.create(analysis=second, recommended=first)
    Pick.objects.create(analysis=second)
    Pick.objects.create(analysis=first, topic=water)
    Pick.objects.create(analysis=first, tag=tag)
    water.slug_en = "rivers"
    water.save()


def test_an_export_imported_into_an_empty_site_gives_the_same_public_pages(institute, client, tmp_path):
    before = walk(client)
    records = export(tmp_path / "institute.jsonl")
    empty_the_site()
    report = import_(tmp_path / "institute.jsonl")
    assert "not imported: 0" in report and "removed from texts: 0" in report
    after = walk(client)
    assert len(before) > 40
    assert sorted(after) == sorted(before)
    assert [address for address in before if before[address] != after[address]] == []
    assert export(tmp_path / "again.jsonl") == records


def test_the_working_copy_is_exported_beside_the_text_that_is_public(institute, tmp_path):
    texts = {r["id"]: r["texts"] for r in export(tmp_path / "a.jsonl") if r["type"] == "analysis"}
    river = next(t["en"] for t in texts.values() if t.get("en", {}).get("slug") == "river-two-metres")
    assert "Two metres" in river["body"] and "CANARY" not in river["body"]
    assert river["draft"] == {"body": "<p>CANARY of the working copy.</p>"}
    assert river["edition"]["number"] == 2 and river["edition"]["note"] == "The depth was wrong."
    assert [e["slug"] for e in river["earlier"]] == ["river-low"] and "Ten metres" in river["earlier"][0]["body"]


def test_a_scheduled_text_keeps_its_moment_and_a_withdrawn_one_its_reason(institute, tmp_path):
    records = [r for r in export(tmp_path / "a.jsonl") if r["type"] == "analysis"]
    by_title = {t["title"]: t for r in records for t in r["texts"].values()}
    assert by_title["Tomorrow"]["published_at"] > timezone.now().isoformat()
    assert by_title["Gone"]["withdrawn"]["reason"] == "Published in error"
    assert "published_at" not in by_title["A Draft"]


def test_the_role_of_the_day_is_exported_and_not_the_role_of_today(institute, tmp_path):
    river = next(r for r in export(tmp_path / "a.jsonl") if r.get("tags"))
    assert river["authors"][0]["role"] == {"en": "Fellow", "ar": "زميلة"}


def test_an_earlier_edition_keeps_its_own_byline_format_and_picture(client, tmp_path):
    rana, guest = make_expert(), make_expert("Emile Haddad", "")
    analysis = make_analysis("Wells", authors=[rana], image=make_image())
    analysis.publish("en", at=timezone.now() - timedelta(days=9))
    Authorship.objects.create(analysis=analysis, expert=guest, order=1)
    analysis.image, analysis.format = None, make_format("Report", "")
    analysis.save()
    analysis.publish("en")
    Expert.objects.filter(pk=rana.pk).update(name_en="Rana Darwazeh-Klein")
    before = walk(client)
    records = export(tmp_path / "a.jsonl")
    empty_the_site()
    import_(tmp_path / "a.jsonl")
    assert walk(client) == before
    assert [len(e.byline) for e in Edition.objects.order_by("number")] == [1, 2]
    assert [bool(e.image) for e in Edition.objects.order_by("number")] == [True, False]
    assert export(tmp_path / "again.jsonl") == records


def test_references_are_by_id_and_a_made_id_never_meets_a_given_one(tmp_path):
    topic = make_topic()
    make_topic("Energy", "الطاقة", source_id=f"topic-{topic.pk}")
    make_analysis("Wells", topics=[topic], publish=["en"])
    records = export(tmp_path / "a.jsonl")
    identifiers = [r["id"] for r in records if r["type"] == "topic"]
    assert len(set(identifiers)) == 2 and identifiers[1] == f"topic-{topic.pk}"
    assert next(r for r in records if r["type"] == "analysis")["topics"] == identifiers[:1]


def test_regions_come_after_what_they_are_part_of(tmp_path):
    iraq = make_region()
    gulf = make_region("Gulf", "الخليج", order=5)
    iraq.parent = gulf
    iraq.save()
    assert [r["name"]["en"] for r in export(tmp_path / "a.jsonl")] == ["Gulf", "Iraq"]


def test_pictures_are_copied_beside_the_file_and_named_after_their_text(tmp_path):
    image = make_image()
    body = f'<p>Sand.</p><img src="/x" alt="Sand" data-image="{image.pk}">'
    make_analysis("Wells", body_en=body, image=image, publish=["en"], source_id="a42")
    record = export(tmp_path / "a.jsonl")[-1]
    assert record["image"] == "images/a42.jpg" and record["image_alt"]["en"] == "A dry riverbed"
    assert record["texts"]["en"]["body"] == '<p>Sand.</p><img src="images/a42.jpg" alt="Sand">'
    assert (tmp_path / "images/a42.jpg").read_bytes() == image.file.open().read()


def test_an_id_cannot_choose_where_its_picture_is_written(tmp_path):
    (tmp_path / "in").mkdir()
    make_analysis("Wells", image=make_image(), source_id="../../out")
    assert export(tmp_path / "in/a.jsonl")[-1]["image"] == "images/image.jpg"
    assert (tmp_path / "in/images/image.jpg").is_file()


def test_a_picture_whose_file_is_gone_is_reported_and_the_text_exported(tmp_path):
    image = make_image()
    make_analysis("Wells", image=image)
    image.file.storage.delete(image.file.name)
    errors = StringIO()
    with pytest.raises(SystemExit):
        call_command("export_archive", str(tmp_path / "a.jsonl"), stderr=errors)
    assert "is gone" in errors.getvalue()
    assert "image" not in json.loads((tmp_path / "a.jsonl").read_text().splitlines()[-1])


def test_a_hyphen_exports_to_standard_output_without_pictures(capfdbinary, tmp_path):
    make_analysis("آبار", image=make_image(), publish=["en"])
    errors = StringIO()
    call_command("export_archive", "-", stderr=errors)
    record = json.loads(capfdbinary.readouterr().out.decode().splitlines()[-1])
    assert record["texts"]["en"]["title"] == "آبار" and "image" not in record
    assert "left out in 1" in errors.getvalue()


def test_an_export_that_fails_leaves_the_last_one_in_place(tmp_path, monkeypatch):
    make_analysis("Wells")
    before = export(tmp_path / "a.jsonl")
    monkeypatch.setattr("analyses.archive.writing.Writer._picks", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(tmp_path / "a.jsonl")
    assert [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()] == before
    assert [path.name for path in tmp_path.glob("a*")] == ["a.jsonl"]


def test_an_export_does_not_read_more_at_once_when_there_is_more(tmp_path, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("analyses.archive.writing.CHUNK", 2)
    for number in range(5):
        make_analysis(f"Well {number}", publish=["en"], authors=[make_expert(f"Person {number}", "")])
    with django_assert_max_num_queries(60):
        records = export(tmp_path / "a.jsonl")
    assert [r["texts"]["en"]["title"] for r in records if r["type"] == "analysis"] == [f"Well {n}" for n in range(5)]
    assert Analysis.objects.count() == 5 and Image.objects.count() == 0


def test_a_film_of_another_site_comes_back_and_one_of_any_other_host_does_not(tmp_path):
    film = '<figure data-embed="https://vimeo.com/123456789"><figcaption>The river in May</figcaption></figure>'
    make_analysis("The River Is Low", body_en=f"<p>Words.</p>{film}", publish=["en"])
    lines = export(tmp_path / "archive.jsonl")
    text = (tmp_path / "archive.jsonl").read_text(encoding="utf-8")
    assert film in next(line for line in lines if line["type"] == "analysis")["texts"]["en"]["body"]
    empty_the_site()
    import_(tmp_path / "archive.jsonl")
    assert Analysis.objects.get().body_en == f"<p>Words.</p>{film}"
    assert 'href="https://vimeo.com/123456789"' in Edition.objects.get().body
    empty_the_site()
    (tmp_path / "archive.jsonl").write_text(text.replace("https://vimeo.com/", "https://vimeo.com.evil.example/"))
    assert "removed from texts: 0" not in import_(tmp_path / "archive.jsonl")
    assert Analysis.objects.get().body_en == "<p>Words.</p><figure><figcaption>The river in May</figcaption></figure>"
