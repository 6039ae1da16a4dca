"""Missed check-ins: a member says when they will report, and is looked for if they do not (safety.md S4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from applications.queries.places import Place
from members.models import Member
from ossma.core import audit
from ossma.core.duties import not_for_office
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Viewer
from safety import promises, rules
from safety.actions.answering import report_by_link, report_own
from safety.letters import tell_all_clear
from safety.models import CheckIn
from safety.queries import checkins
from safety.queries.answering import has_open_call
from safety.said import Said
from safety.states import AnswerKind, CheckInState


@dataclass(frozen=True, slots=True)
class Plan:
    """A check-in as confirmed; times are aware."""

    location: Place
    due_at: datetime
    no_signal_until: datetime | None
    grace_minutes: int
    note: str
    told_contacts: list[int]
    key: UUID


@not_for_office
@transaction.atomic
def plan_check_in(*, actor: Viewer, at: datetime, plan: Plan) -> CheckIn:
    """Set a check-in. The same page sent twice sets one."""
    if actor.member_id is None:
        raise NotFound
    Member.objects.select_for_update(of=("self",)).get(pk=actor.member_id)
    mine = CheckIn.objects.filter(member=actor.member_id)
    if found := mine.filter(key=plan.key).first():
        return found
    running = mine.filter(state__in=checkins.RUNNING).count()
    promises.require_plan(
        due_at=plan.due_at, no_signal_until=plan.no_signal_until, grace_minutes=plan.grace_minutes, running=running, at=at
    )  # fmt: skip
    known = {contact.position for contact in checkins.contacts_of(actor) if contact.email}
    row = CheckIn.objects.create(
        member_id=actor.member_id, place=plan.location.city, country_id=plan.location.country_id, zone=plan.location.zone, note=plan.note,
        due_at=plan.due_at, no_signal_until=plan.no_signal_until, grace_minutes=plan.grace_minutes,
        told_contacts=sorted(known & set(plan.told_contacts)), created_at=at, key=plan.key,
    )  # fmt: skip
    return _noted(row, "safety.check_in_planned", actor=actor, at=at)


@not_for_office
@transaction.atomic
def extend_check_in(*, actor: Viewer, at: datetime, check_in_id: int, seen_due: datetime, said_at: datetime | None = None) -> CheckIn:
    """Put it off by an hour from when it was pressed. `seen_due` is the time the page showed: a tap that comes twice does it once."""
    row = _locked(actor, check_in_id)
    if row.runs_from != seen_due:
        return row
    if row.state != CheckInState.PLANNED:
        promises.require_check_in_move(row.state, CheckInState.PLANNED)
    row.due_at = promises.put_off(due_at=row.due_at, no_signal_until=row.no_signal_until, at=_pressed_at(row, said_at, at))
    row.state, row.reminded_at = CheckInState.PLANNED, None
    row.save()
    return _noted(row, "safety.check_in_extended", actor=actor, at=at)


@not_for_office
@transaction.atomic
def report_check_in(*, actor: Viewer, at: datetime, check_in_id: int, said_at: datetime | None = None, sure: bool = False) -> CheckIn:
    """ "I am safe": a report like any other, so that the school sees it too, and the end of the check-in. It counts from when it was pressed.

    Before its time it does not say where one is. While a call for help is open it is asked for once more (Refused "open_call" unless `sure`).
    """
    row = _locked(actor, check_in_id)
    if row.state == CheckInState.REPORTED:
        return row
    promises.require_check_in_move(row.state, CheckInState.REPORTED)
    pressed = _pressed_at(row, said_at, at)
    if not sure and has_open_call(row.member_id):
        words = _("Your call for help is still open. Say once more that you are safe: we will call you all the same, to be sure.")
        raise Refused(words, code="open_call")
    said = Said(AnswerKind.OK, uuid5(row.key, "reported"), said_at=pressed)
    if pressed >= row.due_at:
        said = replace(said, country_id=row.country_id, city=row.place)
    if actor.user_id is None:
        report_by_link(actor=actor, at=at, member_id=row.member_id, said=said)
    else:
        report_own(actor=actor, at=at, said=said)
    was_missed = row.state == CheckInState.MISSED
    row.state, row.ended_at = CheckInState.REPORTED, pressed
    row.save()
    if was_missed:
        tell_all_clear(row, at=at)
    return _noted(row, "safety.check_in_reported", actor=actor, at=at)


@not_for_office
@transaction.atomic
def cancel_check_in(*, actor: Viewer, at: datetime, check_in_id: int) -> CheckIn:
    """Nothing is waited for any more."""
    row = _locked(actor, check_in_id)
    if row.state == CheckInState.CANCELLED:
        return row
    promises.require_check_in_move(row.state, CheckInState.CANCELLED)
    row.state, row.ended_at = CheckInState.CANCELLED, at
    row.save()
    return _noted(row, "safety.check_in_cancelled", actor=actor, at=at)


def _pressed_at(row: CheckIn, said_at: datetime | None, at: datetime) -> datetime:
    """When a tap was pressed, by the phone that kept it: not before there was a check-in, and not in the future."""
    return rules.said_when(claimed=said_at, received=at, sent=row.created_at)


def _locked(actor: Viewer, check_in_id: int) -> CheckIn:
    rows = CheckIn.objects.select_for_update(of=("self",)).select_related("member__user", "member__school", "country")
    row = rows.filter(pk=check_in_id, member=actor.member_id).first()
    if actor.member_id is None or row is None:
        raise NotFound
    return row


def _noted(row: CheckIn, action: str, *, actor: Viewer, at: datetime) -> CheckIn:
    audit.record(actor=actor, at=at, action=action, subject=("check_in", row.pk), member_id=row.member_id)
    return row
