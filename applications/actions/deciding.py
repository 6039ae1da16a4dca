"""What happens to an application after it was made: the school's yes or no, the settled fee."""

from datetime import datetime

from django.db import transaction

from applications.actions.charging import charge
from applications.actions.moving import end_change, move
from applications.letters import Letters
from applications.models import Application
from applications.queries.changing import open_change
from applications.queries.locking import lock_application, lock_with_member
from applications.queries.money import quotes_in_force
from applications.rules import deciding
from applications.rules.fees import is_owed
from applications.states import ApplicationState, ChangeState
from members.models import Member
from members.school_access import school_act
from members.states import SchoolAct
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.refusals import NotFound
from ossma.core.viewer import Face, Viewer

DECIDERS = (Face.SCHOOL, Face.OFFICE, Face.SYSTEM)


@office_duty(Duty.HANDLE_APPLICATIONS)
@school_act(SchoolAct.MANAGE)
@transaction.atomic
def approve(*, application_id: int, actor: Viewer, at: datetime) -> Application:
    """The school agrees: the fee is asked for, or the application is in force where the member owes nothing."""
    application, member = _to_decide(application_id, actor)
    quote = quotes_in_force(application.pk).first()
    if quote is not None and is_owed(application.payer, quote.total):
        move(application=application, member=member, to=ApplicationState.AWAITING_PAYMENT, actor=actor, at=at)
        charge(application=application, member=member, quote=quote, actor=actor, at=at)
    else:
        move(application=application, member=member, to=ApplicationState.IN_FORCE, actor=actor, at=at)
        Letters(application, member, at).in_force()
    return application


@office_duty(Duty.HANDLE_APPLICATIONS)
@school_act(SchoolAct.MANAGE)
@transaction.atomic
def refuse(*, application_id: int, reason: str, actor: Viewer, at: datetime) -> Application:
    """The school does not agree; the member reads the reason."""
    application, member = _to_decide(application_id, actor)
    application.refusal = reason
    application.save(update_fields=["refusal"])
    move(application=application, member=member, to=ApplicationState.REFUSED, actor=actor, at=at)
    Letters(application, member, at).refused()
    return application


@inner_action
@transaction.atomic
def on_settled(*, payment_id: int, subject_id: int, actor: Viewer, at: datetime) -> None:
    """The fee is settled (called inside the settling transaction, the payment is locked): things open."""
    application = lock_application(subject_id)
    if application.state == ApplicationState.IN_FORCE:
        return
    member = Member.objects.select_related("school", "user").get(pk=application.member_id)
    move(application=application, member=member, to=ApplicationState.IN_FORCE, actor=actor, at=at, detail={"payment": payment_id})
    Letters(application, member, at).in_force()


@inner_action
@transaction.atomic
def on_unsettled(*, payment_id: int, subject_id: int, actor: Viewer, at: datetime) -> None:
    """All of the settled fee has gone back without us and the office ends the membership (inside its transaction, the payment is locked)."""
    application = lock_application(subject_id)
    if application.state != ApplicationState.IN_FORCE:
        return
    member = Member.objects.select_related("school", "user").get(pk=application.member_id)
    if change := open_change(application.pk):
        end_change(change=change, application=application, to=ChangeState.WITHDRAWN, actor=actor, at=at)
    move(application=application, member=member, to=ApplicationState.CANCELLED, actor=actor, at=at, detail={"unsettled": payment_id})
    Letters(application, member, at).ended_unpaid(payment_id)


def _to_decide(application_id: int, actor: Viewer) -> tuple[Application, Member]:
    if actor.face not in DECIDERS:
        raise NotFound
    _seen, member = lock_with_member(actor, application_id)
    application = lock_application(application_id)
    if refused := deciding.refusal_to_decide(application.state):
        raise refused
    return application, member
