"""Messages of checks that came back: on the delivery, on the person, on the address; once (safety.md S3, "Silence explained")."""

import pytest

from members.models import Member
from members.queries.bounced import bounced
from ossma.core.bounces.keys import reference
from ossma.core.bounces.noting import note_address, take_in
from ossma.core.models import AuditEntry, BouncedAddress, Progress
from ossma.core.models.returned import Understood
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM, by_link
from safety import actions
from safety.dispatching import deliver_chunk
from safety.models import Delivery, Reachability, SafetyCheck
from tests.core.bounces.samples import report
from tests.factories.members import LONG_AGO
from tests.factories.safety import DAY, HOUR, NOW, recipient, said, sent
from tests.smtp import smtp_sink


@pytest.fixture(autouse=True)
def here(settings):
    settings.SITE_URL = "http://127.0.0.1:8000"


@pytest.fixture
def check(office):
    """A check that was sent to everybody."""
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    Delivery.objects.update(state=Progress.SENT, ended_at=NOW)
    return check


def back(check, member, **more):
    row = Delivery.objects.get(recipient=recipient(check, member), round_number=0)
    return report(message_id=f"{reference('safety', row.pk)}@127.0.0.1", to=row.to_address, **more)


def test_by_our_number_the_message_the_person_and_the_address_are_marked(cast, check):
    assert take_in(back(check, cast.aya), source="hook", at=NOW + HOUR) is Understood.FAILED
    assert Delivery.objects.get(recipient__member=cast.aya).bounced_at == NOW + HOUR
    assert recipient(check, cast.aya).bounced_at == NOW + HOUR
    assert recipient(check, cast.ben).bounced_at is None
    assert BouncedAddress.objects.get().address == "aya@example.jp"
    assert AuditEntry.objects.filter(action="safety.message_came_back").count() == 1


def test_without_its_key_the_address_marks_nobody(cast, check):
    assert take_in(report(message_id="lost@elsewhere.example"), source="hook", at=NOW + HOUR) is Understood.STRANGE
    assert recipient(check, cast.aya).bounced_at is None


def test_the_same_message_back_twice_is_marked_once(cast, check):
    take_in(back(check, cast.aya), source="hook", at=NOW + HOUR)
    assert take_in(back(check, cast.aya, diagnostic="smtp; 550 5.1.1 again"), source="hook", at=NOW + DAY) is Understood.FAILED
    assert recipient(check, cast.aya).bounced_at == NOW + HOUR


def test_whoever_was_reached_by_a_later_mail_is_not_marked(cast, check):
    row = recipient(check, cast.aya)
    Delivery.objects.create(recipient=row, check_row=check, round_number=1, channel="email", to_address="a", language="ja", due_at=NOW, state="sent")
    take_in(back(check, cast.aya), source="hook", at=NOW + HOUR)
    assert recipient(check, cast.aya).bounced_at is None


def test_a_family_that_cannot_be_reached_says_nothing_about_the_member(cast, check):
    row = recipient(check, cast.aya)
    mail = Delivery.objects.create(
        recipient=row, check_row=check, round_number=101, channel="contact", to_address="m@example.jp", language="ja", due_at=NOW, state="sent"
    )
    take_in(report(message_id=f"{reference('safety', mail.pk)}@127.0.0.1", to="m@example.jp"), source="hook", at=NOW + HOUR)
    assert recipient(check, cast.aya).bounced_at is None
    assert BouncedAddress.objects.get().address == "m@example.jp"


def test_an_address_that_the_server_refuses_for_good_counts_as_come_back(cast, office, settings):
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    with smtp_sink() as sink:
        settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": sink.port, "timeout": 5}}}
        sink.refuse |= {"aya@example.jp": "550 5.1.1 unknown", "ben@example.jp": "451 later"}
        deliver_chunk("email", clock=lambda: NOW)
    assert recipient(check, cast.aya).bounced_at == NOW
    assert recipient(check, cast.ben).bounced_at is None
    assert list(BouncedAddress.objects.values_list("address", "is_final")) == [("aya@example.jp", True)]


