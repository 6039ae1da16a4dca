"""What was quoted for an application, and what its payments hold."""

from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from applications.models import Application, GiveBack, PeriodChange, Quote
from applications.rules.differences import Purse, Settled, settled_of
from applications.states import ApplicationState, ChangeState, PayerKind
from ossma.core.duties import Duty
from ossma.core.viewer import Viewer
from payments.models import Payment, PaymentLine
from payments.queries import holdings

# What payments are for, as they name it.
APPLICATION, CHANGE = "application", "period_change"


def payments_of(application_id: int) -> QuerySet[Payment]:
    """The fee of an application, and the differences after its changes of period."""
    changes = PeriodChange.objects.filter(application_id=application_id).values("pk")
    return Payment.objects.filter(Q(subject_kind=APPLICATION, subject_id=application_id) | Q(subject_kind=CHANGE, subject_id__in=changes))


def quotes_in_force(application_id: int) -> QuerySet[Quote]:
    """Quotes that hold or held, the newest first: those of changes that wait or came to nothing are left out."""
    return Quote.objects.filter(Q(period_change=None) | Q(period_change__state=ChangeState.APPLIED), application_id=application_id)


def purses_of(application: Application) -> list[Purse]:
    """What each settled payment still holds, last settled first; what waits to be given back is gone already."""
    found = holdings(payments_of(application.pk).values_list("pk", flat=True))
    lines: dict[int, list[int]] = {}
    for payment_id, amount in PaymentLine.objects.filter(payment__in=[one.payment_id for one in found]).values_list("payment_id", "amount"):
        lines.setdefault(payment_id, []).append(amount)
    waiting: dict[int, int] = {}
    for payment_id, amount in GiveBack.objects.filter(application=application, refund=None).values_list("payment_id", "amount"):
        waiting[payment_id] = waiting.get(payment_id, 0) + amount
    purses = []
    for one in found:
        held = max(0, one.amount - waiting.get(one.payment_id, 0))
        purses.append(Purse(one.payment_id, held, _handling(lines.get(one.payment_id, [])), one.goodwill))
    return purses


def give_backs_waiting(viewer: Viewer) -> tuple[int, datetime | None]:
    """How many refunds could not be asked for yet, and since when."""
    if not viewer.may(Duty.HANDLE_PAYMENTS):
        return 0, None
    found = GiveBack.objects.filter(refund=None).aggregate(n=Count("pk"), oldest=Min("made_at"))
    return found["n"], found["oldest"]


def _handling(amounts: list[int]) -> int:
    """The last line of several is the handling fee; a single line has none in it."""
    return amounts[-1] if len(amounts) > 1 else 0


def settled_in(application: Application, purses: list[Purse]) -> Settled:
    """What purses hold, and the fee in it: that of the quote in force."""
    quote = quotes_in_force(application.pk).first()
    holds = application.payer == PayerKind.MEMBER and application.state == ApplicationState.IN_FORCE
    goodwill = sum(purse.goodwill for purse in purses)
    return settled_of(sum(purse.held for purse in purses), quote.fee if quote and holds else 0, goodwill)
