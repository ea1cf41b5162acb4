"""The audit: what is in it, and that nothing takes it out again."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from analyses.models import Analysis
from tests.factories import make_analysis, make_topic
from tests.test_admin import address, save, staff, words
from tests.test_second_factor import PASSWORD, log_in
from thinktank import audit
from thinktank.audit import AuditEntry

pytestmark = pytest.mark.django_db
PAGE = "/admin/thinktank/auditentry/"


@pytest.fixture
def newsroom(client):
    client.force_login(User.objects.create_superuser("rana"))
    return client


def last(action, **more):
    return AuditEntry.objects.filter(action=action, **more).latest("pk")


# --- What is recorded


def test_log_in_failed_log_in_and_log_out_are_recorded_with_their_address(client):
    User.objects.create_superuser("huda", password=PASSWORD)
    log_in(client, password="wrong", REMOTE_ADDR="198.51.100.7")
    log_in(client, REMOTE_ADDR="198.51.100.8")
    client.post("/admin/logout/")
    rows = AuditEntry.objects.order_by("pk").values_list("action", "result", "label", "address")
    assert list(rows) == [
        ("log in", "refused", "huda", "198.51.100.7"),
        ("log in", "done", "huda", "198.51.100.8"),
        ("log out", "done", "huda", "127.0.0.1"),
    ]


def test_what_was_typed_as_a_name_is_kept_only_if_there_is_such_an_account(client):
    log_in(client, name="my password by mistake")
    entry = last("log in")
    assert (entry.person, entry.label) == ("", "") and "mistake" not in str(entry.detail)


def test_a_save_names_the_fields_and_the_language(newsroom):
    analysis = make_analysis("The River Is Low", "النهر منخفض")
    save(newsroom, analysis, title_ar="النهر جاف")
    entry = last("save")
    assert (entry.person, entry.object_id, entry.language) == ("rana", str(analysis.pk), "ar")
    assert entry.detail["fields"] == ["title_ar"] and not entry.detail["new"]
    save(newsroom, analysis, title_ar="النهر", title_en="The River")
    assert last("save").language == ""


def test_publishing_scheduling_withdrawing_and_deleting_are_recorded(newsroom):
    analysis = make_analysis("The River Is Low", "النهر منخفض")
    newsroom.post(address(analysis, "publish", "en"))
    newsroom.post(address(analysis, "publish", "ar"), {"at": "2040-01-01T10:00"})
    newsroom.post(
        address(analysis, "withdraw", "en"),
        {"reason": "Published in error.", "kind": "error", "withdrawal_kind": "error"},
    )
    newsroom.post(address(analysis, "delete"), {"post": "yes"})
    assert last("publish").language == "en" and last("schedule").language == "ar"
    assert last("delete").label == "The River Is Low" and not Analysis.objects.exists()


def test_a_deletion_of_several_is_recorded_one_by_one(newsroom):
    topics = [make_topic(), make_topic("Rivers", "الأنهار")]
    chosen = {"action": "delete_selected", "_selected_action": [topic.pk for topic in topics], "post": "yes"}
    newsroom.post("/admin/taxonomy/topic/", chosen)
    assert AuditEntry.objects.filter(action="delete", model="taxonomy.topic").count() == 2


def test_what_was_not_saved_is_not_recorded(newsroom):
    save(newsroom, make_analysis("One"), slug_en="a/b")
    assert not AuditEntry.objects.filter(action="save").exists()


def test_a_refused_request_is_recorded_once(client):
    analysis = make_analysis("The River Is Low")
    staff(client, "analyses.view_analysis")
    assert client.post(address(analysis, "publish", "en")).status_code == 403
    entry = AuditEntry.objects.get(result="refused")
    assert entry.person == "huda" and entry.detail["path"] == address(analysis, "publish", "en")


def test_a_change_of_roles_is_recorded(newsroom):
    user = User.objects.create_user("huda", is_staff=True)
    group = Group.objects.get(name="Editor")
    newsroom.post(
        address(user, "change"), {"username": "huda", "is_active": "on", "is_staff": "on", "groups": [group.pk]}
    )
    assert last("roles").detail["roles"] == ["Editor"] and user.groups.get() == group


def test_the_address_is_what_our_own_proxies_say(rf, settings):
    request = rf.get("/", headers={"x-forwarded-for": "10.0.0.1, 203.0.113.5, 192.0.2.9"}, REMOTE_ADDR="127.0.0.1")
    for proxies, address_of_client in ((0, "127.0.0.1"), (1, "192.0.2.9"), (2, "203.0.113.5"), (4, "127.0.0.1")):
        settings.PROXIES = proxies
        assert audit.client_address(request) == address_of_client


def test_long_and_strange_values_are_kept_as_far_as_one_may(newsroom):
    audit.record(None, "import", title="x" * 10_000 + "\x00", rows=list(range(1000)), deep={"a": ["\x00"]})
    entry = last("import")
    assert len(entry.detail["title"]) == audit.LONGEST and len(entry.detail["rows"]) == 50
    assert entry.person == audit.COMMAND_LINE


# --- That it stays


@pytest.mark.parametrize(
    "statement", ["UPDATE thinktank_auditentry SET person = 'x'", "DELETE FROM thinktank_auditentry"]
)
def test_no_row_is_changed_or_deleted_by_anybody(statement):
    audit.record(None, "import")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.get().person == audit.COMMAND_LINE


@pytest.mark.django_db(transaction=True)
def test_the_role_of_the_web_server_only_adds_to_it():
    call_command("web_role", "thinktank_test_web", create=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE thinktank_test_web")
            audit.record(None, "import")
            make_topic()
            for statement in (
                "UPDATE thinktank_auditentry SET person = 'x'",
                "DELETE FROM thinktank_auditentry",
                "TRUNCATE thinktank_auditentry",
                "ALTER TABLE thinktank_auditentry DISABLE TRIGGER ALL",
                "DROP TRIGGER audit_is_only_added_to ON thinktank_auditentry",
                "TRUNCATE thinktank_auditentry CASCADE",
            ):
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute(statement)
            assert AuditEntry.objects.count() == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE; DROP OWNED BY thinktank_test_web; DROP ROLE thinktank_test_web")


def test_a_role_from_which_nothing_can_be_withheld_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    for name in (owner, "no_such_role", 'x"; DROP'):
        with pytest.raises(Exception, match="superuser|owns|no role|small letters"):
            call_command("web_role", name)


# --- The page


def test_administrators_read_it_with_filters_and_nobody_writes_it(client):
    user = User.objects.create_user("huda", is_staff=True)
    user.groups.add(Group.objects.get(name="Administrator"))
    client.force_login(user)
    audit.record(None, "import", obj=make_topic(), language="ar")
    page = client.get(PAGE)
    assert "Import" in words(page) and "Water" in words(page)
    for query, shown in (("action=import", True), ("action=publish", False), ("language=ar", True), ("language=en", False),
                         ("result=nothing", False), ("result__exact=done", True), ("person=command+line", True),
                         ("person=huda", False), ("at__gte=2020-01-01", True), ("at__lt=2020-01-01", False)):  # fmt: skip
        rows = client.get(f"{PAGE}?{query}", follow=True).context.get("cl")
        if rows is not None and "nothing" not in query:
            assert any(row.label == "Water" for row in rows.result_list) == shown, query
    entry = last("import")
    assert client.get(f"{PAGE}{entry.pk}/change/").status_code == 200
    for path in (f"{PAGE}add/", f"{PAGE}{entry.pk}/delete/"):
        assert client.post(path, {"post": "yes"}).status_code == 403
    assert client.post(f"{PAGE}{entry.pk}/change/", {"person": "x"}).status_code == 403


def test_others_do_not_see_the_page(client):
    staff(client, "analyses.view_analysis", "auth.change_user")
    assert client.get(PAGE).status_code == 403
