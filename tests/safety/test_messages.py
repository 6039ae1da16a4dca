"""What became of the messages, by country and by school or group, each viewer's own (safety.md S3)."""

import pytest

from ossma.core.models import Progress
from ossma.core.viewer import by_link
from safety import actions
from safety.models import Delivery, Recipient
from safety.queries.messages import messages_by_country, messages_by_part
from tests.factories.members import MemberFactory
from tests.factories.safety import HOUR, MINUTE, NOW, draft, recipient, said, sent


@pytest.fixture
def check(cast, office):
    """Aya answered and Chika's mail came back; Ben's was given up."""
    check = sent(office)
    actions.queue_rounds(actor=office, at=NOW, check_id=check.pk)
    mails = Delivery.objects.filter(check_row=check, channel="email", round_number=0)
    mails.update(state=Progress.SENT, ended_at=NOW)
    mails.filter(recipient__member=cast.ben).update(state=Progress.GAVE_UP)
    mails.filter(recipient__member=cast.chika).update(bounced_at=NOW + HOUR)
    row = recipient(check, cast.aya)
    actions.mark_opened(actor=by_link(cast.aya.pk), at=NOW + MINUTE, recipient_id=row.pk)
    actions.answer_by_link(actor=by_link(cast.aya.pk), at=NOW + MINUTE, recipient_id=row.pk, said=said(), user_agent="Mozilla/5.0")
    return check


def test_they_are_counted_by_country_with_those_that_were_lost(check, office):
    (france,) = messages_by_country(office, check)
    assert (france.name, france.asked, france.opened, france.answered) == ("フランス", 3, 1, 1)
    assert (france.sent, france.delivered, france.lost) == (2, 1, 2)


def test_by_school_for_the_office_by_group_for_a_school_and_a_supporter(cast, check, office, doi):
    schools = {line.name: (line.asked, line.delivered, line.lost) for line in messages_by_part(office, check)}
    assert schools == {"青葉国際大学": (2, 1, 1), "港北学院大学": (1, 0, 1)}
    for viewer in (doi, cast.viewer(cast.emi)):
        assert [(line.name, line.asked, line.delivered) for line in messages_by_part(viewer, check)] == [("国際学部", 1, 1)]


def test_each_counts_only_the_messages_behind_their_own_wall(cast, check, doi):
    assert [(line.asked, line.lost) for line in messages_by_country(doi, check)] == [(2, 1)]
    assert [line.asked for line in messages_by_country(cast.viewer(cast.emi), check)] == [1]
    assert messages_by_country(cast.viewer(cast.ben), check) == []


def test_the_page_shows_both_tables_and_a_draft_has_none(cast, check, doi):
    client = cast.client(cast.doi)
    text = client.get(f"/school/safety/{check.pk}/messages/").content.decode()
    for words in ("国・地域別", "グループ別", "フランス", "不達"):
        assert words in text
    waiting = draft(doi)
    assert client.get(f"/school/safety/{waiting.pk}/messages/").url == f"/school/safety/{waiting.pk}/"


def test_they_cost_the_same_queries_with_one_and_with_three_more(cast, check, office, django_assert_max_num_queries):
    counts = []
    for more in (1, 3):
        for _new in range(more):
            Recipient.objects.create(check_row=check, member=MemberFactory(school=cast.aoba), school=cast.aoba, reason="named", country_id="0039")
        with django_assert_max_num_queries(6) as asked:
            messages_by_country(office, check)
            messages_by_part(office, check)
        counts.append(len(asked))
    assert counts[0] == counts[1]
