"""Every address of the newsroom, with every role and every verb, is answered as docs/permissions.md says."""

import re
from copy import deepcopy
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from analyses import revisions
from analyses.models import Pick
from analyses.previews import PreviewLink
from tests.factories import (
    make_analysis,
    make_expert,
    make_format,
    make_image,
    make_page,
    make_region,
    make_tag,
    make_topic,
)  # fmt: skip
from thinktank import audit

TABLE = Path(settings.BASE_DIR) / "docs" / "permissions.md"

# The columns of the table: who asks, and whether the text is their own.
COLUMNS = {
    "Author, own text": ("Author", True),
    "Author, other text": ("Author", False),
    "Editor": ("Editor", False),
    "Translator (Arabic)": ("Translator (Arabic)", False),
    "Publisher (Arabic)": ("Publisher (Arabic)", False),
    "User administrator": ("User administrator", False),
    "Administrator": ("Administrator", False),
}
VERDICTS = {"no", "see", "do"}

# Parts of addresses that do not name the object itself; an address with another part gets it here.
PARTS = {
    "app_label": lambda name, objects: "analyses",
    "content_type_id": lambda name, objects: "1",
    "version": lambda name, objects: objects["deleted" if name.endswith("_recover") else "revision"].pk,
    "link": lambda name, objects: PreviewLink.make(objects["analyses_analysis"], ["en"], None)[0].pk,
}
# What an address is asked with, where it says nothing without.
QUERIES = {
    "admin:analyses_analysis_compare": "?from=now&to=now",
    "admin:thinktank_image_describe": "?images={thinktank_image.pk}",
}


def samples(author):
    """`{"app_model": something of it}`, and a text of the author's own; each has a word of its own that must not leak."""
    brief = make_format("quaggaformat", "", slug_en="quaggaformat")
    other = make_analysis("quaggaanalysis", "نص", summary_ar="ملخص", format=brief)
    found = {
        "analyses_analysis": other,
        "analyses_pick": Pick.objects.create(analysis=make_analysis("quaggapick", format=brief, publish=["en"])),
        "thinktank_image": make_image("quaggaimage"),
        "thinktank_page": make_page(),  # every page of the site names it, the refusals too
        "thinktank_auditentry": audit.record(None, "import", file="quaggaauditentry"),
        "taxonomy_format": brief,
        "taxonomy_topic": make_topic("quaggatopic"),
        "taxonomy_region": make_region("quaggaregion"),
        "taxonomy_tag": make_tag("quaggatag", "quaggatag"),
        "experts_expert": make_expert("quaggaexpert"),
        "auth_user": User.objects.create_user("quaggauser", is_staff=True),
        "auth_group": Group.objects.create(name="quaggagroup"),
    }
    own = make_analysis("A text of mine", "نصي", summary_ar="ملخص", format=brief, created_by=author)
    gone = make_analysis("quaggaanalysis", format=brief)
    found["deleted"] = revision_of(gone)
    gone.delete()
    others = {**found, "revision": revision_of(other)}
    return others, {**found, "analyses_analysis": own, "revision": revision_of(own)}


def revision_of(analysis):
    with revisions.record(analysis, None):
        pass
    return revisions.of(analysis).first()


# --- The addresses and the table


def addresses(resolver=None, prefix="", namespace=""):
    """`{name: the names of its parts}` of all that begins with admin/. Those without a name only lead elsewhere."""
    found = {}
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found |= addresses(entry, path, inner)
        elif path.startswith("admin/") and entry.name:
            found[namespace + entry.name] = [*entry.pattern.converters, *entry.pattern.regex.groupindex]
    return found


def table():
    """`{(name, language): {column: verdict}}` from the document."""
    rows = [line for line in TABLE.read_text().partition("| Address ")[2].splitlines()]
    rows[0] = f"| Address {rows[0]}"
    columns = [cell.strip() for cell in rows[0].strip("|").split("|")][1:]
    found = {}
    for row in rows[1:]:
        key, *cells = (cell.strip() for cell in row.strip("|").split("|"))
        if match := re.fullmatch(r"`([\w:]+)`(?: \((\w\w)\))?", key):
            found[match[1], match[2]] = dict(zip(columns, cells, strict=True))
    return found


