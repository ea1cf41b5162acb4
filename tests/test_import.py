"""Importing an archive: what goes in, what stays out and why, and that nothing goes in twice."""

import io
import json
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analyses.editions import Edition
from analyses.models import Analysis, Pick, Recommendation
from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from tests.factories import make_analysis, make_expert, make_topic, picture_file
from thinktank.html import clean
from thinktank.images import private_storage
from thinktank.models import Image, Permalink

pytestmark = pytest.mark.django_db

LONG_AGO = "2021-03-05T14:00:00Z"


def text(title="The River Is Low", **fields):
    return {"title": title, "summary": "On water.", "body": "<p>Words.</p>", "published_at": LONG_AGO} | fields


def analysis(identifier="a1", en=None, **fields):
    return {"type": "analysis", "id": identifier, "texts": {"en": en or text()}} | fields


INSTITUTE = [
    {"type": "format", "id": "brief", "slug": {"en": "brief"}, "name": {"en": "Brief Analysis", "ar": "تحليل موجز"}},
    {"type": "topic", "id": "water", "name": {"en": "Water", "ar": "المياه"}, "summary": {"en": "<p>On it.</p>"}},
    {"type": "region", "id": "gulf", "name": {"en": "Gulf", "ar": "الخليج"}},
    {"type": "region", "id": "iraq", "parent": "gulf", "iso": "iq", "name": {"en": "Iraq", "ar": "العراق"}},
    {"type": "tag", "id": "dams", "name": {"en": "dams", "ar": "السدود"}},
    {"type": "expert", "id": "e1", "name": {"en": "Rana Darwazeh", "ar": "رنا دروزة"}, "role": {"en": "Fellow"},
     "status": "active", "topics": ["water"], "regions": ["iraq"], "photo": "images/river.jpg",
     "links": ["https://example.org/"], "email": "rana@example.org"},
    {"type": "page", "id": "about", "title": {"en": "About"}, "body": {"en": "<p>We read rivers.</p>"}},
    {"type": "analysis", "id": "a1", "format": "brief", "image": "images/river.jpg", "image_alt": {"en": "A river"},
     "authors": [{"expert": "e1", "role": {"en": "Visiting Fellow"}, "note": {"en": "She writes."}}],
     "topics": ["water"], "regions": ["iraq"], "tags": ["dams", "NATO"], "recommended": ["a2"],
     "texts": {"en": text(slug="river-low"), "ar": text("النهر منخفض", slug="alnhr")}},
    {"type": "analysis", "id": "a2", "format": "brief", "texts": {"en": text("Dams", slug="dams-of-iraq")}},
    {"type": "picks", "id": "home", "place": {}, "analyses": ["a2"]},
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_masters(monkeypatch, own_media):
    """The field's storage was made when the settings were read, before the test had a folder of its own."""
    monkeypatch.setattr(Image._meta.get_field("file"), "storage", private_storage())


@pytest.fixture
def run(tmp_path):
    """Import records (or raw lines) and say what was printed and how it ended."""
    (tmp_path / "images").mkdir()
    (tmp_path / "images/river.jpg").write_bytes(picture_file().read())

    def run(records, *options):
        lines = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in records]
        path = tmp_path / "archive.jsonl"
        path.write_bytes(b"\n".join(lines))
        out, err = StringIO(), StringIO()
        try:
            call_command("import_archive", str(path), *options, stdout=out, stderr=err)
            status = 0
        except SystemExit as end:
            status = end.code
        return SimpleNamespace(status=status, out=out.getvalue(), err=err.getvalue())

    return run


def every_row():
    """What every table of ours holds, as text, but the audit, which has a row of every try."""
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names(cursor) if t.split("_")[0] in APPS and t != AUDIT]
        return {table: _rows(cursor, table) for table in tables}


AUDIT = "thinktank_auditentry"
APPS = ("analyses", "experts", "taxonomy", "thinktank")


def _rows(cursor, table):
    cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
    return cursor.fetchall()


def files(settings):
    return sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())


def test_every_kind_of_record_goes_in(run, client):
    result = run(INSTITUTE)
    assert (result.status, result.err) == (0, "")
    assert "1 format, 1 topic, 2 region, 1 tag, 1 expert, 1 page, 2 analysis, 1 picks" in result.out
    page = client.get("/policy-analysis/river-low").content.decode()
    assert "Visiting Fellow" in page and "She writes." in page and "/policy-analysis/water" in page
    assert "/ar/policy-analysis/alnhr" in page
    assert client.get("/ar/policy-analysis/alnhr").status_code == 200
    assert client.get("/about").status_code == 200
    assert Region.objects.get(iso="IQ").parent.source_id == "gulf"
    assert Recommendation.objects.get().recommended.source_id == "a2"
    assert Pick.objects.get().analysis.source_id == "a2"


