"""The office's tables of people."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from members.models import User
from members.viewers import Side, viewer_for
from ossma.core.duties import Duty, OfficeRole
from ossma.core.models import AuditEntry, OutboxMessage
from tests.factories.members import LegalDocumentFactory

pytestmark = pytest.mark.django_db
NO_INLINES = {f"{name}-{count}_FORMS": "0" for name in ("roles", "state_changes") for count in ("TOTAL", "INITIAL")}


@pytest.fixture
def browser(cast):
    """The office, logged in with its second factor."""
    return cast.client(cast.office)


@pytest.mark.parametrize("table", ["user", "member", "school", "schoolcontract", "schoolrole", "group", "legaldocument", "legalacceptance"])
def test_every_table_opens(browser, table):
    assert browser.get(f"/admin/members/{table}/").status_code == 200


@pytest.mark.parametrize("words", ["あや 山田", "yamada aya", "ﾔﾏﾀﾞ ｱﾔ", "やまだ", "aya@example"])
def test_members_are_found_by_any_spelling_in_any_order(browser, cast, words):
    page = browser.get("/admin/members/member/", {"q": words}).content.decode()
    assert cast.aya.number in page
    assert cast.ben.number not in page


def test_opening_a_members_file_is_on_record_and_shows_no_medical_notes(browser, cast):
    cast.aya.allergies = "そばアレルギー"
    cast.aya.save()
    page = browser.get(f"/admin/members/member/{cast.aya.pk}/change/").content.decode()
    assert "そばアレルギー" not in page
    assert AuditEntry.objects.filter(action="member.file_opened", member_id=cast.aya.pk, actor_user_id=cast.office.pk).exists()


def test_a_change_in_the_admin_leaves_a_line_with_the_names_of_the_fields(browser, cast):
    fields = {"name_ja": "青葉国際大学", "name_en": "Aoba", "name_kana": "アオバ", "phone": "03-1234-5678", "notify_addresses": ""}
    browser.post(f"/admin/members/school/{cast.aoba.pk}/change/", fields | NO_INLINES)
    entry = AuditEntry.objects.get(action="school.saved", school_id=cast.aoba.pk)
    assert set(entry.detail["fields"]) == {"name_en", "name_kana", "phone"}


def test_the_state_of_a_school_is_no_field_of_a_form(browser, cast):
    fields = {"name_ja": "青葉", "name_en": "Aoba", "name_kana": "アオバ", "state": "suspended", "phone": "", "notify_addresses": ""}
    browser.post(f"/admin/members/school/{cast.aoba.pk}/change/", fields | NO_INLINES)
    cast.aoba.refresh_from_db()
    assert (cast.aoba.name_ja, cast.aoba.state) == ("青葉", "active")


def test_the_text_of_a_published_version_stands_accepted_or_not(cast, documents):
    browser = cast.client(cast.colleague(OfficeRole.PUBLISHER))
    draft = LegalDocumentFactory(version="2.0", approved_at=None)
    assert b'name="body_ja"' in browser.get(f"/admin/members/legaldocument/{draft.pk}/change/").content
    assert b'name="body_ja"' not in browser.get(f"/admin/members/legaldocument/{documents[0].pk}/change/").content


def test_the_admins_own_login_is_the_products_login(db, client):
    assert client.get("/admin/login/?next=/admin/").headers["Location"].startswith("/login/?next=")


def test_an_office_account_is_made_by_command_and_gets_its_password_by_code(db, client):
    call_command("create_office_user", "New.Clerk@example.jp", "--name", "書記", "--role", "clerk", stdout=StringIO())
    user = User.objects.get(email="new.clerk@example.jp")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    viewer = viewer_for(user, Side.OFFICE, "")
    assert viewer.may(Duty.FIND_MEMBER)
    assert not viewer.may(Duty.MANAGE_CONTRACTS)
    client.post("/password/reset/", {"email": user.email})
    assert OutboxMessage.objects.latest("pk").template == "members/reset_code"


def test_a_dry_run_creates_nobody_and_a_taken_address_is_refused(cast):
    call_command("create_office_user", "x@example.jp", "--name", "X", "--dry-run", stdout=StringIO())
    assert not User.objects.filter(email="x@example.jp").exists()
    with pytest.raises(CommandError):
        call_command("create_office_user", "aya@example.jp", "--name", "Aya", stdout=StringIO())


def test_the_trail_is_read_by_managers_only_and_finds_who_read_a_members_data(cast):
    cast.client(cast.colleague(OfficeRole.OPERATOR)).get(f"/admin/members/member/{cast.aya.pk}/change/")
    cast.client(cast.colleague(OfficeRole.CLERK)).get("/admin/members/member/", {"q": "chika"})
    url, manager = "/admin/core/auditentry/", cast.client(cast.office)
    for role in (OfficeRole.OPERATOR, OfficeRole.CLERK, OfficeRole.PUBLISHER):
        assert cast.client(cast.colleague(role)).get(url).status_code == 404
    about_aya = manager.get(url, {"q": cast.aya.number}).content.decode()
    assert "member.file_opened" in about_aya
    assert "page.read" in manager.get(url, {"q": cast.chika.number}).content.decode(), "a line that names several members is found by each of them"
    assert "事務局 clerk" not in about_aya
    by_clerk = manager.get(url, {"q": "clerk@example.jp"}).content.decode()
    assert "事務局 clerk" in by_clerk
    entry = AuditEntry.objects.filter(action="member.file_opened").get()
    assert manager.post(f"{url}{entry.pk}/change/", {"action": "x"}).status_code == 404
