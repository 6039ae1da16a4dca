"""The family line: a link for up to three people close to the member, and what they say on it (safety.md S3)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.rules.period import day_in_japan
from members.models import Member
from ossma.core import audit, outbox
from ossma.core.duties import not_for_office
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Face, Viewer
from safety.actions.answering import report_by_family
from safety.models import FamilyLink, SafetyCase
from safety.promises import expiry_after
from safety.queries.alerted import alerted
from safety.queries.family import last_day_of_trips, living_link
from safety.said import Said, Witness
from safety.states import AnswerKind, AnswerSource, CaseState

MOST_LINKS = 3


@not_for_office
@transaction.atomic
def give_link(*, actor: Viewer, at: datetime, name: str, relation: str) -> FamilyLink:
    """Give one more person a link; it lives until two weeks after the last day of the trips known now."""
    member_id = _own(actor)
    Member.objects.select_for_update(of=("self",)).get(pk=member_id)
    expires_at = _expiry(actor, at)
    mine = FamilyLink.objects.filter(member=member_id, revoked_at=None)
    # What is over makes room.
    mine.filter(expires_at__lte=at).update(revoked_at=at)
    taken = set(mine.values_list("position", flat=True))
    free = [position for position in range(1, MOST_LINKS + 1) if position not in taken]
    if not free:
        raise Refused(_("Three people have a link already. Take one back first."))
    link = FamilyLink.objects.create(
        member_id=member_id, name=name, relation=relation, position=free[0], created_at=at, expires_at=expires_at
    )  # fmt: skip
    return _noted(link, "safety.family_link_given", actor=actor, at=at)


@not_for_office
@transaction.atomic
def renew_link(*, actor: Viewer, at: datetime, link_id: int) -> FamilyLink:
    """Let a link live as long as the trips known now."""
    link = _locked(actor, at, link_id)
    link.expires_at = max(link.expires_at, _expiry(actor, at))
    link.save(update_fields=["expires_at"])
    return _noted(link, "safety.family_link_renewed", actor=actor, at=at)


@not_for_office
@transaction.atomic
def take_back_link(*, actor: Viewer, at: datetime, link_id: int) -> FamilyLink:
    """From this moment on the link shows nothing any more."""
    link = _locked(actor, at, link_id)
    link.revoked_at = at
    link.save(update_fields=["revoked_at"])
    return _noted(link, "safety.family_link_taken_back", actor=actor, at=at)


@not_for_office
@transaction.atomic
def family_says(*, actor: Viewer, at: datetime, link_id: int, kind: AnswerKind, how_known: str, key: UUID) -> None:
    """Keep what a family has heard, and tell whoever looks after the member. The same key twice says it once."""
    link = living_link(link_id, at)
    if link is None:
        raise NotFound
    who = f"{link.name} ({link.relation})" if link.relation else link.name
    witness = Witness(AnswerSource.FAMILY, said_by=who, how_known=how_known.strip())
    stored = report_by_family(actor=actor, at=at, member_id=link.member_id, said=Said(kind, key), witness=witness)
    if stored.new:
        _tell(link, kind, witness, key, at=at)


def _expiry(actor: Viewer, at: datetime) -> datetime:
    last_day = last_day_of_trips(actor, day_in_japan(at))
    if last_day is None:
        raise Refused(_("A link goes with a stay abroad. Apply for a service first."))
    return expiry_after(last_day)


def _own(actor: Viewer) -> int:
    if actor.face is not Face.MEMBER or actor.member_id is None:
        raise NotFound
    return actor.member_id


def _locked(actor: Viewer, at: datetime, link_id: int) -> FamilyLink:
    rows = FamilyLink.objects.select_for_update().filter(pk=link_id, member=_own(actor), revoked_at=None, expires_at__gt=at)
    link = rows.first()
    if link is None:
        raise NotFound
    return link


def _noted(link: FamilyLink, action: str, *, actor: Viewer, at: datetime) -> FamilyLink:
    audit.record(actor=actor, at=at, action=action, subject=("family_link", link.pk), member_id=link.member_id)
    return link


def _tell(link: FamilyLink, kind: AnswerKind, witness: Witness, key: UUID, *, at: datetime) -> None:
    """A mail to whoever is in charge of the member's case, else to the office and the school."""
    member = link.member
    cases = SafetyCase.objects.filter(member=member, is_drill=False).exclude(state=CaseState.RESOLVED)
    case = cases.select_related("owner").first()
    told = alerted(member.school)
    if case and case.owner and case.owner.is_active:
        told = [(case.owner.email, "office" if case.owner.is_staff else "school")]
    for address, face in told:
        path = reverse(f"{face}:safety:case", args=[case.pk]) if case else reverse(f"{face}:safety:list")
        facts = {
            "name_ja": member.japanese_name, "name_en": member.roman_name,
            "number": member.number, "said_by": witness.said_by, "how_known": witness.how_known, "help": kind is AnswerKind.HELP, "path": path,
        }  # fmt: skip
        outbox.promise(
            key=f"family:{key}:{address}", to_address=address, language=outbox.BOTH, template="safety/family", context=facts, at=at,
            member_id=member.pk,
        )  # fmt: skip
