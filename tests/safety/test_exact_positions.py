"""A position belongs to its member: shown to about 20 km, exactly only in need, every look on record, forgotten in time (safety.md S3)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from ossma.core.models import AuditEntry
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.actions.positions import coarsen_positions, look_at_position, set_precision
from safety.models import Answer, Incident, PositionLook
from safety.precision import coarse, shown_as
from safety.queries.looks import exact_position, looks_at
from safety.said import Position
from tests.factories.safety import DAY, MINUTE, NOW, recipient, said, sent
from tests.safety.test_answering import answer

HERE = Position(48.85837, 2.29448, 12.0, NOW)


@pytest.fixture
def check(office):
    """A check about an incident that goes on."""
    return sent(office)


def over(check):
    """The incident is over."""
    Incident.objects.filter(pk=check.incident_id).update(closed_at=NOW)


def look(cast, who, **more):
    """Dr. Doi or somebody else looks at Aya's position."""
    return look_at_position(actor=cast.viewer(who), at=NOW + DAY, member_id=cast.aya.pk, **{"reason": "救急車を送る"} | more)


def test_a_coarse_position_is_one_of_a_grid_and_never_further_off_than_a_cell():
    assert coarse(48.85837, 2.29448) == coarse(48.81, 2.39) == (48.9, 2.3)
    assert coarse(-0.01, -179.99) == (-0.1, -179.9)
    assert all(abs(one) <= most for one, most in zip(coarse(90, 180), (90, 180), strict=True))


@pytest.mark.parametrize(
    ("chosen", "needs_help", "incident_open", "is_drill", "shown"),
    [
        ("exact", False, False, False, "near"),
        ("exact", True, False, False, "exact"),
        ("exact", False, True, False, "exact"),
        ("exact", True, True, True, "near"),
        ("near", True, True, False, "near"),
        ("region", True, True, False, "region"),
    ],
)
def test_exact_is_shown_only_in_need_and_never_more_exactly_than_the_member_chose(chosen, needs_help, incident_open, is_drill, shown):
    assert shown_as(chosen=chosen, needs_help=needs_help, incident_open=incident_open, is_drill=is_drill) == shown


def test_an_answer_keeps_the_exact_place_encrypted_and_the_coarse_one_in_clear(cast, check):
    answer(check, cast.aya, position=HERE)
    kept = Answer.objects.get()
    assert (kept.coarse_latitude, kept.coarse_longitude) == (48.9, 2.3)
    assert "48.85837" in kept.position


def test_a_look_gives_the_place_and_leaves_who_when_and_why(cast, check):
    answer(check, cast.aya, position=HERE)
    found = look(cast, cast.doi)
    assert (found.latitude, found.longitude) == (48.85837, 2.29448)
    noted = PositionLook.objects.get()
    assert (noted.by_id, noted.by_name, noted.at, noted.reason) == (cast.doi.user_id, "土井 博, 青葉国際大学", NOW + DAY, "救急車を送る")
    assert AuditEntry.objects.get(action="safety.position_looked").member_id == cast.aya.pk
    assert looks_at(cast.viewer(cast.aya)) == [noted]
    assert looks_at(cast.viewer(cast.ben)) == []


def test_without_a_reason_nothing_is_opened(cast, check):
    answer(check, cast.aya, position=HERE)
    with pytest.raises(Refused):
        look(cast, cast.doi, reason="  ")
    assert not PositionLook.objects.exists()


def test_once_the_incident_is_over_the_exact_place_stays_closed_unless_help_is_needed(cast, check):
    answer(check, cast.aya, position=HERE)
    over(check)
    with pytest.raises(Refused):
        look(cast, cast.doi)
    actions.report_own(actor=cast.viewer(cast.aya), at=NOW + MINUTE, said=said("help"))
    assert look(cast, cast.doi).answer_id


def test_a_drill_opens_no_exact_place(cast, office):
    drill = sent(office, kind="drill", typed=3)
    answer(drill, cast.aya, "help", position=HERE)
    with pytest.raises(Refused):
        look(cast, cast.office)


def test_the_members_choice_holds_for_what_was_said_before(cast, check):
    answer(check, cast.aya, position=HERE)
    set_precision(actor=cast.viewer(cast.aya), at=NOW, precision="near")
    assert exact_position(cast.viewer(cast.doi), cast.aya.pk) is None


def test_only_administrators_of_the_school_and_the_office_may_look(cast, check):
    answer(check, cast.aya, position=HERE)
    for who in (cast.emi, cast.ben, cast.chika):
        with pytest.raises(NotFound):
            look(cast, who)
    with pytest.raises(NotFound):
        look_at_position(actor=cast.viewer(cast.doi), at=NOW, member_id=cast.chika.pk, reason="x")


def test_ninety_days_after_the_check_closed_only_the_city_is_left(cast, check, office):
    answer(check, cast.aya, position=HERE)
    actions.close_check(actor=office, at=NOW + DAY, check_id=check.pk)
    late = NOW + timedelta(days=91)
    assert coarsen_positions(actor=SYSTEM, at=late - MINUTE) == 0
    assert coarsen_positions(actor=SYSTEM, at=late, dry_run=True) == 1
    assert Answer.objects.get().position
    assert coarsen_positions(actor=SYSTEM, at=late) == 1
    kept = Answer.objects.get()
    assert (kept.position, kept.city, kept.country_id) == ("", "パリ", "0033")
    assert coarsen_positions(actor=SYSTEM, at=late) == 0


def test_a_check_that_runs_keeps_its_positions_and_a_report_without_a_check_goes_by_its_own_time(cast, check):
    answer(check, cast.aya, position=HERE)
    over_sea = Position(0.0, -140.0, 5.0, NOW)
    actions.report_own(actor=cast.viewer(cast.ben), at=NOW + MINUTE, said=said("ok", position=over_sea))
    assert coarsen_positions(actor=SYSTEM, at=NOW + timedelta(days=90) + MINUTE) == 1
    kept = Answer.objects.get(member=cast.ben, recipient=None)
    assert (kept.position, kept.coarse_latitude, kept.city) == ("", None, "")
    assert Answer.objects.get(member=cast.aya).position


def test_the_purge_command_says_what_it_would_do_before_it_does_it(cast, check):
    answer(check, cast.aya, position=HERE)
    Answer.objects.update(recipient=None, received_at=NOW - timedelta(days=400))
    out = StringIO()
    call_command("purge_personal_data", "--dry-run", stdout=out)
    assert "safety.positions: 1 to forget" in out.getvalue()
    assert Answer.objects.get().position
    call_command("purge_personal_data", stdout=out)
    assert Answer.objects.get().position == ""


def test_rotating_the_keys_keeps_exact_positions_readable(cast, check, settings):
    answer(check, cast.aya, position=HERE)
    settings.FIELD_KEYS = ["bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleTE=", *settings.FIELD_KEYS]
    call_command("rotate_field_keys", stdout=StringIO())
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert look(cast, cast.doi).latitude == 48.85837


def test_the_page_asks_why_and_shows_the_place_only_to_a_post(cast, check):
    answer(check, cast.aya, position=HERE)
    url = reverse("school:safety:exact", args=[cast.aya.pk])
    client = cast.client(cast.doi)
    assert "48.85837" not in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert "48.85837" in client.post(url, {"reason": "救急車"}).content.decode()
    assert recipient(check, cast.aya).standing == "ok"
