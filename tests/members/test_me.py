"""会員情報 (M6) and the legal documents."""

from datetime import date

import pytest

from members.models import LegalAcceptance, Member
from members.states import LegalKind
from members.walls import LEGAL_DUE
from ossma.core import registries
from ossma.core.bounces.noting import note_address, take_in
from ossma.core.models import AuditEntry
from tests.factories.members import LONG_AGO, LegalDocumentFactory
from tests.members.test_login import log_in
from tests.members.test_registration_end import PROFILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def aya(cast):
    """Aya's browser."""
    return cast.client(cast.aya)


def test_a_member_sees_own_information(aya, cast):
    page = aya.get("/me/").content.decode()
    for shown in (cast.aya.number, "青葉国際大学", "aya@example.jp", "山田 母", "+81 90-1234-0000"):
        assert shown in page


def test_a_change_is_shown_for_checking_then_written_then_confirmed(aya, cast):
    response = aya.post("/me/edit/", PROFILE | {"mobile": "+1 212 555 0100"})
    assert response.headers["Location"] == "/me/edit/check/"
    assert "+1 212-555-0100" in aya.get("/me/edit/check/").content.decode()
    assert Member.objects.get(pk=cast.aya.pk).mobile == "+819012340000"
    done = aya.post("/me/edit/check/", follow=True).content.decode()
    assert "更新完了しました" in done
    assert Member.objects.get(pk=cast.aya.pk).mobile == "+12125550100"


def test_what_a_form_does_not_ask_for_is_not_taken(aya, cast):
    own = {"number": "M99999999", "school": cast.kohoku.pk, "school_id": cast.kohoku.pk, "withdrawn_at": "2026-01-01", "user": cast.ben.user_id}
    aya.post("/me/edit/", PROFILE | own | {"is_staff": "on", "is_superuser": "on", "email": "other@example.jp"})
    aya.post("/me/edit/check/", own | {"is_staff": "on"})
    after = Member.objects.select_related("user").get(pk=cast.aya.pk)
    assert (after.number, after.school_id, after.withdrawn_at, after.user_id) == (cast.aya.number, cast.aoba.pk, None, cast.aya.user_id)
    assert (after.user.is_staff, after.user.is_superuser, after.user.email) == (False, False, "aya@example.jp")


def test_the_trail_names_the_changed_fields_and_no_values(aya, cast):
    aya.post("/me/edit/", PROFILE | {"mobile": "+1 212 555 0100"})
    aya.post("/me/edit/check/")
    entry = AuditEntry.objects.get(action="member.updated", member_id=cast.aya.pk)
    assert {"mobile", "given_name", "emergency_contacts"} <= set(entry.detail["fields"])
    assert "555" not in str(entry.detail)


def test_medical_notes_wait_for_confirmation_sealed(aya):
    aya.post("/me/edit/", PROFILE)
    assert "そば" not in str(dict(aya.session.items()))
    assert "そば" in aya.get("/me/edit/check/").content.decode()


def test_correct_goes_back_with_everything_typed(aya):
    aya.post("/me/edit/", PROFILE | {"department": "新しい学部"})
    assert "新しい学部" in aya.get("/me/edit/?again=1").content.decode()


def test_a_mistake_keeps_what_was_typed(aya, cast):
    response = aya.post("/me/edit/", PROFILE | {"birth_date": "2999-01-01", "department": "新しい学部"})
    assert response.context["form"].errors["birth_date"]
    assert "新しい学部" in response.content.decode()


def test_correcting_phone_and_contact_ends_the_placeholders(aya, cast):
    Member.objects.filter(pk=cast.aya.pk).update(has_placeholders=True)
    assert "仮の番号" in aya.get("/me/").content.decode()
    aya.post("/me/edit/", PROFILE)
    aya.post("/me/edit/check/")
    assert not Member.objects.get(pk=cast.aya.pk).has_placeholders


