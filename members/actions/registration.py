"""From a confirmed address to a member (M1): school, profile, done."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import rules, school_access
from members.actions.second_address import promise_confirmation
from members.models import Member, School, SchoolContract, SignupDraft, User
from members.queries.registration import active_members, contract_of
from members.states import SchoolAct
from ossma.core import audit
from ossma.core.duties import not_for_office
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer


def _draft(user_id: int, at: datetime) -> SignupDraft:
    SignupDraft.objects.bulk_create([SignupDraft(user_id=user_id, updated_at=at)], ignore_conflicts=True)
    return SignupDraft.objects.select_for_update().get(user_id=user_id)


@not_for_office
@transaction.atomic
def choose_school(*, user_id: int, school: School | None, actor: Viewer, at: datetime) -> None:
    """Put the school of a join password into the draft, still to be confirmed; None takes it out again (いいえ)."""
    draft = _draft(user_id, at)
    draft.school, draft.school_confirmed, draft.updated_at = school, False, at
    draft.save(update_fields=["school", "school_confirmed", "updated_at"])
    school_id = school.pk if school else None
    audit.record(actor=actor, at=at, action="registration.school_chosen", subject=("user", user_id), school_id=school_id)


@not_for_office
@transaction.atomic
def confirm_school(*, user_id: int, actor: Viewer, at: datetime) -> None:
    """はい: this is my school. Refused when none was chosen."""
    draft = _draft(user_id, at)
    if draft.school_id is None:
        raise Refused(_("Please enter your school's join password first."), code="no_school")
    draft.school_confirmed, draft.updated_at = True, at
    draft.save(update_fields=["school_confirmed", "updated_at"])
    audit.record(actor=actor, at=at, action="registration.school_confirmed", subject=("user", user_id), school_id=draft.school_id)


@not_for_office
@transaction.atomic
def keep_typed(*, user_id: int, typed: dict[str, list[str]], actor: Viewer, at: datetime) -> None:
    """Keep what was typed, right or wrong: nothing is lost, and it is there on any device."""
    draft = _draft(user_id, at)
    draft.profile, draft.updated_at = json.dumps(typed, ensure_ascii=False), at
    draft.save(update_fields=["profile", "updated_at"])
    audit.record(actor=actor, at=at, action="registration.draft_kept", subject=("user", user_id), school_id=draft.school_id)


@not_for_office
@transaction.atomic
def finish(*, user_id: int, profile: dict[str, Any], contacts: list[dict[str, Any]], actor: Viewer, at: datetime) -> Member:
    """登録: make the member out of clean values. A second press finds the member of the first.

    Refused without a confirmed school, and where the school's licences are used up (contracts.md C4).
    """
    user = User.objects.select_for_update().get(pk=user_id)
    existing = Member.objects.filter(user=user).first()
    if existing:
        return existing
    draft = _draft(user_id, at)
    if draft.school is None or not draft.school_confirmed:
        raise Refused(_("Please enter your school's join password first."), code="no_school")
    _ask_school(draft.school, at)
    _ask_licences(draft.school.pk, at)
    language = profile["language"]
    person = {name: value for name, value in profile.items() if name != "language"}
    member = Member.objects.create(
        user=user, school=draft.school, number=rules.member_number(user.pk), registered_at=at, is_demo=user.is_demo, **person
    )
    member.set_contacts(contacts)
    user.language, user.name = language, member.japanese_name
    user.save(update_fields=["language", "name"])
    draft.delete()
    promise_confirmation(member=member, actor=actor, at=at)
    audit.record(actor=actor, at=at, action="member.registered", subject=("member", member.pk), member_id=member.pk, school_id=member.school_id)
    return member


def _ask_school(school: School, at: datetime) -> None:
    """The school may have been suspended or ended since it was chosen (contracts.md C7)."""
    if not school_access.allows(school_access.portal_state(school.state, school.ended_at, at), SchoolAct.JOIN):
        raise Refused(_("Your school takes no new members in OSSMA at present. Please ask the office in charge at your school."), code="school_state")


def _ask_licences(school_id: int, at: datetime) -> None:
    contract = contract_of(school_id, timezone.localdate(at))
    if contract is None or contract.licences is None:
        return
    SchoolContract.objects.select_for_update().get(pk=contract.pk)
    reason = rules.refuse_one_more(contract.licences, active_members(school_id))
    if reason:
        raise Refused(reason, code="licences")