def test_a_second_run_changes_nothing(run, settings):
    run(INSTITUTE)
    rows, kept = every_row(), files(settings)
    result = run(INSTITUTE)
    assert result.status == 0 and "already there: " in result.out and "imported: " not in result.out.split("\n")[0]
    assert every_row() == rows
    assert files(settings) == kept


BAD = {
    "bad JSON": (b'{"type": "topic", ', "not JSON"),
    "not UTF-8": (b'{"type": "topic", "id": "\xff"}', "not UTF-8"),
    "not a number": (b'{"type": "topic", "id": "t", "order": NaN}', "not JSON"),
    "deep nesting": (b'{"type": "topic", "id": ' + b"[" * 100_000, "not JSON"),
    "a list": ([1, 2], "not a JSON object"),
    "an unknown type": ({"type": "event", "id": "x"}, "unknown type 'event'"),
    "a type that is a list": ({"type": ["topic"], "id": "x"}, "type"),
    "no id": ({"type": "topic", "name": {"en": "X"}}, "no id"),
    "a NUL": (analysis("x", text("NUL \x00")), "NUL"),
    "half a character": (b'{"type": "topic", "id": "t", "name": {"en": "\\ud800"}}', "half a character"),
    "no name": ({"type": "topic", "id": "t"}, "name in one language"),
    "a name that is a list": ({"type": "topic", "id": "t", "name": ["Water"]}, "name: an object expected"),
    "a long name": ({"type": "topic", "id": "t", "name": {"en": "x" * 121}}, "121 characters"),
    "an unknown language": ({"type": "topic", "id": "t", "name": {"tlh": "bIQ"}}, "unknown language 'tlh'"),
    "an unknown parent": ({"type": "region", "id": "r", "parent": "atlantis", "name": {"en": "R"}}, "atlantis"),
    "a bad country code": ({"type": "region", "id": "r", "iso": "1!", "name": {"en": "R"}}, "database refuses"),
    "an order that is text": ({"type": "topic", "id": "t", "name": {"en": "T"}, "order": "first"}, "whole number"),
    "an unknown status": ({"type": "expert", "id": "e", "name": {"en": "E"}, "status": "king"}, "unknown status"),
    "a bad link": ({"type": "expert", "id": "e", "name": {"en": "E"}, "links": ["javascript:x"]}, "links"),
    "a bad e-mail address": ({"type": "expert", "id": "e", "name": {"en": "E"}, "email": "a b"}, "email"),
    "a reserved slug": ({"type": "topic", "id": "t", "name": {"en": "T"}, "slug": {"en": "search"}}, "site itself"),
    "a slug of another topic": ({"type": "topic", "id": "t", "name": {"en": "T"}, "slug": {"en": "oil"}}, "oil"),
    "a place of two kinds": ({"type": "picks", "id": "p", "place": {"a": 1, "b": 2}, "analyses": []}, "place"),
    "a pick of nothing": ({"type": "picks", "id": "p", "analyses": ["nowhere"]}, "no analysis “nowhere”"),
    "an unknown format": (analysis("x", format="sonnet"), "no format “sonnet”"),
    "an unknown topic": (analysis("x", topics=["alchemy"]), "no topic “alchemy”"),
    "an unknown author": (analysis("x", authors=[{"expert": "nobody"}]), "no expert “nobody”"),
    "authors that are texts": (analysis("x", authors=["e1"]), "authors: a list of objects"),
    "topics that are an object": (analysis("x", topics={"a": 1}), "topics: a list of texts"),
    "no texts": (analysis("x", texts={}), "texts"),
    "texts that are a list": (analysis("x", texts=["en"]), "texts"),
    "texts in no language of ours": (analysis("x", texts={"fr": text()}), "unknown language 'fr'"),
    "a text that is a text": (analysis("x", texts={"en": "Words"}), "an object expected"),
    "a title that is a list": (analysis("x", text(["T"])), "texts (en): title: text expected"),
    "no title": (analysis("x", text("")), "no title"),
    "a long title": (analysis("x", text("x" * 301)), "301 characters"),
    "a long body": (analysis("x", text(body="x" * 2_000_001)), "2,000,001 characters"),
    "a body that is a number": (analysis("x", text(body=5)), "HTML text expected"),
    "a bad date": (analysis("x", text(published_at="last Tuesday")), "not a date"),
    "a date that is a number": (analysis("x", text(published_at=1)), "not a date"),
    "an impossible date": (analysis("x", text(published_at="2021-02-30T00:00:00Z")), "not a date"),
    "a slug with a slash": (analysis("x", text(slug="a/b")), "slug"),
    "a slug of a topic": (analysis("x", text(slug="oil")), "oil"),
    "a slug of a text": (analysis("x", text(slug="taken")), "taken"),
    "a former slug of a text": (analysis("x", text(slug="once")), "once"),
    "an edition that is a list": (analysis("x", text(edition=[1])), "edition: an object expected"),
    "an edition of unknown kind": (analysis("x", text(edition={"kind": "sequel"})), "unknown kind"),
    "a correction without a note": (analysis("x", text(edition={"kind": "correction"})), "a note"),
    "a withdrawal without a moment": (analysis("x", text(withdrawn={"reason": "wrong"})), "withdrawn"),
    "an unknown original language": (analysis("x", original_language="tlh"), "original_language"),
    "a summary that is an object": (analysis("x", text("T", summary={"a": 1})), "summary: text expected"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_line_that_cannot_go_in_is_reported_and_leaves_the_others_in(run, client, name):
    line, reason = BAD[name]
    make_topic("Oil", "النفط")
    owner = make_analysis("Taken", slug_en="once", publish=["en"])
    owner.slug_en = "taken"
    owner.save()
    owner.publish("en")
    result = run([analysis("before", text("Before")), line, b"", analysis("after", text("After"))])
    assert result.status == 1
    assert result.err.startswith("line 2: ") and reason in result.err, result.err
    assert "not imported: 1 lines" in result.out
    assert client.get("/policy-analysis/before").status_code == client.get("/policy-analysis/after").status_code == 200
    assert not Analysis.objects.filter(source_id="x").exists()


def test_a_line_without_end_is_refused_without_reading_it_whole(run, monkeypatch):
    monkeypatch.setattr("analyses.archive.records.MAX_LINE", 2000)
    result = run([b"x" * 9000, analysis()])
    assert "line 1: the line is longer" in result.err and "1 analysis" in result.out


def test_the_same_id_twice_goes_in_once(run):
    result = run([analysis("a1", text("One")), analysis("a1", text("Two"))])
    assert "line 2: the id “a1” stands in line 1 already" in result.err
    assert Analysis.objects.get().title_en == "One"


def test_two_texts_of_one_file_cannot_have_one_address(run):
    result = run([analysis("a1", text("One", slug="same")), analysis("a2", text("Two", slug="same"))])
    assert result.err.startswith("line 2: ") and Analysis.objects.get().source_id == "a1"


@pytest.mark.parametrize(
    "path", ["../secret.jpg", "/etc/passwd", "images/none.jpg", "images/broken.jpg", ["x"], "x" * 5000]
)
def test_a_text_whose_picture_cannot_be_had_goes_in_without_it(run, client, tmp_path, path):
    (tmp_path.parent / "secret.jpg").write_bytes(picture_file().read())
    (tmp_path / "images/broken.jpg").write_bytes(picture_file().read()[:400])
    figure = f'<p>Words.</p><figure><img src="{path}" alt="A"></figure>' if isinstance(path, str) else "<p>Words.</p>"
    result = run([analysis(en=text(body=figure), image=path)])
    assert result.status == 1 and result.err.startswith("line 1: image")
    assert client.get("/policy-analysis/river-low").status_code == 200
    assert Image.objects.count() == 0


def test_a_picture_in_a_body_comes_into_the_library_and_a_foreign_mark_is_not_believed(run, client):
    mine = Image.objects.create(file=picture_file(color="red"))
    body = f'<p>W.</p><figure><img src="images/river.jpg" alt="Sand" data-image="{mine.pk}"></figure>'
    assert run([analysis(en=text(body=body))]).status == 0
    found = Image.objects.exclude(pk=mine.pk).get()
    page = client.get("/policy-analysis/river-low").content.decode()
    assert found.digest[:24] in page and mine.digest[:24] not in page and 'alt="Sand"' in page


def test_a_dry_run_reports_and_writes_nothing(run, settings):
    before = every_row()
    result = run([*INSTITUTE, b"oops"], "--dry-run")
    assert result.status == 1 and "line 11: not JSON" in result.err and "2 analysis" in result.out
    assert every_row() == before
    assert files(settings) == []


def test_an_atomic_import_writes_nothing_if_one_line_is_bad(run, settings):
    before = every_row()
    result = run([*INSTITUTE, b"oops"], "--atomic")
    assert result.status == 1 and "Nothing was written" in result.out
    assert every_row() == before
    assert files(settings) == []


def test_an_atomic_import_writes_everything_if_all_is_well(run, settings):
    assert run(INSTITUTE, "--atomic").status == 0
    assert Edition.objects.count() == 3 and len(files(settings)) == 1


def test_an_atomic_import_that_is_interrupted_leaves_no_file(run, settings, monkeypatch):
    monkeypatch.setattr("analyses.archive.reading.Reader._link_later", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(INSTITUTE, "--atomic")
    assert files(settings) == [] and not Format.objects.exists()


def test_a_hyphen_reads_standard_input(monkeypatch, client):
    stdin = SimpleNamespace(buffer=io.BytesIO(json.dumps(analysis()).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    call_command("import_archive", "-", stdout=StringIO())
    assert client.get("/policy-analysis/river-low").status_code == 200


HOSTILE = [
    '<p><a href="javascript:alert(1)">x</a><a href="java&#x09;script:alert(1)">x</a><a href="/ok">x</a></p>',
    "<p>a<img src=x onerror=alert(1)><svg onload=alert(1)></svg><iframe srcdoc=x></iframe>b</p>",
    "<p>x</p><form action=//evil.example><input></form><base href=//evil.example><style>@import x</style>",
    '"><script>alert(1)</script>',
    "<p></script><script>alert(1)</script><!--<script>x</p>",
    '<blockquote class=\'x" onmouseover="alert(1)\' style="position:fixed" id="attributes">x</blockquote>',
    '<p>x</p><iframe src="https://www.youtube.com@evil.example/embed/1"></iframe>',
]


@pytest.mark.parametrize("body", HOSTILE)
def test_a_body_passes_the_same_allow_list_as_in_the_form_and_what_it_took_out_is_counted(run, body):
    result = run([analysis(en=text(body=body)), analysis("plain", text("Plain"))])
    edition = Edition.objects.get(analysis__source_id="a1")
    assert edition.source == clean(edition.source) == Analysis.objects.get(source_id="a1").body_en
    assert edition.source == clean(body).replace('<img src="x">', "")  # a picture that is not in the archive
    for word in ("script", "onerror", "onload", "iframe", "style", "form", "evil"):
        assert f"<{word}" not in edition.body and f" {word}=" not in edition.body
    assert "a1: " in result.out and "plain: " not in result.out


@pytest.mark.parametrize("value", ['"><script>alert(1)</script>', "<img src=x onerror=alert(1)>"])
def test_markup_in_plain_fields_is_shown_as_text(run, client, value):
    records = [
        {"type": "topic", "id": "t", "name": {"en": value}, "slug": {"en": "t"}},
        {"type": "expert", "id": "e", "name": {"en": value}, "slug": {"en": "e"}, "role": {"en": value}},
        analysis(en=text(value, slug="x", summary=value), topics=["t"], authors=[{"expert": "e"}], tags=[value]),
    ]
    assert run(records).status == 0
    for address in ("/policy-analysis/x", "/", "/experts/e", "/policy-analysis/t", "/feed", "/policy-analysis"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page


def test_links_to_the_old_host_follow_their_target_and_lead_to_the_readers_language(run, client):
    body = (
        '<p><a href="https://old.example.org/policy-analysis/target?ref=1#depth">a</a>'
        '<a href="http://OLD.example.org/policy-analysis/target/">b</a><a href="target">c</a>'
        '<a href="https://elsewhere.example/policy-analysis/target">d</a></p>'
    )
    records = [
        analysis("a1", texts={"en": text(slug="source", body=body), "ar": text("مصدر", slug="msdr", body=body)}),
        analysis("a2", texts={"en": text("Target", slug="target"), "ar": text("هدف", slug="hdf")}),
    ]  # fmt: skip
    records[0]["texts"]["ar"]["body"] = body.replace('"target"', '"/policy-analysis/target"')
    assert run(records, "--site-url", "https://old.example.org", "--site-url", "http://old.example.org/").status == 0
    target = Analysis.objects.get(source_id="a2")
    target.slug_en = "moved"
    target.save()
    target.authorships.create(expert=make_expert("Staff", ""))
    target.publish("en", kind="typographical")
    page = client.get("/policy-analysis/source").content.decode()
    assert page.count('href="/policy-analysis/moved') == 3 and "old.example.org" not in page.lower()
    assert 'href="https://elsewhere.example/policy-analysis/target"' in page
    assert client.get("/ar/policy-analysis/msdr").content.decode().count('href="/ar/policy-analysis/hdf') >= 3


def test_a_recommendation_of_a_text_further_down_is_found_at_the_end(run, monkeypatch):
    monkeypatch.setattr("analyses.archive.reading.BATCH", 1)
    assert run([analysis("a1", recommended=["a2"]), analysis("a2", text("Two"), recommended=["a2"])]).status == 0
    assert Recommendation.objects.get().recommended.source_id == "a2"


def test_a_recommendation_of_nothing_is_reported_and_the_text_is_in(run):
    result = run([analysis("a1", recommended=["a9"])])
    assert result.status == 1 and "line 1: recommended: no analysis “a9”" in result.err and Analysis.objects.exists()


def test_slugs_that_are_absent_are_made_by_the_rule_of_the_language(run):
    make_topic("Home", "", slug_en="nato-iraq")
    records = [
        analysis("a1", text("NATO in Iraq")),
        analysis("a2", text("NATO in Iraq")),
        analysis("a3", text("Search")),
        analysis("a4", texts={"ar": text("حلف الناتو في العراق")}),
        analysis("a5", text("…")),
    ]
    assert run(records).status == 0
    slugs = dict(Edition.objects.values_list("analysis__source_id", "slug"))
    assert slugs == {
        "a1": "nato-iraq-2",
        "a2": "nato-iraq-3",
        "a3": "search-2",
        "a4": "hlf-alnatw-fy-alraq",
        "a5": "text",
    }


def test_slugs_of_before_go_on_leading_to_their_text_and_topic(run, client):
    records = [
        {"type": "topic", "id": "t", "name": {"en": "Water"}, "former_slugs": {"en": ["rivers"]}},
        analysis(en=text(slug="new"), former_slugs={"en": ["old", "older"]}),
    ]
    assert run(records).status == 0
    assert client.get("/policy-analysis/older")["Location"] == "/policy-analysis/new"
    assert client.get("/policy-analysis/rivers")["Location"] == "/policy-analysis/water"


def test_drafts_and_scheduled_texts_are_nowhere(run, client):
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    draft, live = text("CANARY draft", body="<p>CANARY</p>", published_at=None), text("Live")
    records = [
        analysis("a1", draft),
        analysis("a2", text("CANARY scheduled", body="<p>CANARY</p>", published_at=tomorrow)),
        analysis("a3", live | {"draft": {"title": "CANARY title", "body": "<p>CANARY</p>"}}),
        analysis("a4", text("CANARY gone", withdrawn={"at": "2022-01-01T00:00:00Z", "reason": "CANARY"})),
        analysis("a5", text("Open", body='<p><a href="/policy-analysis/canary-draft">x</a></p>'), recommended=["a1"]),
    ]
    assert run(records).status == 0
    slugs = [s for a in Analysis.objects.all() for s in [a.slug_en]]
    for address in (
        "/", "/policy-analysis", "/feed", "/sitemap.xml", "/sitemap-texts-en.xml", "/search?q=canary", "/experts",
        "/policy-analysis/live", "/policy-analysis/live/v/1", *(f"/policy-analysis/{slug}" for slug in slugs),
    ):  # fmt: skip
        page = client.get(address).content.decode()
        for asked in (
            "Search: canary",
            'value="canary"',
            "<bdi>canary</bdi>",
            "?q=canary",
            "/policy-analysis/canary-draft",
        ):
            page = page.replace(asked, "")
        assert "canary" not in page.lower(), address
    assert client.get("/policy-analysis/canary-draft").status_code == 404
    assert client.get("/policy-analysis/canary-gone").status_code == 410


def test_a_text_with_an_earlier_edition_keeps_both(run, client):
    earlier = [{"title": "River", "body": "<p>Ten metres.</p>", "slug": "river", "published_at": LONG_AGO}]
    edition = {"kind": "correction", "note": "The depth.", "published_at": "2022-01-01T00:00:00Z"}
    body = "<p>Two metres.</p>"
    assert run([analysis(en=text(slug="rivers", body=body, earlier=earlier, edition=edition))]).status == 0
    assert "Ten metres" in client.get("/policy-analysis/rivers/v/1").content.decode()
    page = client.get("/policy-analysis/rivers").content.decode()
    assert "Two metres" in page and "The depth." in page
    assert client.get("/policy-analysis/river").status_code == 301


def test_an_archive_of_texts_alone_is_public_and_found(run, client):
    assert run([{"type": "analysis", "id": 7, "texts": {"ar": {
        "title": "سد الموصل", "body": "<p>الخزان ممتلئ.</p>", "published_at": LONG_AGO}}}]).status == 0  # fmt: skip
    assert Format.objects.get().source_id == "analysis" and Format.objects.get().name_ar == "تحليل"
    assert "سد الموصل" in client.get("/ar/search", {"q": "الخزان"}).content.decode()
    assert "سد الموصل" in client.get("/ar/policy-analysis").content.decode()


def test_a_text_without_a_format_gets_the_first_one(run):
    run([*INSTITUTE, analysis("a9", text("Nine"))])
    assert Analysis.objects.get(source_id="a9").format.source_id == "brief"


def test_tags_are_kept_apart_by_name_and_every_one_has_an_address(run, client):
    run(
        [
            {"type": "tag", "id": "NATO", "name": {"en": "NATO", "ar": "الناتو"}},
            analysis(tags=["C++", "C", "***", "nato", ""]),
        ]
    )
    assert sorted(Tag.objects.values_list("name", "slug")) == [
        ("***", "tag"),
        ("C", "c-2"),
        ("C++", "c"),
        ("NATO", "NATO"),
    ]
    assert all(client.get(f"/tags/{tag.slug}").status_code == 200 for tag in Tag.objects.all())
    assert Tag.objects.get(name="NATO").label_ar == "الناتو"


def test_a_text_that_the_database_refuses_leaves_its_batch_in(run, monkeypatch, client):
    from analyses import publication

    compose = publication.compose

    def refuse(row, language, **rest):
        edition = compose(row, language, **rest)
        edition.title = "" if row.source_id == "a2" else edition.title
        return edition

    monkeypatch.setattr("analyses.publication.compose", refuse)
    result = run([analysis(f"a{n}", text(f"Text {n}"), tags=["dams", f"tag{n}"]) for n in (1, 2, 3)])
    assert result.err.startswith("line 2: the database refuses it") and "2 analysis" in result.out
    assert [client.get(f"/policy-analysis/text-{n}").status_code for n in (1, 2, 3)] == [200, 404, 200]
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["dams", "tag1", "tag3"]


def test_a_person_refused_does_not_take_the_picture_of_another_along(run):
    twice = {"type": "expert", "id": "e", "name": {"en": "E"}, "slug": {"en": "e"}, "photo": "images/river.jpg"}
    result = run(
        [
            {"type": "expert", "id": "x", "name": {"en": "E"}, "slug": {"en": "e"}},
            twice,
            twice | {"id": "f", "slug": {}},
        ]
    )
    assert result.err.startswith("line 2: ") and result.err.count("line") == 1
    assert Expert.objects.get(source_id="f").photo is not None


def test_counts_and_lists_are_right_when_it_ends(run):
    from analyses import counts
    from analyses.editions import Entry, Tally

    run(INSTITUTE)
    kept = sorted(Tally.objects.filter(n__gt=0).values_list("language", "facet", "other", "n"))
    lines = sorted(Entry.objects.values_list("edition_id", "facet"))
    water = Topic.objects.get()
    assert ("en", "all", f"topic:{water.pk}", 1) in kept and ("ar", "all", "also:en", 1) in kept
    counts.rebuild()
    assert sorted(Tally.objects.filter(n__gt=0).values_list("language", "facet", "other", "n")) == kept
    assert sorted(Entry.objects.values_list("edition_id", "facet")) == lines


def test_more_texts_in_a_batch_cost_no_more_queries(run):
    """Neither do they in the two indexes, of what is published and of working copies."""
    with CaptureQueriesContext(connection) as few:
        run([analysis(f"a{n}", text(f"Text number {n}")) for n in range(20)])
    with CaptureQueriesContext(connection) as many:
        run([analysis(f"b{n}", text(f"Another text {n}")) for n in range(100)])
    assert len(many) < len(few)  # the first run made a format besides
    assert Edition.objects.count() == 120 and Permalink.objects.filter(is_current=True).count() == 122
