"""What came back is noted on the message and on the address: once, by number or by address, and never answered by a mail."""

import pytest

from ossma.core.bounces.keys import reference
from ossma.core.bounces.noting import note_refused, take_in, works_again
from ossma.core.models import BouncedAddress, OutboxMessage, Progress, ReturnedMail
from ossma.core.models.returned import Understood
from ossma.core.outbox import promise
from ossma.core.tasks import send_outbox
from tests.cast import make_cast
from tests.core.bounces.samples import AWAY, EXIM, GARBAGE, LETTER, report
from tests.factories.safety import DAY, NOW
from tests.smtp import smtp_sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(settings):
    settings.SITE_URL = "http://127.0.0.1:8000"


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def mail():
    """A mail of the outbox that was sent."""
    promise(key="a", to_address="Aya@example.jp", language="ja", template="members/x", context={}, at=NOW)
    OutboxMessage.objects.update(state=Progress.SENT)
    return OutboxMessage.objects.get()


def came(row, **more):
    return report(message_id=f"{reference('outbox', row.pk)}@127.0.0.1", **more)


def test_a_mail_that_came_back_is_noted_on_its_row_and_on_its_address(mail):
    assert take_in(came(mail), source="hook", at=NOW) is Understood.FAILED
    mail.refresh_from_db()
    assert mail.last_error.startswith("came back: 5.1.1")
    address = BouncedAddress.objects.get()
    assert (address.address, address.is_final, address.count) == ("aya@example.jp", True, 1)


def test_the_same_mail_twice_is_noted_once(mail):
    for source in ("hook", "mailbox"):
        take_in(came(mail), source=source, at=NOW)
    assert (ReturnedMail.objects.count(), BouncedAddress.objects.get().count) == (1, 1)


def test_once_for_good_stays_for_good_until_it_works_again(mail):
    take_in(came(mail), source="hook", at=NOW)
    take_in(came(mail, status="4.2.2"), source="hook", at=NOW + DAY)
    address = BouncedAddress.objects.get()
    assert (address.is_final, address.count, address.first_at, address.last_at) == (True, 2, NOW, NOW + DAY)
    assert works_again(["Aya@Example.jp"]) == 1


def test_what_is_not_ours_is_kept_for_somebody_to_read(mail):
    strange = report(message_id=f"{reference('outbox', 999999)}@127.0.0.1", to="nobody@example.org")
    assert take_in(strange, source="hook", at=NOW) is Understood.STRANGE
    assert "nobody@example.org" in ReturnedMail.objects.get().content
    assert not BouncedAddress.objects.exists()


@pytest.mark.parametrize("name", ["outbox-{pk}", "outbox-{pk}-0123456789", "outbox-{pk}-"])
def test_a_number_without_its_key_marks_nobody(mail, name):
    forged = report(message_id=f"{name.format(pk=mail.pk)}@127.0.0.1", to=mail.to_address)
    assert take_in(forged, source="hook", at=NOW) is Understood.STRANGE
    mail.refresh_from_db()
    assert mail.last_error == ""
    assert not BouncedAddress.objects.exists()


def test_whoever_knows_an_address_marks_nobody_but_a_person_reads_whose_it_may_be(cast):
    stranger = b"From: MAILER-DAEMON@evil.example\nX-Failed-Recipients: aya@example.jp\n\nno such user\n"
    assert take_in(stranger, source="hook", at=NOW) is Understood.STRANGE
    assert not BouncedAddress.objects.exists()
    assert ReturnedMail.objects.get().hint == "aya@example.jp"


def test_a_key_of_the_secret_before_still_opens(mail, settings):
    old = came(mail)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-for-tests-" + "9" * 30
    assert take_in(old, source="hook", at=NOW) is Understood.FAILED


def test_the_header_of_our_own_is_enough_where_a_service_replaced_the_message_id(mail):
    raw = came(mail).replace(b"Message-ID: <", b"Message-ID: <0100@email.amazonses.com>\r\nX-OSSMA-Reference: <")
    assert take_in(raw, source="hook", at=NOW) is Understood.FAILED


def test_another_address_than_we_wrote_to_says_nothing_for_good(mail):
    take_in(came(mail, to="inner@elsewhere.example"), source="hook", at=NOW)
    assert not BouncedAddress.objects.get(address="aya@example.jp").is_final


