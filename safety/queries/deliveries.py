"""What is due, and what a message to one recipient needs (safety.md S1)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from ossma.core.claiming import Claim
from ossma.core.models import Progress
from safety import rules
from safety.models import Delivery, Round, SafetyCheck
from safety.states import CheckState, Standing

# What may go out: nothing of a stopped check. A correction opens its check again.
GOING_OUT = Q(check_row__state=CheckState.OPEN)


def going_out(channel: str) -> Q:
    """What may go out by one channel."""
    return GOING_OUT & Q(channel=channel)


def due_checks(at: datetime) -> list[int]:
    """Scheduled checks whose time has come, the oldest first."""
    return list(SafetyCheck.objects.filter(state=CheckState.SCHEDULED, scheduled_for__lte=at).order_by("scheduled_for").values_list("pk", flat=True))


def checks_with_due_rounds(at: datetime) -> list[int]:
    """Open checks with a round that is due and not queued."""
    rounds = Round.objects.filter(queued_at=None, due_at__lte=at, check_row__state=CheckState.OPEN)
    return sorted(set(rounds.values_list("check_row_id", flat=True)))


def waiting(at: datetime, channel: str, *, most: int | None = None) -> int:
    """How many messages of a channel wait for a worker now; counted up to `most`."""
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    return Delivery.objects.filter(going_out(channel), free, state=Progress.DUE, due_at__lte=at)[:most].count()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One claimed message: to whom, in which language and round, about which check."""

    pk: int
    tries: int
    to_address: str
    language: str
    round_number: int
    check_id: int
    recipient_id: int
    standing: str

    @property
    def is_needless(self) -> bool:
        """A reminder to somebody who has answered since it was queued."""
        return self.round_number not in {0, rules.CORRECTION_ROUND} and self.standing != Standing.SILENT


COLUMNS = ("pk", "tries", "to_address", "language", "round_number", "check_row_id", "recipient_id", "recipient__standing")


def parcels(held: Claim[Delivery]) -> list[Parcel]:
    """The claimed rows in the order they will be sent."""
    return [Parcel(*row) for row in Delivery.objects.filter(pk__in=held.ids).order_by("pk").values_list(*COLUMNS)]


def checks_of(rows: list[Parcel]) -> dict[int, SafetyCheck]:
    """The checks these messages are about, with who asks."""
    return SafetyCheck.objects.select_related("school").in_bulk({row.check_id for row in rows})