def test_every_address_of_the_newsroom_has_a_row():
    described = {name for name, _language in table()}
    assert not sorted(addresses().keys() - described), "docs/permissions.md says how to add a row"
    assert not sorted(described - addresses().keys()), "rows of addresses that are gone"


def test_an_address_of_one_language_has_a_row_for_each():
    wanted = {(name, code) for name, parts in addresses().items() if "code" in parts for code in ("en", "ar")}
    assert not sorted(wanted - table().keys())


def test_the_table_has_every_column_and_no_other_word():
    for key, cells in table().items():
        assert set(cells) == set(COLUMNS) and set(cells.values()) <= VERDICTS, key


# --- What is answered


def address(name, language, parts, objects):
    model = re.sub(r"_[a-z]+$", "", name.removeprefix("admin:"))
    while model and model not in objects:
        model = model.rpartition("_")[0]
    values = {}
    for part in parts:
        if part == "code":
            values[part] = language
        elif part in PARTS:
            values[part] = PARTS[part](name, objects)
        elif model:
            values[part] = objects[model].pk
        else:
            values[part] = 1
    try:
        found = reverse(name, kwargs=values)
    except NoReverseMatch:
        found = reverse(name, args=list(values.values()))
    return found + QUERIES.get(name, "").format(**objects), model


def ask(client, verb, url, **data):
    """The answer, of which nothing stays."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = getattr(client, verb)(url, **data)
        response.content_text = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def is_refused(response):
    elsewhere = ("/admin/", "/admin/login/", "/accounts/login/")
    leads_away = response.status_code == 302 and response["Location"].split("?")[0] in elsewhere
    return leads_away or response.status_code in (403, 404, 405)


def verdict(get, post):
    return ("no" if is_refused(get) else "see") if is_refused(post) else "do"


@pytest.mark.django_db
@pytest.mark.parametrize("column", COLUMNS)
def test_each_role_gets_what_the_table_says(column, client):
    role, own = COLUMNS[column]
    user = User.objects.create_user("huda", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    theirs = samples(user)
    objects = theirs[1] if own else theirs[0]
    client.force_login(user)
    wrong = {}
    for (name, language), cells in table().items():
        url, model = address(name, language, addresses()[name], objects)
        answers = {verb: ask(client, verb, url) for verb in ("get", "post")}
        found = verdict(answers["get"], answers["post"])
        if found == "no" or role == "Administrator":
            answers |= {verb: ask(client, verb, url) for verb in ("put", "delete")}
        assert all(answer.status_code < 500 for answer in answers.values()), url
        if found != cells[column]:
            wrong[f"{name} {language or ''}".strip()] = f"{found}, not {cells[column]}"
        if column == "Author, other text":
            assert b"quaggaanalysis" not in answers["get"].content_text, url
        if found == "no":
            secret = f"quagga{model.rpartition('_')[2]}".encode()
            told = [verb for verb, answer in answers.items() if model and secret in answer.content_text]
            assert not told, f"{url} tells {secret} to {column}"
            assert all(is_refused(answer) or name in ALWAYS_LEAD_ON for answer in answers.values()), url
    assert not wrong


# They lead on for everybody, whatever the verb.
ALWAYS_LEAD_ON = {"admin:login", "admin:logout", "admin:password_change", "admin:set_language"}


@pytest.mark.django_db
def test_without_an_account_every_address_leads_to_the_log_in(client):
    objects, _own = samples(None)
    for (name, language), _cells in table().items():
        url, _model = address(name, language, addresses()[name], objects)
        for verb in ("get", "post", "put", "delete"):
            response = ask(client, verb, url)
            assert is_refused(response) or name in ALWAYS_LEAD_ON or name == "admin:jsi18n", f"{verb} {url}"
            assert b"quagga" not in response.content_text, url


@pytest.mark.django_db
def test_no_address_takes_a_form_from_another_site(client):
    """Nothing is done without the token, whoever is logged in."""
    chief = User.objects.create_superuser("rana")
    objects, _own = samples(None)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(chief)
    for (name, language), _cells in table().items():
        url, _model = address(name, language, addresses()[name], objects)
        response = ask(strict, "post", url, headers={"origin": "https://evil.example"})
        assert response.status_code in (403, 404, 405), url
