"""The office reads what nobody understood, says whose it was and closes it."""

import pytest

from members.models import EmergencyContact
from ossma.core.bounces.noting import take_in
from ossma.core.duties import OfficeRole
from ossma.core.models import AuditEntry, BouncedAddress, ReturnedMail
from ossma.core.models.returned import Understood
from tests.cast import make_cast
from tests.factories.safety import NOW

LIST = "/admin/desk/returned/"
JAPANESE = (
    b"From: =?iso-2022-jp?B?GyRCR1s/LxsoQg==?= <noreply@carrier.example>\r\nSubject: =?iso-2022-jp?B?GyRCJCo7Wj8uGyhC?=\r\n"
    b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + "次の宛先にお送りできません aya@example.jp".encode("iso-2022-jp")
)


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def mail(cast):
    take_in(JAPANESE, source="hook", at=NOW)
    return ReturnedMail.objects.get()


def test_the_list_shows_sender_subject_and_text_in_letters_and_whose_it_may_be(cast, mail):
    client = cast.client(cast.colleague(OfficeRole.CLERK))
    page = client.get(LIST).content.decode()
    assert "noreply@carrier.example" in page
    assert "=?iso" not in page
    assert "お送りできません" in page
    assert "次の宛先にお送りできません" in client.get(f"{LIST}{mail.pk}/").content.decode()


def test_it_is_closed_with_whose_it_was_on_record_and_the_count_falls(cast, mail):
    client = cast.client(cast.office)
    before = client.get("/admin/").content.decode()
    assert LIST in before
    answer = client.post(f"{LIST}{mail.pk}/", {"address": " Aya@Example.jp ", "is_dead": "on", "note": "電話で確認"})
    assert answer.status_code == 302
    mail.refresh_from_db()
    assert (mail.closed_by_id, mail.note) == (cast.office.pk, "電話で確認")
    assert BouncedAddress.objects.get().is_final
    assert AuditEntry.objects.get(action="returned_mail.closed").member_id == cast.aya.pk
    assert LIST not in client.get("/admin/").content.decode()
    assert client.get(f"{LIST}{mail.pk}/").status_code == 404


def test_an_address_of_nobody_is_refused_and_what_was_typed_stays(cast, mail):
    answer = cast.client(cast.office).post(f"{LIST}{mail.pk}/", {"address": "nobody@example.org", "note": "?"})
    assert answer.status_code == 422
    assert 'value="nobody@example.org"' in answer.content.decode()
    mail.refresh_from_db()
    assert mail.closed_at is None


def test_nobody_else_reads_them(cast, mail):
    for who in (cast.doi, cast.aya, cast.colleague()):
        assert cast.client(who).get(LIST).status_code in (302, 404)


def test_an_address_of_a_contact_is_the_member_s(cast, mail):
    EmergencyContact.objects.filter(member=cast.aya).update(email="mother@example.jp")
    assert cast.client(cast.office).post(f"{LIST}{mail.pk}/", {"address": "mother@example.jp"}).status_code == 302
    assert AuditEntry.objects.get(action="returned_mail.closed").member_id == cast.aya.pk


def test_marking_needs_an_address(cast, mail):
    answer = cast.client(cast.office).post(f"{LIST}{mail.pk}/", {"came_back": "on"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["address"])


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"From: x@example.org\nSubject: nested\n" + b"Content-Type: message/rfc822\n\n" * 6000 + b"x", id="nested"),
        pytest.param(b"From: x@example.org\nSubject: huge\n\n" + b"a" * 3_000_000, id="huge"),
        pytest.param(
            b"From: =?unknown?b?!!?=\nSubject: =?utf-8?b?w?=\nContent-Type: text/plain; charset=nothing\n\n\xff\x00\xed\xa0\x80", id="broken"
        ),
        pytest.param(b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)), id="parts in parts"),
    ],
)
def test_what_is_huge_nested_or_broken_is_kept_listed_and_closed(cast, raw):
    assert take_in(raw, source="hook", at=NOW) is Understood.UNKNOWN
    row = ReturnedMail.objects.get()
    client = cast.client(cast.office)
    for address in (LIST, f"{LIST}{row.pk}/"):
        page = client.get(address)
        assert page.status_code == 200
        assert len(page.content) < 500_000
    assert client.post(f"{LIST}{row.pk}/", {"note": "noise"}).status_code == 302
    assert LIST not in client.get("/admin/").content.decode()
