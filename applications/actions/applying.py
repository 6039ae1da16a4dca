"""Applying for a service (member-portal.md M2)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from applications.actions.charging import charge
from applications.letters import Letters
from applications.models import Application, ApplicationDraft, Destination, Quote
from applications.queries.fees import price_of
from applications.queries.locking import lock_member
from applications.queries.places import Place
from applications.queries.standing import standing_of
from applications.rules.applying import Standing, Wish, check
from applications.rules.cancelling import moved_on
from applications.rules.fees import Price, is_owed
from applications.rules.period import day_in_japan, is_residence
from applications.states import ApplicationState
from members.models import Member
from ossma.core import audit
from ossma.core.documents import next_number
from ossma.core.duties import Duty, office_duty
from ossma.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Order:
    """An application as confirmed: what, why, where to, and whether Tabi-Regi is wanted with all its consents."""

    wish: Wish
    purpose: str
    stops: tuple[Place, ...]
    host: str = ""
    tabireg: bool = False

    def shown(self, price: Price, standing: Standing) -> str:
        """A mark of all that a confirmation page says: another word, sum or way of deciding gives another mark."""
        return hashlib.sha256(repr((self, price, _asks_school(standing))).encode()).hexdigest()


@office_duty(Duty.HANDLE_APPLICATIONS)
@transaction.atomic
def submit_application(*, member_id: int, key: UUID, order: Order, actor: Viewer, at: datetime, shown: str = "") -> Application:
    """Apply once per key: pressed twice or in two tabs, the second gets the first one's application.

    `shown` is what the confirmation said (`Order.shown`): when that no longer holds, nothing happens. Raises Refused by the rules of
    applying, NotFound for a stranger's member.
    """
    member = lock_member(actor, member_id)
    earlier = Application.objects.filter(key=key, member=member).first()
    if earlier:
        return earlier
    today = day_in_japan(at)
    standing = standing_of(member, today)
    check(order.wish, standing, today)
    price, table = price_of(order.wish, today)
    if shown and shown != order.shown(price, standing):
        raise moved_on()
    owed = is_owed(order.wish.payer, price.total)
    application = _written(member, key, order, _first_state(standing, owed), at)
    quote = Quote.write(application=application, price=price, table=table, period=(order.wish.first_day, order.wish.last_day), at=at)
    Letters(application, member, at).submitted(charged=owed)
    if application.state == ApplicationState.AWAITING_PAYMENT:
        charge(application=application, member=member, quote=quote, actor=actor, at=at)
    ApplicationDraft.objects.filter(member=member).delete()
    audit.record(
        actor=actor,
        at=at,
        action="application.submitted",
        subject=("application", application.pk),
        member_id=member.pk,
        school_id=member.school_id,
        detail={"service": application.service, "payer": application.payer, "months": quote.months, "total": quote.total},
    )
    return application


def _asks_school(standing: Standing) -> bool:
    return standing.terms is not None and standing.terms.needs_approval


def _first_state(standing: Standing, owed: bool) -> ApplicationState:
    if _asks_school(standing):
        return ApplicationState.AWAITING_APPROVAL
    return ApplicationState.AWAITING_PAYMENT if owed else ApplicationState.IN_FORCE


def _written(member: Member, key: UUID, order: Order, state: ApplicationState, at: datetime) -> Application:
    wish = order.wish
    # Three months and more: 在留届 takes the place of Tabi-Regi, whatever was ticked.
    tabireg = order.tabireg and not is_residence(wish.first_day, wish.last_day)
    application = Application.objects.create(
        member=member,
        number=next_number(prefix="APP", at=at),
        service=wish.service,
        payer=wish.payer,
        state=state,
        purpose=order.purpose,
        host=order.host,
        first_day=wish.first_day,
        last_day=wish.last_day,
        tabireg_wanted=tabireg,
        tabireg_consented_at=at if tabireg else None,
        key=key,
        submitted_at=at,
        is_demo=member.is_demo,
    )
    stops = [Destination(application=application, position=n, **stop.columns()) for n, stop in enumerate(order.stops, 1)]
    Destination.objects.bulk_create(stops)
    return application
