"""Reads of the way into membership."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from members import join_passwords
from members.models import Member, School, SchoolContract, SignupDraft
from members.school_access import allows
from members.states import SchoolAct, SchoolState


@dataclass(frozen=True, slots=True)
class Draft:
    """A registration half-way, with what was typed so far: field names with lists of values, as forms send them."""

    school: School | None
    school_confirmed: bool
    typed: dict[str, list[str]]


def draft_of(user_id: int) -> Draft:
    """What is known so far; empty for a registration that has not come past the code."""
    row = SignupDraft.objects.filter(user_id=user_id).select_related("school").first()
    if row is None:
        return Draft(None, False, {})
    return Draft(row.school, row.school_confirmed, json.loads(row.profile or "{}"))


def school_by_join_password(typed: str, at: datetime) -> School | None:
    """The school whose join password this is, if both are good at `at`. Why not is nobody's business (M1)."""
    good = Q(join_passwords__expires_at=None) | Q(join_passwords__expires_at__gt=at)
    return School.objects.filter(
        good,
        join_passwords__digest__in=join_passwords.digests(typed),
        join_passwords__valid_from__lte=at,
        join_passwords__suspended=False,
        state__in=[state for state in SchoolState if allows(state, SchoolAct.JOIN)],
    ).first()


def contract_of(school_id: int, day: date) -> SchoolContract | None:
    """The school's contract on that day."""
    running = Q(ends_on=None) | Q(ends_on__gte=day)
    return SchoolContract.objects.filter(running, school_id=school_id, starts_on__lte=day).order_by("-starts_on", "-pk").first()


def active_members(school_id: int) -> int:
    """How many of a school's licences are taken."""
    return Member.objects.filter(school_id=school_id, withdrawn_at=None).count()
