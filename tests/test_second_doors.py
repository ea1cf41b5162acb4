"""The ways around a form: fields that it does not have, rows of others in a bulk action, a right that is gone, a guessed number."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from analyses.editions import Edition
from analyses.models import Analysis, Pick
from tests.factories import make_analysis, make_expert, make_format
from tests.test_admin import LIST, address, fields_of, save
from tests.test_permissions import address as address_of
from tests.test_permissions import addresses as admin_addresses
from tests.test_permissions import samples, table
from tests.test_second_factor import PASSWORD
from thinktank.audit import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_in(client):
    def as_member(role, name="huda"):
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return client

    return as_member


def mine(title="Mine", **fields):
    return make_analysis(title, created_by=User.objects.get(username="huda"), **fields)


def refusals():
    return AuditEntry.objects.filter(result="refused")


# --- Fields that the form does not have


def test_fields_that_the_form_does_not_have_are_ignored(log_in):
    client = log_in("Author")
    text, chief = mine(), User.objects.create_user("rana")
    forged = {
        "status": "published", "publish_at": "2000-01-01", "live_from": "2000-01-01", "created_by": chief.pk,
        "created_by_id": chief.pk, "is_featured": "on", "featured": "on", "source_id": "forged", "id": 999, "pk": 999,
        "_publish": "en", "published_at": "2000-01-01", "editions-TOTAL_FORMS": 1, "editions-0-language": "en",
    }  # fmt: skip
    save(client, text, title_en="Changed", **forged)
    stored = Analysis.objects.get()
    assert stored.title_en == "Changed" and stored.created_by == User.objects.get(username="huda")
    assert stored.pk == text.pk and stored.source_id is None
    assert not Edition.objects.exists() and not Pick.objects.exists()


def test_a_text_is_not_copied_by_saving_it_as_a_new_one(log_in):
    client = log_in("Author")
    save(client, mine(), _saveasnew="1")
    other = make_analysis("Of somebody else")
    client.post(address(other, "change"), {"_saveasnew": "1", "title_en": "Copied"})
    assert Analysis.objects.count() == 2


def test_a_user_administrator_gives_no_right_one_by_one(log_in):
    client, person = log_in("User administrator"), User.objects.create_user("layla", is_staff=True)
    sent = fields_of(client.get(address(person, "change")))
    client.post(address(person, "change"), sent | {"user_permissions": [1, 2, 3], "is_superuser": "on"})
    person.refresh_from_db()
    assert not person.is_superuser and not person.user_permissions.exists()


# --- The accounts of those above, through every door


@pytest.mark.parametrize("above", ["User administrator", "Administrator", "superuser", "oneself"])
def test_an_account_of_ones_own_rank_or_above_is_changed_through_no_door(log_in, above):
    client = log_in("User administrator")
    person = User.objects.get()
    if above != "oneself":
        person = User.objects.create_user("chief", email="chief@example.org", password=PASSWORD, is_staff=True)
        person.is_superuser = above == "superuser"
        person.save()
        if above != "superuser":
            person.groups.add(Group.objects.get(name=above))
    before = User.objects.values().get(pk=person.pk)
    new = {"password1": "another river of words", "password2": "another river of words", "usable_password": "true"}
    client.post(address(person, "change"), {"username": "taken", "email": "x@evil.example", "is_active": ""})
    client.post(address(person, "password"), new)
    client.post(address(person, "delete"), {"post": "yes"})
    for action in ("remove_second_factor", "delete_selected"):
        client.post("/admin/auth/user/", {"action": action, ACTION_CHECKBOX_NAME: [person.pk], "post": "yes"})
    after = User.objects.values().get(pk=person.pk)
    assert before == after and person.groups.count() == User.objects.get(pk=person.pk).groups.count()
    assert refusals().exists()


# --- Bulk actions with rows of others in them


@pytest.mark.parametrize("action", ["publish_en", "withdraw_en", "publish_ar", "delete_selected"])
def test_a_bulk_action_does_nothing_to_texts_that_one_may_not_touch(log_in, action):
    client = log_in("Author")
    own, other = mine(format=make_format()), make_analysis("A quagga", publish=["en"])
    chosen = {"action": action, ACTION_CHECKBOX_NAME: [own.pk, other.pk], "confirmed": 1, "post": "yes", "reason": "x"}
    answer = client.post(LIST, chosen, follow=True)
    assert "quagga" not in answer.content.decode()
    assert Analysis.objects.filter(pk=other.pk).exists() and other.editions.live().count() == 1
    assert not own.editions.exists()


# --- A right that is gone


def test_a_right_that_was_taken_away_is_gone_at_the_next_request(log_in):
    client, text = log_in("Editor"), make_analysis("The River Is Low", "النهر منخفض")
    sent = fields_of(client.get(address(text, "change")))
    User.objects.get().groups.clear()
    assert client.get(address(text, "change")).status_code == 403
    assert client.post(address(text, "change"), sent | {"title_en": "Changed"}).status_code == 403
    assert Analysis.objects.get().title_en == "The River Is Low"
    User.objects.update(is_staff=False)
    assert client.get("/admin/").status_code == 302


# --- What is refused is recorded, also where nothing is said of it


@pytest.mark.parametrize(
    "page", ["change", "history", "delete", "compare", "draft", "preview/en", "review/en", "checks", "preview-links"]
)
def test_a_text_that_one_may_not_know_of_answers_as_one_that_never_was_and_the_attempt_is_recorded(log_in, page):
    client, other = log_in("Author"), make_analysis("A quagga", authors=[make_expert()])
    for path in (address(other, page), address(other, page).replace(f"/{other.pk}/", "/987654321/")):
        before = refusals().count()
        answers = [client.get(path), client.post(path)]
        assert all(b"quagga" not in answer.content for answer in answers)
        entries = refusals()[: refusals().count() - before]
        assert entries and all(entry.person == "huda" and entry.detail["path"] == path for entry in entries), path
    there, nowhere = (client.get(address(other, page)) for _ in range(2)), client.get(path)
    assert {answer.status_code for answer in there} == {nowhere.status_code}


# --- Every page of the newsroom and of an account


def account_addresses():
    found = []
    for entry in get_resolver().url_patterns:
        if str(entry.pattern) == "accounts/":
            found = [name for name in names_of(entry)]
    return found


def names_of(resolver):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from names_of(entry)
        elif entry.name:
            yield entry.name


def account_paths():
    for name in account_addresses():
        for parts in ((), (1,), ("1", "abc-def")):
            try:
                yield name, reverse(name, args=parts)
                break
            except NoReverseMatch:
                continue


def test_no_cache_keeps_a_page_that_belongs_to_somebody(client):
    client.force_login(User.objects.create_superuser("rana", password=PASSWORD))
    objects, _own = samples(None)
    paths = [address_of(name, code, admin_addresses()[name], objects)[0] for name, code in table()]
    for path in [*paths, *(path for _name, path in account_paths())]:
        if path != reverse("account_logout") and path != reverse("admin:logout"):
            kept = client.get(path).get("Cache-Control", "")
            assert "no-store" in kept and "private" in kept and "public" not in kept, path


def test_no_page_of_an_account_takes_a_form_from_another_site():
    user = User.objects.create_superuser("rana", password=PASSWORD)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    paths = dict(account_paths())
    assert len(paths) > 12
    for path in paths.values():
        answer = strict.post(path, headers={"origin": "https://evil.example"})
        assert answer.status_code in (403, 404, 405), path
    assert strict.get("/admin/").status_code == 200


# --- Keys that are none


@pytest.mark.parametrize("key", ["abc", "1e5", "²", "٣", "-1", "99999999999999999999", "'"])
def test_a_key_that_is_none_is_no_fault(client, key):
    client.force_login(User.objects.create_superuser("rana"))
    for name, parts in admin_addresses().items():
        if "object_id" in parts and name != "admin:view_on_site":
            path = reverse(name, args=[key])
            assert client.get(path).status_code < 500 and client.post(path, {}).status_code < 500, path


def test_a_field_without_a_name_is_no_fault(client):
    client.force_login(User.objects.create_superuser("rana"))
    for path in (address(make_analysis("One"), "change"), address(make_format(), "delete")):
        assert client.get(f"{path}?_to_field=").status_code == 200
        assert client.post(path, {"_to_field": ""}).status_code in (200, 302)