@pytest.mark.parametrize(("channel", "forgiven"), [("email", 1), ("sms", 0)])
def test_an_answer_through_the_address_shows_that_it_works_one_by_another_way_shows_nothing(cast, check, channel, forgiven):
    take_in(back(check, cast.aya, status="4.4.7"), source="hook", at=NOW + HOUR)
    assert actions.forgive_addresses(actor=SYSTEM, at=NOW + HOUR) == 0
    row = recipient(check, cast.aya)
    actions.answer_by_link(actor=by_link(cast.aya.pk), at=NOW + 2 * HOUR, recipient_id=row.pk, said=said(), channel=channel)
    assert actions.forgive_addresses(actor=SYSTEM, at=NOW + 3 * HOUR) == forgiven
    assert BouncedAddress.objects.count() == 1 - forgiven


def test_a_tap_through_the_second_address_shows_that_it_works(cast):
    Member.objects.filter(pk=cast.aya.pk).update(second_email="Aya2@example.jp", second_email_confirmed_at=LONG_AGO)
    note_address("aya2@example.jp", is_final=False, detail="", at=NOW)
    Reachability.objects.create(member=cast.aya, channel="second", last_human_at=NOW + HOUR)
    assert actions.forgive_addresses(actor=SYSTEM, at=NOW + DAY) == 1


def test_a_changed_address_is_not_the_one_that_came_back(cast, office, check):
    take_in(back(check, cast.aya), source="hook", at=NOW + HOUR)
    assert [row.address for row, _second in bounced(office, cast.aya.pk)] == ["aya@example.jp"]
    cast.aya.user.email = "new@example.jp"
    cast.aya.user.save()
    assert bounced(office, cast.aya.pk) == []
    actions.queue_rounds(actor=SYSTEM, at=NOW + 2 * HOUR, check_id=check.pk)
    assert recipient(check, cast.aya).bounced_at is None


def test_the_bounce_of_a_message_goes_to_the_address_for_it(office, settings):
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    settings.MAIL_BOUNCES = "bounces@ossma.example"
    with smtp_sink() as sink:
        settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": sink.port, "timeout": 5}}}
        deliver_chunk("email", clock=lambda: NOW)
        assert set(sink.senders) == {"bounces@ossma.example"}


def test_what_was_given_up_goes_once_more_to_the_address_as_it_is_now(cast, office, check):
    Delivery.objects.filter(recipient__member=cast.aya).update(state=Progress.GAVE_UP, tries=9, last_error="550 unknown", bounced_at=NOW)
    cast.aya.user.email = "new@example.jp"
    cast.aya.user.save()
    actions.try_again(actor=office, at=NOW + HOUR, check_id=check.pk)
    row = Delivery.objects.get(recipient__member=cast.aya)
    assert (row.state, row.tries, row.to_address, row.due_at, row.bounced_at) == (Progress.DUE, 0, "new@example.jp", NOW + HOUR, None)
    with pytest.raises(Refused):
        actions.try_again(actor=office, at=NOW + HOUR, check_id=check.pk)
    assert AuditEntry.objects.filter(action="safety.tried_again").count() == 1


def test_the_office_can_say_that_messages_of_open_checks_came_back(cast, check, office):
    assert actions.said_came_back(actor=office, at=NOW + HOUR, address="Aya@Example.jp") == 1
    assert recipient(check, cast.aya).bounced_at == NOW + HOUR
    assert recipient(check, cast.ben).bounced_at is None
    assert AuditEntry.objects.get(action="safety.said_came_back").detail == {"count": 1}
    assert actions.said_came_back(actor=office, at=NOW + HOUR, address="aya@example.jp") == 0


def test_old_messages_and_those_of_closed_checks_are_not_marked_by_hand(cast, check, office):
    assert actions.said_came_back(actor=office, at=NOW + 6 * DAY, address="aya@example.jp") == 0
    SafetyCheck.objects.update(state="closed")
    assert actions.said_came_back(actor=office, at=NOW + HOUR, address="aya@example.jp") == 0