def test_a_refusal_by_rule_marks_the_message_and_no_address(mail):
    policy = came(mail, status="5.7.26", diagnostic="smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated")
    assert take_in(policy, source="hook", at=NOW) is Understood.FAILED
    assert not BouncedAddress.objects.exists()
    assert ReturnedMail.objects.get().reason == "policy"
    mail.refresh_from_db()
    assert mail.last_error.startswith("came back: 5.7.26")


@pytest.mark.parametrize(("kept", "wire"), [("hanako..y.@docomo.ne.jp", '"hanako..y."@docomo.ne.jp'), ("aya@日本語.jp", "aya@xn--wgv71a119e.jp")])
@pytest.mark.parametrize("named", ["kept", "wire"])
def test_an_odd_address_is_written_to_as_the_wire_wants_it_and_known_in_either_spelling(db, settings, kept, wire, named):
    promise(key="odd", to_address=kept, language="ja", template="members/reset_code", context={"code": "1"}, at=NOW)
    with smtp_sink() as sink:
        settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": sink.port, "timeout": 5}}}
        send_outbox()
    assert sink.addresses == [wire]
    assert f"To: {wire}".encode() in sink.taken[0][1].splitlines()
    row = OutboxMessage.objects.get()
    assert row.state == Progress.SENT
    take_in(came(row, to=kept if named == "kept" else wire), source="hook", at=NOW)
    found = BouncedAddress.objects.get()
    assert (found.address, found.is_final) == (kept, True)


@pytest.mark.parametrize(("address", "noted"), [("nobody@example.jp", 0), ("aya@example.jp", 1)])
def test_an_address_that_a_stranger_typed_is_noted_only_when_it_is_somebody_s_here(cast, address, noted):
    promise(key="code", to_address=address, language="both", template="members/x", context={}, at=NOW, by_stranger=True)
    OutboxMessage.objects.update(state=Progress.SENT)
    row = OutboxMessage.objects.get()
    assert take_in(came(row, to=address), source="hook", at=NOW) is Understood.FAILED
    assert BouncedAddress.objects.count() == noted
    BouncedAddress.objects.all().delete()
    OutboxMessage.objects.update(state=Progress.GAVE_UP, last_error="550 5.1.1 no such user")
    assert note_refused([row.pk], at=NOW) == noted
    assert BouncedAddress.objects.count() == noted


def test_a_refusal_by_rule_in_the_session_is_told_to_the_office_once_a_day(mail):
    OutboxMessage.objects.update(state=Progress.GAVE_UP, last_error="550 5.7.26 unauthenticated mail from 192.0.2.1, id 17283940")
    for _again in range(2):
        assert note_refused([mail.pk], at=NOW) == 0
    assert not BouncedAddress.objects.exists()
    assert ReturnedMail.objects.get().reason == "policy"
    note_refused([mail.pk], at=NOW + DAY)
    assert ReturnedMail.objects.count() == 2


@pytest.mark.parametrize("raw", [LETTER, EXIM, *GARBAGE[:2]])
def test_what_nobody_understands_is_trouble_that_shows_and_never_silence(raw):
    assert take_in(raw, source="hook", at=NOW) in {Understood.UNKNOWN, Understood.STRANGE}
    assert ReturnedMail.objects.get().content


def test_nothing_that_comes_back_makes_a_mail(mail):
    before = OutboxMessage.objects.count()
    for raw in (came(mail), AWAY, LETTER, EXIM, *GARBAGE):
        take_in(raw, source="hook", at=NOW)
    assert OutboxMessage.objects.count() == before


def test_an_address_that_the_server_refuses_at_once_is_noted_too(settings):
    with smtp_sink() as sink:
        settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": sink.port, "timeout": 5}}}
        sink.refuse["aya@example.jp"] = "550 5.1.1 unknown"
        promise(key="b", to_address="aya@example.jp", language="ja", template="safety/contact", context={"name": "A"}, at=NOW)
        send_outbox()
    assert OutboxMessage.objects.get().state == Progress.GAVE_UP
    assert BouncedAddress.objects.get().is_final


def test_a_message_given_up_for_another_reason_says_nothing_about_the_address(mail):
    OutboxMessage.objects.update(state=Progress.GAVE_UP, last_error="421 away")
    assert note_refused([mail.pk], at=NOW) == 0
