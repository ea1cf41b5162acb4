"""What each role may do with a text, seen from the forms."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command

from analyses import permissions
from analyses.models import Analysis
from experts.models import Expert
from tests.factories import make_analysis, make_expert, make_format
from tests.test_admin import LIST, add, address, fields_of, save, words
from thinktank.audit import AuditEntry
from thinktank.roles import roles

pytestmark = pytest.mark.django_db


def member(role, name="huda"):
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def log_in(client):
    def as_member(role, name="huda"):
        client.force_login(member(role, name))
        return client

    return as_member


def own(user, *arguments, **fields):
    return make_analysis(*arguments, created_by=user, **fields)


def columns():
    """Every column of the one text; `values()` gives those of the active language only."""
    analysis = Analysis.objects.get()
    return {field.attname: getattr(analysis, field.attname) for field in Analysis._meta.concrete_fields}


# --- The groups


def test_every_declared_permission_exists_and_every_role_has_exactly_its_own():
    for name, declared in roles().items():
        held = {f"{p.content_type.app_label}.{p.codename}" for p in Group.objects.get(name=name).permissions.all()}
        assert declared is None or held == set(declared), name


def test_migrating_again_mends_a_role_and_leaves_other_groups_alone():
    Group.objects.get(name="Author").permissions.clear()
    Group.objects.filter(name="Editor").delete()
    interns = Group.objects.create(name="Interns")
    call_command("migrate", verbosity=0)
    assert (
        Group.objects.get(name="Author").permissions.exists() and Group.objects.get(name="Editor").permissions.exists()
    )
    assert not interns.permissions.exists()


# --- Author


def test_an_author_sees_and_lists_only_own_texts(log_in):
    client = log_in("Author")
    user = User.objects.get()
    mine, by_name = own(user, "Mine"), make_analysis("Mine by name", authors=[make_expert(account=user)])
    other = make_analysis("Of somebody else")
    assert {row.pk for row in client.get(LIST).context["cl"].result_list} == {mine.pk, by_name.pk}
    assert client.get(address(mine, "change")).status_code == client.get(address(by_name, "change")).status_code == 200
    for page in ("change", "history", "delete"):
        response = client.get(address(other, page), follow=True)
        assert "Of somebody else" not in response.content.decode()
    assert not client.get(LIST, {"q": "somebody"}).context["cl"].result_list


def test_what_an_author_begins_is_theirs(log_in):
    client = log_in("Author")
    add(client, f"{LIST}add/", title_en="The River Is Low", format=make_format().pk, original_language="en")
    analysis = Analysis.objects.get()
    assert analysis.created_by == User.objects.get()
    save(client, analysis, title_en="The River Is Dry", title_ar="النهر جاف")
    assert Analysis.objects.get().title_ar == "النهر جاف"


@pytest.mark.parametrize("ahead", [False, True])
def test_an_author_only_reads_a_text_that_is_or_will_be_public(log_in, ahead):
    from tests.factories import ahead as later

    client = log_in("Author")
    analysis = own(User.objects.get(), "The River Is Low", "النهر منخفض")
    analysis.publish("ar", at=later(days=2) if ahead else None)
    page = client.get(address(analysis, "change"))
    assert page.status_code == 200 and not page.context["has_change_permission"]
    client.post(address(analysis, "change"), {"title_en": "Changed"})
    assert Analysis.objects.get().title_en == "The River Is Low"


def test_an_author_publishes_nothing_and_deletes_only_own_drafts(log_in):
    client = log_in("Author")
    mine, other = own(User.objects.get(), "Mine"), make_analysis("Other")
    for verb in ("publish", "withdraw"):
        assert client.post(address(mine, verb, "en"), {"reason": "x"}).status_code == 403
    client.post(address(other, "delete"), {"post": "yes"})
    assert Analysis.objects.count() == 2
    client.post(address(mine, "delete"), {"post": "yes"})
    assert list(Analysis.objects.all()) == [other]


def test_an_author_learns_no_title_by_its_number(log_in):
    client = log_in("Author")
    mine, secret, public = own(User.objects.get(), "Mine"), make_analysis("A quagga"), make_analysis("Known", publish=["en"])  # fmt: skip
    rows = {"recommendations-TOTAL_FORMS": 1, "recommendations-0-order": 0}
    response = save(client, mine, **rows, **{"recommendations-0-recommended": secret.pk})
    assert "quagga" not in response.content.decode() and not mine.recommendations.exists()
    save(client, mine, **rows, **{"recommendations-0-recommended": public.pk})
    assert mine.recommendations.get().recommended == public


# --- Editor


def test_an_editor_edits_every_text_and_publishes_none(log_in):
    client = log_in("Editor")
    analysis = make_analysis("The River Is Low", "النهر منخفض", publish=["en"])
    save(client, analysis, title_en="The River Is Dry", title_ar="النهر جاف")
    assert Analysis.objects.get().title_en == "The River Is Dry" and Analysis.objects.get().title_ar == "النهر جاف"
    assert client.post(address(analysis, "publish", "en")).status_code == 403


# --- Translator


def test_a_translator_changes_only_their_language_and_a_forged_form_is_refused_and_recorded(log_in):
    client = log_in("Translator (Arabic)")
    other_format = make_format("Podcast", "بودكاست")
    analysis = make_analysis(
        "The River Is Low", "النهر منخفض", format=make_format(), authors=[make_expert()], tags=["w"]
    )
    before = columns()
    response = save(
        client, analysis, title_ar="النهر جاف", body_ar="<p>جاف.</p>", title_en="Forged", body_en="<p>Forged</p>",
        format=other_format.pk, tags="forged", **{"authorships-0-role_en": "Forged", "authorships-0-role_ar": "باحثة"},
    )  # fmt: skip
    after = columns()
    changed = {name for name in after if after[name] != before[name]}
    assert changed - {"title", "slug", "summary", "body"} == {"title_ar", "body_ar", "updated_at"}
    assert [str(tag) for tag in analysis.tags.all()] == ["w"]
    author = analysis.authorships.get()
    assert author.role_ar == "باحثة" and not author.role_en
    refusal = AuditEntry.objects.get(result="refused")
    assert refusal.person == "huda" and refusal.object_id == str(analysis.pk)
    assert set(refusal.detail["fields"]) == {"title_en", "body_en", "format", "tags", "authorships-0-role_en"}
    assert "stayed as it was" in words(response)


def test_a_translator_sees_the_other_fields_greyed_out(log_in):
    client = log_in("Translator (Arabic)")
    form = client.get(address(make_analysis("The River Is Low"), "change")).context["adminform"].form
    assert {name for name, field in form.fields.items() if not field.disabled} == {
        "title_ar", "slug_ar", "summary_ar", "body_ar", "opened",
    }  # fmt: skip


def test_a_translator_adds_and_removes_no_author_and_begins_and_deletes_no_text(log_in):
    client = log_in("Translator (Arabic)")
    rana, yusuf = make_expert(), make_expert("Yusuf al-Rubaie", "يوسف الربيعي")
    analysis = make_analysis("The River Is Low", "النهر منخفض", authors=[rana])
    save(client, analysis, **{"authorships-0-DELETE": "on"})
    forged = {"authorships-TOTAL_FORMS": 2, "authorships-1-expert": yusuf.pk, "authorships-1-order": 1}
    save(client, analysis, **forged)
    assert [row.expert for row in analysis.authorships.all()] == [rana]
    assert client.get(f"{LIST}add/").status_code == client.post(f"{LIST}add/").status_code == 403
    assert client.post(address(analysis, "delete"), {"post": "yes"}).status_code == 403
    assert client.post(address(analysis, "publish", "ar")).status_code == 403


# --- Publisher


def test_a_publisher_reads_every_text_and_changes_none(log_in):
    client = log_in("Publisher (Arabic)")
    analysis = make_analysis("The River Is Low", "النهر منخفض")
    page = client.get(address(analysis, "change"))
    assert page.status_code == 200 and not page.context["has_change_permission"]
    assert client.post(address(analysis, "change"), {"title_ar": "x"}).status_code == 403
    assert client.post(address(analysis, "publish", "en")).status_code == 403
    client.post(address(analysis, "publish", "ar"))
    assert [edition.language for edition in analysis.editions.all()] == ["ar"]


# --- The one place that answers


def test_the_permissions_of_each_role_are_what_the_table_says():
    people = {role: member(role, str(number)) for number, role in enumerate(roles())}
    draft, public = make_analysis("Draft", "مسودة"), make_analysis("Public", "منشور", publish=["ar"])
    Analysis.objects.update(created_by=people["Author"])
    draft, public = Analysis.objects.get(pk=draft.pk), Analysis.objects.get(pk=public.pk)
    may = {role: permissions.editable_languages(user, draft) for role, user in people.items()}
    assert may == {
        "Author": ["en", "ar"], "Editor": ["en", "ar"], "Translator (English)": ["en"], "Translator (Arabic)": ["ar"],
        "Publisher (English)": [], "Publisher (Arabic)": [], "User administrator": [], "Administrator": ["en", "ar"],
    }  # fmt: skip
    assert permissions.editable_languages(people["Author"], public) == []
    assert permissions.editable_languages(people["Editor"], public) == ["en", "ar"]
    seeing = {role for role, user in people.items() if permissions.visible_to(user).count() == 2}
    assert seeing == set(roles()) - {"User administrator"}


def test_who_is_linked_to_an_expert_is_a_matter_of_accounts(log_in):
    client = log_in("Editor")
    expert = make_expert()
    forged = fields_of(client.get(address(expert, "change"))) | {"account": User.objects.get().pk}
    client.post(address(expert, "change"), forged)
    assert Expert.objects.get().account is None