def test_the_language_chosen_speaks_from_the_next_page_on(aya, cast):
    aya.post("/me/edit/", PROFILE | {"language": "en"})
    response = aya.post("/me/edit/check/")
    assert response.cookies["django_language"].value == "en"
    cast.aya.user.refresh_from_db()
    assert cast.aya.user.language == "en"


def test_the_switch_on_every_page_changes_the_language_of_mails_too(aya, cast):
    aya.post("/i18n/", {"language": "en", "next": "/me/"})
    cast.aya.user.refresh_from_db()
    assert cast.aya.user.language == "en"
    aya.post("/i18n/", {"language": "xx", "next": "/me/"})
    cast.aya.user.refresh_from_db()
    assert cast.aya.user.language == "en"


def test_a_member_page_costs_few_queries(aya, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        aya.get("/me/")


def test_legal_documents_are_open_to_everybody(client, documents):
    for path in ("/legal/terms/", "/legal/privacy/"):
        assert client.get(path).status_code == 200


def test_a_version_that_is_only_announced_is_not_the_one_in_effect(client, documents):
    LegalDocumentFactory(kind=LegalKind.TERMS, version="2.0", effective_on=date(2999, 1, 1))
    response = client.get("/legal/terms/")
    assert response.context["document"].version == "1.0"
    assert response.context["announced"].version == "2.0"


def test_a_newer_version_has_to_be_accepted_at_the_next_login(cast, documents):
    LegalAcceptance.objects.bulk_create(
        LegalAcceptance(user=cast.aya.user, document=document, opened_at=LONG_AGO, accepted_at=LONG_AGO) for document in documents
    )
    newer = LegalDocumentFactory(kind=LegalKind.TERMS, version="2.0", effective_on=date(2025, 5, 1))
    client, _response = log_in("aya@example.jp")
    assert LEGAL_DUE in client.session
    assert client.get("/me/").headers["Location"] == "/legal/accept/"
    refused = client.post("/legal/accept/")
    assert refused.status_code == 200
    client.get("/legal/terms/")
    assert client.post("/legal/accept/").headers["Location"] == "/"
    assert LegalAcceptance.objects.filter(user=cast.aya.user, document=newer).exists()
    assert client.get("/me/").status_code == 200


def test_a_second_address_is_kept_and_is_another_than_the_first(aya, cast):
    refused = aya.post("/me/edit/", PROFILE | {"second_email": "AYA@example.jp"})
    assert "別のアドレス" in refused.content.decode()
    aya.post("/me/edit/", PROFILE | {"second_email": "Aya.Private@example.jp"})
    assert "aya.private@example.jp" in aya.get("/me/edit/check/").content.decode()
    aya.post("/me/edit/check/")
    assert Member.objects.get(pk=cast.aya.pk).second_email == "aya.private@example.jp"
    assert "aya.private@example.jp" in aya.get("/me/").content.decode()


def test_an_address_that_does_not_work_is_a_task_for_the_member_and_shown_in_the_file(aya, cast):
    note_address("aya@example.jp", is_final=True, detail="5.1.1", at=LONG_AGO)
    assert "aya@example.jp にメールが届きません" in aya.get("/").content.decode()
    assert "メールが届いていません" in cast.client(cast.doi).get(f"/school/members/{cast.aya.pk}/").content.decode()


def test_the_office_sees_how_many_members_mail_does_not_reach_and_what_nobody_understood(cast):
    note_address("aya@example.jp", is_final=True, detail="5.1.1", at=LONG_AGO)
    note_address("nobody@example.jp", is_final=True, detail="5.1.1", at=LONG_AGO)
    take_in(b"From: a@b\n\nWhat is this?", source="hook", at=LONG_AGO)
    items = {item.key: item.count for item in registries.work_list.get("members.post")(cast.viewer(cast.office), LONG_AGO)}
    assert items == {"bounced": 1, "returned": 1}
    assert registries.work_list.get("members.post")(cast.viewer(cast.doi), LONG_AGO) == []
    client = cast.client(cast.office)
    for table in ("bouncedaddress/?is_final__exact=1", "returnedmail/?understood__in=unknown,strange"):
        assert client.get(f"/admin/core/{table}").status_code == 200
