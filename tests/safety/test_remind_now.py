"""督促: an extra round to the silent, never twice by two clicks (safety.md S1)."""

import pytest
from django.utils import timezone

from ossma.core.models import Progress
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from safety import actions, ladder
from safety.models import Delivery, Round
from tests.factories.safety import HOUR, MINUTE, NOW, draft, recipient, said, sent


def queue(check, at):
    return actions.queue_rounds(actor=SYSTEM, at=at, check_id=check.pk)


def remind(actor, check, at):
    return actions.remind_now(actor=actor, at=at, check_id=check.pk)


@pytest.fixture
def check(office):
    """Sent and delivered, without reminders of its own in the next hours."""
    check = sent(office, reminders=[1440])
    queue(check, NOW)
    Delivery.objects.update(state=Progress.SENT)
    return check


def test_only_the_silent_are_asked_once_more(cast, office, check):
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW, recipient_id=recipient(check, cast.aya).pk, said=said())
    remind(office, check, NOW + HOUR)
    assert queue(check, NOW + HOUR) == 2
    assert set(Delivery.objects.exclude(round_number=0).values_list("round_number", flat=True)) == {ladder.EXTRA_ROUNDS}


def test_two_clicks_remind_once(office, check):
    remind(office, check, NOW + HOUR)
    with pytest.raises(Refused):
        remind(office, check, NOW + HOUR)
    assert queue(check, NOW + HOUR) == 3
    with pytest.raises(Refused):
        remind(office, check, NOW + HOUR + 9 * MINUTE)
    remind(office, check, NOW + HOUR + 11 * MINUTE)
    assert Round.objects.filter(number__in=[200, 201]).count() == 2


def test_nobody_is_reminded_within_ten_minutes_of_the_first_message(office, check):
    with pytest.raises(Refused):
        remind(office, check, NOW + 9 * MINUTE)


def test_what_is_not_open_reminds_nobody(office, check):
    with pytest.raises(Refused):
        remind(office, draft(office), NOW + HOUR)
    actions.stop_check(actor=office, at=NOW, check_id=check.pk)
    with pytest.raises(Refused):
        remind(office, check, NOW + HOUR)


def test_a_school_reminds_only_about_its_own_checks(doi, check):
    with pytest.raises(NotFound):
        remind(doi, check, NOW + HOUR)


def test_the_dashboard_offers_it_and_a_second_press_says_why_not(cast, office):
    check = sent(office, at=timezone.now() - 2 * HOUR, audience={"named": [cast.aya.pk]})
    client, page = cast.client(cast.office), f"/admin/desk/safety/{check.pk}/"
    assert f"{page}remind/" in client.get(page).content.decode()
    assert client.post(f"{page}remind/").status_code == 302
    assert client.post(f"{page}remind/").status_code == 409
    assert Round.objects.filter(number=ladder.EXTRA_ROUNDS).count() == 1
