"""What safety checks hang into the start pages."""

import pytest

from ossma.core.models import Progress
from ossma.core.viewer import by_link
from safety import actions, registered
from safety.models import Delivery
from safety.queries.dashboard import Tally
from tests.factories.safety import MINUTE, NOW, recipient, said, sent


@pytest.fixture
def check(cast, office):
    """The office asks; Aya needs help; Ben's mail did not arrive."""
    check = sent(office)
    actions.queue_rounds(actor=office, at=NOW, check_id=check.pk)
    Delivery.objects.filter(recipient__member=cast.ben).update(state=Progress.GAVE_UP, ended_at=NOW)
    row = recipient(check, cast.aya)
    actions.answer_by_link(actor=by_link(row.member_id), at=NOW + MINUTE, recipient_id=row.pk, said=said("help"), user_agent="Mozilla/5.0")
    return check


def test_today_shows_who_needs_help_and_what_runs_behind_the_wall(cast, check, doi):
    template, context = registered.today_safety(doi, NOW)
    assert template == "school/safety/panel.html"
    assert [case.member for case in context["cases"]] == [cast.aya]
    assert [(row["check"], row["tally"]) for row in context["checks"]] == [(check, Tally(help=1, silent=1))]
    assert context["may_ask"]
    assert not registered.today_safety(cast.viewer(cast.emi), NOW)[1]["may_ask"]


def test_the_office_s_work_list_has_help_silence_and_what_did_not_arrive(check, office):
    items = registered.office_work(office, NOW)
    assert [(item.key, item.count, item.urgent) for item in items] == [
        ("help", 1, True),
        (f"silent:{check.pk}", 2, False),
        ("undelivered", 1, False),
    ]


def test_a_drill_is_no_work(cast, office):
    check = sent(office, kind="drill", typed=3)
    row = recipient(check, cast.aya)
    actions.answer_by_link(actor=by_link(row.member_id), at=NOW + MINUTE, recipient_id=row.pk, said=said("help"), user_agent="Mozilla/5.0")
    assert registered.office_work(office, NOW) == []


def test_health_tells_how_many_messages_were_given_up(check):
    assert registered.sending_health().ok
    assert "1 messages" in registered.sending_health().detail
