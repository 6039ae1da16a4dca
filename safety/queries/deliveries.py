"""What is due, and what a message to one recipient needs (safety.md S1)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from ossma.core.claiming import Claim, nobody_holds
from ossma.core.models import Progress
from safety import ladder
from safety.models import Delivery, Recipient, Round, SafetyCheck
from safety.states import Channel, CheckState, Standing

FOR_EVERYBODY = (ladder.FIRST_ROUND, ladder.CORRECTION_ROUND)
# What may go out: nothing of a stopped check. A correction opens its check again.
GOING_OUT = Q(check_row__state=CheckState.OPEN)


def going_out(channel: str) -> Q:
    """What may go out by one channel."""
    return GOING_OUT & Q(channel=channel)


def due_checks(at: datetime) -> list[int]:
    """Scheduled checks whose time has come, the oldest first."""
    return list(SafetyCheck.objects.filter(state=CheckState.SCHEDULED, scheduled_for__lte=at).order_by("scheduled_for").values_list("pk", flat=True))


def held_drafts() -> list[tuple[int, datetime]]:
    """Checks that a rule has drafted and nobody has sent yet."""
    rows = SafetyCheck.objects.filter(state=CheckState.DRAFT).exclude(held_until=None).order_by("held_until")
    return [(pk, until) for pk, until in rows.values_list("pk", "held_until") if until]


def checks_with_due_rounds(at: datetime) -> list[int]:
    """Open checks with a round that is due and not queued."""
    rounds = Round.objects.filter(queued_at=None, due_at__lte=at, check_row__state=CheckState.OPEN)
    return sorted(set(rounds.values_list("check_row_id", flat=True)))


def waiting(at: datetime, channel: str, *, most: int | None = None) -> int:
    """How many messages of a channel wait for a worker now; counted up to `most`."""
    return Delivery.objects.filter(going_out(channel), nobody_holds(at), state=Progress.DUE, due_at__lte=at)[:most].count()


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
    channel: str = Channel.EMAIL
    # The clock of the recipient.
    zone: str = ""

    @property
    def is_needless(self) -> bool:
        """A reminder to somebody who has answered since it was queued."""
        return self.round_number not in FOR_EVERYBODY and self.standing != Standing.SILENT


# Of one recipient and channel, an earlier message that has not gone yet: it asks the same, so a later one beside it says nothing more.
UNDER_WAY = """
SELECT d.id FROM safety_delivery d
WHERE d.id = ANY(%(ids)s) AND d.round_number <> ALL(%(everybody)s) AND EXISTS (
    SELECT 1 FROM safety_delivery e
    WHERE e.recipient_id = d.recipient_id AND e.channel = d.channel AND e.id < d.id AND e.state = 'due' AND (e.tries > 0 OR e.due_at <= %(at)s))
"""


def superseded(ids: list[int], at: datetime) -> set[int]:
    """Of these messages that are due, those whose recipient still waits for an earlier one by the same channel."""
    with connection.cursor() as cursor:
        cursor.execute(UNDER_WAY, {"ids": ids, "everybody": list(FOR_EVERYBODY), "at": at})
        return {row[0] for row in cursor.fetchall()}


COLUMNS = (
    "pk",
    "tries",
    "to_address",
    "language",
    "round_number",
    "check_row_id",
    "recipient_id",
    "recipient__standing",
    "channel",
    "recipient__zone",
)


def parcels(held: Claim[Delivery]) -> list[Parcel]:
    """The claimed rows in the order they will be sent."""
    return [Parcel(*row) for row in Delivery.objects.filter(pk__in=held.ids).order_by("pk").values_list(*COLUMNS)]


def checks_of(rows: list[Parcel]) -> dict[int, SafetyCheck]:
    """The checks these messages are about, with who asks."""
    return SafetyCheck.objects.select_related("school").in_bulk({row.check_id for row in rows})


def names_of(recipient_ids: list[int]) -> dict[int, str]:
    """The members' names as their families know them: as in Japan, and in Roman letters."""
    if not recipient_ids:
        return {}
    columns = ("member__family_name", "member__given_name", "member__given_roman", "member__family_roman")
    rows = Recipient.objects.filter(pk__in=recipient_ids).select_related("member").only("pk", *columns)
    return {row.pk: f"{row.member.japanese_name} ({row.member.roman_name})" for row in rows}


@dataclass(frozen=True, slots=True)
class Rung:
    """One try to reach somebody: when it is due or ended, by which way and to which address, and what came of it."""

    at: datetime
    round_number: int
    channel: Channel
    to_address: str
    state: Progress
    bounced_at: datetime | None
    error: str


def tried(recipient_id: int) -> list[Rung]:
    """What was tried for one person, and what is still to come, in the order of time. The caller has looked behind the wall."""
    columns = ("ended_at", "due_at", "round_number", "channel", "to_address", "state", "bounced_at", "last_error")
    rows = Delivery.objects.filter(recipient=recipient_id).values_list(*columns)
    found = [
        # The address of a push is the number of an account, of use to nobody.
        Rung(ended or due, number, Channel(channel), "" if channel == Channel.PUSH else address, Progress(state), bounced, error)
        for ended, due, number, channel, address, state, bounced, error in rows
    ]
    return sorted(found, key=lambda rung: (rung.at, rung.round_number))
