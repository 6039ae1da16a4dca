"""From an advisory of the ministry to a draft that can be changed and sent (support.md N2)."""

from datetime import date

import pytest

from notices.models import Advisory
from ossma.core.refusals import NotFound
from safety import actions
from safety.states import CheckState
from tests.factories.safety import HOUR, NOW


@pytest.fixture
def advisory(db):
    """A spot advisory about France."""
    row = Advisory.objects.create(
        key_cd="2026C001", info_type="C30", title="フランス：大規模停電に関する注意喚起", lead="パリ市内で停電が発生しています。", url="https://example.jp/1",
        issued_on=date(2026, 11, 21), issued_at=NOW - HOUR, content_hash="x", first_seen_at=NOW, changed_at=NOW,
    )  # fmt: skip
    row.countries.add("0033")
    return row


def propose(actor, advisory, school_id=None):
    return actions.draft_from_advisory(actor=actor, at=NOW, advisory_id=advisory.pk, school_id=school_id)


def test_the_draft_is_filled_in_as_far_as_the_ministrys_words_go(office, advisory):
    check = propose(office, advisory)
    assert (check.state, check.title_ja, check.place_ja, check.place_en) == (CheckState.DRAFT, advisory.title, "フランス", "France")
    assert check.audience == {"countries": ["0033"]}
    assert advisory.url in check.text_ja
    # The ministry says when it wrote, not when it happened.
    assert (check.event_at, check.event_zone) == (None, "Europe/Paris")


def test_asked_for_twice_it_is_the_same_draft(doi, advisory):
    assert propose(doi, advisory, doi.school_id).pk == propose(doi, advisory, doi.school_id).pk


def test_office_and_school_hang_on_one_incident_and_ask_nobody_twice(cast, office, doi, advisory):
    all_over, own = propose(office, advisory), propose(doi, advisory, doi.school_id)
    assert all_over.incident == own.incident
    actions.send_check(actor=doi, at=NOW, check_id=own.pk, typed_count=None)
    assert actions.send_check(actor=office, at=NOW, check_id=all_over.pk, typed_count=None).recipient_count == 1


def test_an_advisory_without_countries_leaves_the_audience_to_a_person(office, advisory):
    advisory.countries.clear()
    check = propose(office, advisory)
    assert (check.audience, check.event_zone) == ({}, "Asia/Tokyo")


def test_a_long_advisory_is_cut_to_fit(office, advisory):
    advisory.title, advisory.lead = "長" * 400, "長" * 5000
    advisory.save()
    check = propose(office, advisory)
    assert (len(check.title_ja), len(check.text_ja)) == (120, 2000)
    assert check.text_ja.endswith(advisory.url)


def test_only_those_who_may_ask_get_a_draft(cast, doi, advisory):
    for actor, school_id in ((cast.viewer(cast.aya), None), (doi, cast.kohoku.pk), (doi, None)):
        with pytest.raises(NotFound):
            propose(actor, advisory, school_id)
    with pytest.raises(NotFound):
        actions.draft_from_advisory(actor=doi, at=NOW, advisory_id=0, school_id=doi.school_id)


def test_the_time_is_by_the_clock_of_the_place_where_most_members_are(cast, office, advisory):
    advisory.countries.add("0039", "1808")
    assert propose(office, advisory).event_zone == "Europe/Paris"


def test_an_incident_that_is_over_takes_no_new_draft(office, advisory):
    first = propose(office, advisory)
    actions.send_check(actor=office, at=NOW, check_id=first.pk, typed_count=None)
    actions.close_check(actor=office, at=NOW, check_id=first.pk)
    actions.close_incident(actor=office, at=NOW, incident_id=first.incident_id)
    assert propose(office, advisory).incident_id != first.incident_id
