"""Markup in every field of every form of the newsroom is shown as text, wherever it comes up again."""

import re

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, User

from analyses.models import Pick
from tests.factories import make_analysis, make_expert, make_image, make_page, make_region, make_tag, make_topic
from tests.test_admin import address, fields_of
from thinktank import audit
from thinktank.models import Image

pytestmark = pytest.mark.django_db

ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
ACTIVE = re.compile(r"<script>alert|<img src=x|[\"'\s]onerror=alert\(1\)>(?!&)", re.I)


@pytest.fixture
def newsroom(client):
    client.force_login(User.objects.create_superuser("rana"))
    return client


def things():
    """One of each kind that has a form."""
    topic, expert, tag = make_topic(), make_expert(), make_tag()
    text = make_analysis(
        "The River Is Low", "النهر منخفض", authors=[expert], topics=[topic], regions=[make_region()], tags=[tag],
        image=make_image(), publish=["en"],
    )  # fmt: skip
    return [
        text, Pick.objects.create(analysis=text), topic, expert, tag, text.format, text.regions.get(), Image.objects.get(),
        make_page(), User.objects.create_user("huda", is_staff=True), Group.objects.create(name="Interns"),
    ]  # fmt: skip


def harmless(response):
    page = response.content.decode()
    found = ACTIVE.search(page)
    return not found or page[max(0, found.start() - 100) : found.end() + 50]


def takes_text(field):
    return (
        isinstance(field, forms.CharField)
        and not isinstance(field, forms.URLField | forms.EmailField)
        and not field.disabled
    )


def attacked(response, sent):
    """The form as a browser would send it, with the attack in every field that takes text, as long as it may be."""
    form = response.context["adminform"].form
    parts = [form, *(row for inline in response.context["inline_admin_formsets"] for row in inline.formset.forms)]
    for part in parts:
        for bound in part:
            if takes_text(bound.field) and bound.name not in ("slug_en", "slug_ar"):
                sent[bound.html_name] = ATTACK[: bound.field.max_length or 200]
    return sent


def pages_about(thing):
    listed = f"/admin/{thing._meta.app_label}/{thing._meta.model_name}/"
    return [listed, f"{listed}?q=alert", *(address(thing, page) for page in ("change", "history", "delete"))]


def test_a_form_that_is_full_of_markup_is_shown_as_text_when_it_comes_back(newsroom):
    """Where a field refuses it, the page repeats what was sent, and the error."""
    for thing in things():
        change = address(thing, "change")
        page = newsroom.get(change)
        if not page.context["has_change_permission"]:
            continue
        sent = attacked(page, fields_of(page))
        for bound in page.context["adminform"].form:
            if bound.name in ("slug_en", "slug_ar", "slug", "original_language", "format", "email", "links", "status"):
                sent[bound.html_name] = ATTACK
        answer = newsroom.post(change, sent, follow=True)
        assert answer.status_code == 200 and harmless(answer) is True, change


def test_markup_that_is_stored_is_shown_as_text_on_every_page(newsroom):
    """Put there without the forms, which would refuse some of it."""
    stored = things()
    for thing in stored:
        columns = {}
        for field in thing._meta.concrete_fields:
            text = field.get_internal_type() in ("CharField", "TextField", "SlugField") and not field.choices
            if (
                text
                and "slug" not in field.name
                and field.name
                not in (
                    "password",
                    "digest",
                    "file",
                    "original_language",
                    "iso",
                    "language",
                    "namespace",
                )
            ):
                columns[field.name] = ATTACK[: field.max_length or 500]
        for name in ("body_en", "body_ar", "body", "bio_en", "bio_ar", "bio", "summary_en", "summary_ar"):
            if name in columns and thing._meta.model_name != "analysis":
                columns.pop(name)
        type(thing)._base_manager.filter(pk=thing.pk).update(**columns)
        audit.record(
            newsroom.get("/admin/").wsgi_request, "save", type(thing)._base_manager.get(pk=thing.pk), reason=ATTACK
        )
    chosen = {"action": "delete_selected", "_selected_action": [thing.pk for thing in stored[:1]]}
    for thing in stored:
        for path in pages_about(thing):
            assert harmless(newsroom.get(path, follow=True)) is True, path
        listed = f"/admin/{thing._meta.app_label}/{thing._meta.model_name}/"
        answer = newsroom.post(listed, chosen | {"_selected_action": [thing.pk]})
        assert harmless(answer) is True, listed
    extra = ["/admin/", "/admin/thinktank/auditentry/", "/admin/thinktank/image/picker/", "/admin/analyses/analysis/calendar/",
             *(f"/admin/thinktank/auditentry/{row.pk}/change/" for row in audit.AuditEntry.objects.all()),
             *(address(stored[0], verb, "en") for verb in ("publish", "withdraw", "schedule", "review", "preview")),
             "/admin/analyses/analysis/add/", "/admin/analyses/pick/add/", "/admin/experts/expert/add/"]  # fmt: skip
    for path in extra:
        assert harmless(newsroom.get(path, follow=True)) is True, path


def test_the_message_after_a_save_shows_a_name_as_text(newsroom):
    topic = make_topic()
    type(topic).objects.filter(pk=topic.pk).update(name_en=ATTACK)
    page = newsroom.get(address(topic, "change"))
    answer = newsroom.post(address(topic, "change"), fields_of(page), follow=True)
    assert "was changed successfully" in answer.content.decode() and harmless(answer) is True


def test_a_name_of_an_account_is_shown_as_text_in_the_head_of_every_page(client):
    user = User.objects.create_superuser("rana")
    User.objects.filter(pk=user.pk).update(username=ATTACK[:150], first_name=ATTACK[:150], last_name=ATTACK[:150])
    client.force_login(User.objects.get())
    for path in (
        "/admin/",
        "/accounts/2fa/",
        "/accounts/password/change/",
        "/admin/auth/user/",
        address(user, "change"),
    ):
        assert harmless(client.get(path)) is True, path


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/login/?next=" + ATTACK])
def test_what_is_typed_into_the_pages_of_an_account_comes_back_as_text(client, path):
    answer = client.post(path, {"login": ATTACK, "email": ATTACK, "password": ATTACK, "next": ATTACK})
    assert harmless(answer) is True and answer.status_code == 200


@pytest.mark.parametrize("query", ["?q=", "?o=", "?p=", "?e=", "?_popup=", "?format__id__exact=", "?all="])
def test_a_query_is_shown_as_text_in_lists(newsroom, query):
    make_analysis("The River Is Low")
    for model, registered in admin.site._registry.items():
        listed = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        answer = newsroom.get(listed + query + ATTACK, follow=True)
        assert answer.status_code in (200, 400) and harmless(answer) is True, (listed, registered)


def test_the_attack_would_be_found(newsroom):
    """So that a green run means something."""
    assert ACTIVE.search(f'<p title="{ATTACK}">') and ACTIVE.search("x onerror=alert(1)>")
    assert not ACTIVE.search("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;")
