"""The newsroom's forms and actions, without a browser."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.utils import timezone

from analyses import revisions
from analyses.admin import AnalysisAdmin, LongList
from analyses.editions import Edition
from analyses.models import Analysis, Pick
from experts.models import Expert
from taxonomy.models import Topic
from tests.factories import (
    edit,
    make_analysis,
    make_expert,
    make_format,
    make_image,
    make_region,
    make_topic,
    picture_file,
)
from thinktank.models import Image, Page

pytestmark = pytest.mark.django_db

LIST = "/admin/analyses/analysis/"


@pytest.fixture
def newsroom(client):
    client.force_login(User.objects.create_superuser("rana"))
    return client


def staff(client, *permissions):
    user = User.objects.create_user("huda", is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    client.force_login(user)
    return client


def fields_of(response):
    """What a browser would send back from the form on a page."""
    form = response.context["adminform"].form
    sent = {}
    for part in [form, *(f for fs in response.context["inline_admin_formsets"] for f in fs.formset.forms)]:
        for bound in part:
            value = bound.value()
            if value is None or value is False:
                continue
            formatted = bound.field.widget.format_value(value) if hasattr(bound.field.widget, "format_value") else value
            sent[bound.html_name] = value if isinstance(value, list) else formatted
    for formset in response.context["inline_admin_formsets"]:
        management = formset.formset.management_form
        counted = management.cleaned_data if management.is_bound else management.initial
        sent |= {management.add_prefix(name): value for name, value in counted.items()}
    return {name: value for name, value in sent.items() if value is not None}


def address(thing, *parts):
    return f"/admin/{thing._meta.app_label}/{thing._meta.model_name}/{'/'.join(map(str, [thing.pk, *parts]))}/"


def save(client, thing, follow=True, **changes):
    change = address(thing, "change")
    return client.post(change, fields_of(client.get(change)) | changes, follow=follow)


def add(client, path, **fields):
    return client.post(path, fields_of(client.get(path)) | fields, follow=True)


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def lively():
    return make_analysis(
        "The River Is Low",
        "النهر منخفض",
        authors=[make_expert()],
        topics=[make_topic()],
        tags=["water"],
        publish=["en"],
    )


# --- Every page


def test_every_page_of_the_newsroom_opens(newsroom):
    analysis, image = lively(), make_image()
    Pick.objects.create(analysis=analysis)
    page = Page.objects.create(title_en="About", title_ar="من نحن")
    things = [analysis, image, page, analysis.format, *analysis.topics.all(), *analysis.tags.all(), *Pick.objects.all()]
    for thing in [*things, *Expert.objects.all()]:
        listed = f"/admin/{thing._meta.app_label}/{thing._meta.model_name}/"
        for path in (listed, f"{listed}?q=river", f"{listed}add/", *(address(thing, p) for p in ("change", "history"))):
            response = newsroom.get(path)
            assert response.status_code == 200, path
            assert {"private", "no-store"} <= set(re.split(r",\s*", response["Cache-Control"])), path


def test_saving_a_form_as_it_is_changes_nothing(newsroom):
    analysis = lively()
    before = Analysis.objects.filter(pk=analysis.pk).values().get()
    assert "was changed successfully" in words(save(newsroom, analysis))
    after = Analysis.objects.filter(pk=analysis.pk).values().get()
    assert {k for k in before if before[k] != after[k]} <= {"updated_at", "title", "slug", "summary", "body"}
    assert [str(tag) for tag in analysis.tags.all()] == ["water"] and analysis.authorships.count() == 1


def test_a_text_is_written_with_its_authors_in_order(newsroom):
    first, second = make_expert("Rana Darwazeh", "رنا دروزة"), make_expert("Yusuf al-Rubaie", "يوسف الربيعي")
    authors = {"authorships-TOTAL_FORMS": 2}
    for number, expert in enumerate([second, first]):
        authors |= {f"authorships-{number}-expert": expert.pk, f"authorships-{number}-order": number}
    response = add(
        newsroom, f"{LIST}add/", title_ar="النهر منخفض", format=make_format().pk, original_language="ar", **authors
    )  # fmt: skip
    assert response.status_code == 200 and not response.context.get("errors")
    analysis = Analysis.objects.get()
    assert analysis.slug_ar == "alnhr-mnkhfd" and not analysis.title_en
    assert [row.expert for row in analysis.authorships.all()] == [second, first]


# --- A save is not a publication


def test_a_save_changes_nothing_public_and_says_so(newsroom):
    analysis = lively()
    response = save(newsroom, analysis, title_en="The River Is Dry")
    assert "Readers still see the edition of" in words(response)
    assert "The River Is Low" in newsroom.get("/policy-analysis/river-low").content.decode()
    assert Edition.objects.count() == 1


def test_the_list_says_how_each_language_stands(newsroom):
    states = {}
    draft, live, newer = (
        make_analysis("One"),
        make_analysis("Two", publish=["en"]),
        make_analysis("Three", publish=["en"]),
    )
    withdrawn, scheduled = make_analysis("Four", publish=["en"]), make_analysis("Five")
    Analysis.objects.filter(pk=newer.pk).update(body_en="<p>Changed.</p>")
    withdrawn.withdraw("en")
    scheduled.publish("en", at=timezone.now() + timedelta(days=2))
    newsroom.post(address(newer, "change"), fields_of(newsroom.get(address(newer, "change"))))
    for row in newsroom.get(LIST).context["cl"].result_list:
        kept = {state.language: state.state for state in row.states.all()}
        states[row.pk] = [kept[code] for code in ("en", "ar")]
    assert states == {
        draft.pk: ["draft", "nothing"],
        live.pk: ["live", "nothing"],
        newer.pk: ["newer-draft", "nothing"],
        withdrawn.pk: ["withdrawn", "nothing"],
        scheduled.pk: ["scheduled", "nothing"],
    }


def test_another_author_is_a_newer_draft(newsroom):
    analysis = lively()
    yusuf = make_expert("Yusuf al-Rubaie", "يوسف الربيعي")
    save(
        newsroom, analysis, **{"authorships-TOTAL_FORMS": 2, "authorships-1-expert": yusuf.pk, "authorships-1-order": 1}
    )
    assert "Live, newer draft" in words(newsroom.get(LIST))


def test_the_list_costs_the_same_for_two_texts_and_for_twenty(newsroom, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(12) as counted:
            newsroom.get(LIST)
        return len(counted)

    for number in range(2):
        make_analysis(f"Text {number}", "نص", authors=[make_expert(f"A. {number}", f"أ {number}")], publish=["en"])
    few = queries()
    for number in range(2, 20):
        make_analysis(f"Text {number}", "نص", authors=[make_expert(f"A. {number}", f"أ {number}")], publish=["en"])
    assert queries() == few


@pytest.mark.parametrize("query", ["", "p=0", "state_en=live&state_ar=draft", "format__id__exact=1", "o=1", "q=River"])
def test_the_list_asks_twelve_questions_at_most(client, query, django_assert_max_num_queries):
    """One more where an editor searches: the words are looked up in each language."""
    editor = User.objects.create_user("huda", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    client.force_login(editor)
    make_analysis("The River", "النهر", authors=[make_expert()], topics=[make_topic()], publish=["en"])
    with django_assert_max_num_queries(13 if "q=" in query else 12):
        assert client.get(f"{LIST}?{query}").status_code == 200


def test_a_long_list_is_turned_page_by_page_in_its_order(newsroom, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(LongList, "SHORT", 1)
    monkeypatch.setattr(AnalysisAdmin, "list_per_page", 2)
    for number in range(5):
        make_analysis(f"Text {number}", authors=[make_expert(f"Author {number}", "")])
    with django_assert_max_num_queries(12):
        shown = newsroom.get(f"{LIST}?p=2").context["cl"].result_list
    assert [str(text) for text in shown] == ["Text 2", "Text 1"]
    assert "Author 2" in words(newsroom.get(f"{LIST}?p=2"))


def test_the_editing_page_asks_25_questions_at_most(client, django_assert_max_num_queries):
    editor = User.objects.create_user("huda", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    client.force_login(editor)
    people = [make_expert(f"Author {number}", f"كاتب {number}") for number in range(4)]
    text = make_analysis("The River", "النهر", authors=people, topics=[make_topic()], regions=[make_region()], tags=["x"],
                         publish=["en", "ar"], image=make_image())  # fmt: skip
    for number in range(4):
        text.recommendations.create(recommended=make_analysis(f"To read {number}"), order=number)
    for number in range(20):
        with revisions.record(text, editor):
            edit(text, body_en=f"<p>{number}</p>")
    with django_assert_max_num_queries(25):
        page = client.get(f"{LIST}{text.pk}/change/").content.decode()
    assert "To read 3" in page and "Author 3" in page


@pytest.mark.parametrize("query", ["River", "منخفض", "river-low", "Darwazeh", "دروزة"])
def test_a_text_is_found_by_title_address_and_author_in_any_language(newsroom, query):
    lively()
    make_analysis("Another")
    found = newsroom.get(LIST, {"q": query}).context["cl"].result_list
    assert [row.title_en for row in found] == ["The River Is Low"]


# --- Publish and withdraw


def test_a_language_is_published_after_a_confirmation(newsroom):
    analysis = make_analysis("The River Is Low", "النهر منخفض")
    publish = address(analysis, "publish", "ar")
    assert newsroom.get(publish).status_code == 200 and not Edition.objects.exists()
    assert "Published. Readers find it now." in words(newsroom.post(publish, follow=True))
    assert newsroom.get("/ar/policy-analysis/alnhr-mnkhfd").status_code == 200
    assert newsroom.get("/policy-analysis/river-low").status_code == 404
    assert Edition.objects.get().created_by.username == "rana"


def test_a_change_of_a_live_text_asks_what_was_changed(newsroom):
    analysis = lively()
    publish = address(analysis, "publish", "en")
    response = newsroom.post(publish, {"kind": "correction", "note": " "})
    assert "Say in a note for readers what was changed." in words(response) and Edition.objects.count() == 1
    newsroom.post(publish, {"kind": "correction", "note": "The depth was wrong."})
    assert Edition.objects.filter(number=2, kind="correction", note="The depth was wrong.").exists()


def test_the_same_confirmation_sent_twice_publishes_once(newsroom):
    analysis = make_analysis("The River Is Low")
    publish = address(analysis, "publish", "en")
    seen = newsroom.get(publish).context["seen"]
    newsroom.post(publish, {"seen": seen})
    response = newsroom.post(publish, {"seen": seen, "kind": "typographical"})
    assert "It was changed or published a moment ago" in words(response) and Edition.objects.count() == 1


def test_a_text_is_published_at_a_moment_in_the_institutes_time_zone(newsroom, settings):
    settings.TIME_ZONE = "Asia/Beirut"
    timezone.deactivate()
    analysis = make_analysis("The River Is Low")
    publish = address(analysis, "publish", "en")
    assert "Asia/Beirut" in words(newsroom.get(publish))
    assert "This moment has passed" in words(newsroom.post(publish, {"at": "2020-01-01T10:00"}))
    newsroom.post(publish, {"at": "2040-01-01T10:00"})
    assert Edition.objects.get().live_from.isoformat() == "2040-01-01T08:00:00+00:00"
    assert newsroom.get("/policy-analysis/river-low").status_code == 404


def test_what_hinders_publication_is_said_and_nothing_is_done(newsroom):
    analysis = make_analysis("The River Is Low", summary_en="", body_en="")
    Analysis.objects.filter(pk=analysis.pk).update(body_en="")
    response = newsroom.post(address(analysis, "publish", "en"))
    assert "It has no summary in this language." in words(response) and "It has no text" in words(response)
    assert not Edition.objects.exists()


def test_a_text_is_withdrawn_with_a_reason(newsroom):
    analysis = lively()
    withdraw = address(analysis, "withdraw", "en")
    assert "This field is required" in words(newsroom.post(withdraw, {"kind": "error", "reason": ""}))
    assert newsroom.get("/policy-analysis/river-low").status_code == 200
    newsroom.post(withdraw, {"kind": "error", "reason": "Published in error."})
    assert newsroom.get("/policy-analysis/river-low").status_code == 410
    assert Edition.objects.get().withdrawal_reason == "Published in error."


def test_several_texts_are_published_together_or_not_at_all(newsroom):
    good, bad = make_analysis("The River Is Low"), make_analysis("Another", summary_en="")
    chosen = {"action": "publish_en", ACTION_CHECKBOX_NAME: [good.pk, bad.pk]}
    assert "It has no summary" in words(newsroom.post(LIST, chosen))
    newsroom.post(LIST, chosen | {"confirmed": 1})
    assert not Edition.objects.exists()
    Analysis.objects.filter(pk=bad.pk).update(summary_en="Now it has one.")
    assert not Edition.objects.exists()
    newsroom.post(LIST, chosen | {"confirmed": 1})
    assert Edition.objects.count() == 2


def test_a_live_text_is_not_changed_in_bulk_without_a_word_to_readers(newsroom):
    chosen = {"action": "publish_en", ACTION_CHECKBOX_NAME: [lively().pk], "confirmed": 1}
    assert "It is published already" in words(newsroom.post(LIST, chosen)) and Edition.objects.count() == 1


def test_several_texts_are_withdrawn_together(newsroom):
    texts = [make_analysis(name, publish=["en"]) for name in ("One", "Two")]
    chosen = {"action": "withdraw_en", ACTION_CHECKBOX_NAME: [text.pk for text in texts], "confirmed": 1}
    newsroom.post(LIST, chosen | {"kind": "error", "reason": "A test."})
    assert not Edition.objects.live().exists()


def test_save_and_publish_saves_first_and_then_asks(newsroom):
    analysis = make_analysis("The River Is Low")
    response = save(newsroom, analysis, follow=False, title_en="The River Is Dry", _publish="en")
    assert response["Location"] == address(analysis, "publish", "en")
    assert Analysis.objects.get().title_en == "The River Is Dry" and not Edition.objects.exists()


# --- Who may


def test_publishing_needs_the_permission_of_the_language(client):
    analysis = make_analysis("The River Is Low", "النهر منخفض")
    staff(client, "analyses.view_analysis", "analyses.publish_ar")
    assert client.post(address(analysis, "publish", "en")).status_code == 403
    assert client.post(address(analysis, "withdraw", "en")).status_code == 403
    assert client.post(address(analysis, "publish", "ar")).status_code == 302
    assert [e.language for e in Edition.objects.all()] == ["ar"]
    assert "publish_en" not in client.get(LIST).content.decode()


def test_an_action_that_one_may_not_do_does_nothing(client):
    analysis = make_analysis("The River Is Low")
    staff(client, "analyses.view_analysis", "analyses.change_analysis")
    client.post(LIST, {"action": "publish_en", ACTION_CHECKBOX_NAME: [analysis.pk], "confirmed": 1})
    save(client, analysis, _publish="en")
    assert not Edition.objects.exists()


def test_what_is_public_is_deleted_only_by_those_who_may_withdraw_it(client):
    public, draft = lively(), make_analysis("A draft")
    staff(client, "analyses.view_analysis", "analyses.delete_analysis", "analyses.delete_authorship")
    assert client.post(address(public, "delete"), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [public.pk, draft.pk], "post": "yes"}
    client.post(LIST, chosen)
    assert Analysis.objects.count() == 2
    client.post(address(draft, "delete"), {"post": "yes"})
    assert list(Analysis.objects.all()) == [public]


def test_a_user_administrator_makes_no_superuser_and_touches_none(client):
    chief = User.objects.create_superuser("rana")
    huda = staff(client, "auth.view_user", "auth.change_user") and User.objects.get(username="huda")
    change = {"username": "huda", "is_staff": "on", "is_active": "on", "is_superuser": "on",
              "date_joined_0": "2026-01-01", "date_joined_1": "10:00"}  # fmt: skip
    client.post(
        address(huda, "change"), change | {"user_permissions": list(Permission.objects.values_list("pk", flat=True))}
    )
    assert not User.objects.get(username="huda").is_superuser
    assert User.objects.get(username="huda").user_permissions.count() == 2
    assert client.post(address(chief, "change"), change).status_code == 302
    assert User.objects.get(pk=chief.pk).username == "rana"
    assert client.post(address(chief, "password"), {}).status_code in (302, 403, 404)


def test_an_address_taken_in_the_last_moment_is_a_form_error(newsroom, monkeypatch):
    topic, other = make_topic(), make_topic("Rivers", "الأنهار")
    checks = []

    def late(self, slug, language, check=Topic.check_slug):
        checks.append(slug)
        if len(checks) > 2:  # the form's own checks, of both languages, come too early to see it
            check(self, slug, language)

    sent = fields_of(newsroom.get(address(topic, "change"))) | {"slug_en": other.slug_en}
    monkeypatch.setattr(Topic, "check_slug", late)
    response = newsroom.post(address(topic, "change"), sent)
    assert response.status_code == 200
    assert "belongs to another text" in " ".join(response.context["adminform"].form.errors["slug_en"])


def test_without_a_permission_every_form_is_refused(client):
    analysis, image, expert = lively(), make_image(), Expert.objects.first()
    staff(client)
    for path in (
        LIST, f"{LIST}add/", address(analysis, "change"), address(analysis, "publish", "en"), address(image, "change"),
        address(expert, "change"), address(expert, "delete"), "/admin/thinktank/image/picker/",
    ):  # fmt: skip
        for response in (client.get(path), client.post(path)):
            assert response.status_code in (403, 405), path
            assert "River" not in response.content.decode()


def test_visitors_are_led_to_the_login(client):
    analysis = make_analysis("The River Is Low")
    for path in (
        LIST,
        address(analysis, "change"),
        address(analysis, "publish", "en"),
        "/admin/thinktank/image/picker/",
    ):
        response = client.post(path)
        assert response.status_code == 302 and response["Location"].startswith("/admin/login/")


# --- Bad input


@pytest.mark.parametrize(("slug", "said"), [("admin", "address of the site itself"), ("a/b", "cannot be an address"),
                                            ("taken", "belongs to another text")])  # fmt: skip
def test_what_is_wrong_with_an_address_is_said_at_its_field(newsroom, slug, said):
    make_analysis("Other", slug_en="taken", publish=["en"])
    response = save(newsroom, make_analysis("The River Is Low"), slug_en=slug)
    assert said in " ".join(response.context["adminform"].form.errors["slug_en"])


def test_too_long_input_is_an_error_with_the_text_kept(newsroom):
    analysis = make_analysis("The River Is Low")
    long = {
        "title_en": "River " * 1700,
        "summary_en": "Low. " * 500,
        "body_en": "<p>" + "water " * 850_000 + "</p>",
        "tags": ", ".join(f"tag {n}" for n in range(200)),
    }
    response = save(newsroom, analysis, **long)
    errors = response.context["adminform"].form.errors
    assert response.status_code == 200 and set(long) <= set(errors)
    page = response.content.decode()
    assert page.count("water ") >= 850_000 and page.count("River ") >= 1700 and "tag 199" in page
    assert Analysis.objects.get().title_en == "The River Is Low"


def test_a_tag_that_is_too_long_is_refused(newsroom):
    response = save(newsroom, make_analysis("One"), tags="x" * 101)
    assert "too long for a tag" in words(response)


def test_two_thousand_footnotes_are_saved(newsroom):
    body = "<p>" + 'A.<sup class="footnote">n</sup>' * 2000 + "</p>"
    save(newsroom, make_analysis("One"), body_en=body)
    assert Analysis.objects.get().body_en == body


def test_a_nul_byte_is_a_form_error(newsroom):
    response = save(newsroom, make_analysis("One"), title_en="One\x00", body_en="<p>One\x00</p>", tags="a\x00")
    assert response.status_code == 200
    assert Analysis.objects.get().title_en == "One"


HREFS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#x09;script:alert(1)", "&#106;avascript:alert(1)",
    "data:text/html,<script>1</script>", "vbscript:x",
]  # fmt: skip


@pytest.mark.parametrize("href", HREFS)
def test_an_active_link_does_not_pass_the_form(newsroom, href):
    body = (
        f'<p><a href="{href}">a</a> <a href="https://example.org/">b</a> <a href="tel:1">c</a> <a href="/x">d</a></p>'
    )
    save(newsroom, make_analysis("One"), body_en=body)
    stored = Analysis.objects.get().body_en
    assert re.findall(r'href="([^"]*)"', stored) == ["https://example.org/", "tel:1", "/x"]


@pytest.mark.parametrize("active", [
    "<img src=x onerror=alert(1)>", "<svg onload=alert(1)></svg>", '<iframe srcdoc="<script>1</script>"></iframe>',
    "<object data=x></object>", "<embed src=x>", "<form action=//evil><input name=a></form>", "<base href=//evil>",
    '<meta http-equiv=refresh content="0;url=//evil">', "<style>@import '//evil'</style>",
    "<link rel=import href=//evil>", "<script>alert(1)</script>", '<p style="position:fixed" id=attributes onclick=x>t</p>',
])  # fmt: skip
def test_nothing_active_passes_the_form_and_the_words_around_it_stay(newsroom, active):
    save(newsroom, make_analysis("One"), body_en=f"<p>Before.</p>{active}<p>After.</p>")
    stored = Analysis.objects.get().body_en
    assert "Before." in stored and "After." in stored
    assert not re.search(r"onerror|onload|onclick|iframe|object|embed|form|base|meta|style|script|//evil|\bid=", stored)


def test_markup_in_a_plain_field_is_shown_as_text(newsroom):
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    expert = make_expert(attack, "رنا")
    analysis = make_analysis(attack, authors=[expert], tags=[attack[:90]], publish=["en"])
    image = make_image(alt_en=attack)
    saved = save(newsroom, analysis)
    paths = [LIST, address(analysis, "change"), address(analysis, "history"), address(analysis, "publish", "en"),
             address(analysis, "delete"), address(expert, "change"), "/admin/experts/expert/", address(image, "change"),
             "/admin/thinktank/image/", "/admin/thinktank/image/picker/"]  # fmt: skip
    for page in [saved, *(newsroom.get(path) for path in paths)]:
        assert "<script>alert" not in page.content.decode() and "<img src=x" not in page.content.decode()


# --- Pictures


def upload(client, file, **fields):
    described = {"alt_en": "A dry riverbed", "alt_ar": "مجرى نهر جاف", "focal_x": 50, "focal_y": 50}
    return client.post("/admin/thinktank/image/add/", described | fields | {"file": file}, follow=True)


def test_a_picture_is_taken_in(newsroom):
    upload(newsroom, picture_file("../../" + "x" * 300 + ".php.jpg"), focal_x=20)
    image = Image.objects.get()
    assert (image.width, image.height, image.focal_x) == (900, 600, 20)
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}\.jpg", image.file.name)


@pytest.mark.parametrize("content", [
    b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"%PDF-1.7 ...", b"GIF89a",
    b"%!PS-Adobe-3.0 EPSF-3.0\n", b"P6 2 2 255\n123456789012",
])  # fmt: skip
def test_what_is_no_picture_is_refused_with_a_message(newsroom, content):
    file = picture_file()
    file.file.seek(0)
    file.file.truncate()
    file.file.write(content)
    file.file.seek(0)
    file.size = len(content)
    response = upload(newsroom, file)
    assert response.context["adminform"].form.errors["__all__" if content else "file"]
    assert not Image.objects.exists()


def test_a_damaged_picture_is_refused_with_a_message(newsroom):
    whole = picture_file().read()
    file = picture_file()
    file.file.seek(0)
    file.file.truncate()
    file.file.write(whole[: len(whole) // 2])
    file.file.seek(0)
    file.size = len(whole) // 2
    assert "damaged" in words(upload(newsroom, file)) and not Image.objects.exists()


def test_a_picture_is_described_in_each_language_or_decorative(newsroom):
    errors = upload(newsroom, picture_file(), alt_ar="").context["adminform"].form.errors
    assert list(errors) == ["alt_ar"] and not Image.objects.exists()
    upload(newsroom, picture_file(), alt_en="", alt_ar="", is_decorative="on")
    assert Image.objects.get().is_decorative


def test_a_picture_in_use_is_not_deleted_and_the_page_says_where_it_is(newsroom):
    image, other = make_image(), make_image(file=picture_file(color="navy"))
    make_analysis("The River Is Low", image=image)
    make_analysis("Another", body_en=f'<figure><img src="/media/x.jpg" alt="" data-image="{other.pk}"></figure>')
    for used, title in ((image, "The River Is Low"), (other, "Another")):
        response = newsroom.get(address(used, "delete"))
        assert "so it cannot be deleted" in words(response) and title in words(response)
        newsroom.post(address(used, "delete"), {"post": "yes"})
    chosen = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [other.pk], "post": "yes"}
    newsroom.post("/admin/thinktank/image/", chosen)
    assert Image.objects.count() == 2


# --- The newsroom itself


def test_only_the_pages_with_an_editor_have_a_nonce_and_none_allows_inline_code(newsroom):
    analysis = make_analysis("One")
    for path, has_nonce in ((LIST, False), (address(analysis, "change"), True), ("/policy-analysis", False)):
        response = newsroom.get(path)
        policy = response["Content-Security-Policy"]
        assert ("'nonce-" in policy) == has_nonce and "unsafe" not in policy
        for script in re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", response.content.decode()):
            assert "nonce=" in script or "application/json" in script or "ld+json" in script
        assert not re.search(r"\son[a-z]+=|\sstyle=|<style", response.content.decode())


def test_staff_choose_the_language_of_the_newsroom(newsroom):
    assert newsroom.get("/admin/i18n/").status_code == 405
    response = newsroom.post("/admin/i18n/", {"language": "ar", "next": LIST})
    assert response["Location"] == LIST
    page = newsroom.get(LIST).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert newsroom.get("/policy-analysis").wsgi_request.LANGUAGE_CODE == "en"


@pytest.mark.parametrize("goal", ["//evil.com", "/\\evil.com", "https:evil.com", "\t//evil.com", "javascript:alert(1)",
                                  "http://testserver@evil.com", "https://testserver.evil.com"])  # fmt: skip
def test_the_language_switch_leads_to_no_other_host(newsroom, goal):
    assert newsroom.post("/admin/i18n/", {"language": "ar", "next": goal})["Location"] in ("/", "/ar")


def test_the_language_switch_needs_a_token(newsroom):
    newsroom.handler.enforce_csrf_checks = True
    assert newsroom.post("/admin/i18n/", {"language": "ar"}).status_code == 403


def test_a_thing_with_a_page_links_to_it_in_each_language(newsroom):
    page = newsroom.get(address(make_topic(), "change")).content.decode()
    topic = Topic.objects.get()
    assert f'href="/policy-analysis/{topic.slug_en}"' in page and f'href="/ar/policy-analysis/{topic.slug_ar}"' in page


# --- Demo accounts


def test_the_demo_has_an_account_for_each_role_and_prints_the_same_password_again(settings, tmp_path, client):
    settings.DATA_DIR = tmp_path
    first, second = StringIO(), StringIO()
    call_command("demo_accounts", stdout=first)
    call_command("demo_accounts", stdout=second)
    assert first.getvalue() == second.getvalue() and "/admin/" in first.getvalue()
    file = Path(tmp_path) / "demo-password"
    password = file.read_text().strip()
    assert len(password) >= 15 and password in first.getvalue() and file.stat().st_mode & 0o777 == 0o600
    assert User.objects.count() == Group.objects.count() == 8
    for user in User.objects.all():
        assert client.login(username=user.username, password=password)
        assert client.get("/admin/").status_code == 200
    assert User.objects.get(username="publisher-ar").has_perm("analyses.publish_ar")
    assert not User.objects.get(username="publisher-ar").has_perm("analyses.publish_en")
    assert not User.objects.get(username="editor").has_perm("analyses.publish_en")


def test_a_site_for_the_public_gets_no_demo_accounts(settings, tmp_path):
    settings.DATA_DIR, settings.SECURE = tmp_path, True
    with pytest.raises(CommandError):
        call_command("demo_accounts")
    assert not User.objects.exists()
