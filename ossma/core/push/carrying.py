"""Carrying a claim's messages: many under way at once, each marked as begun before it leaves and ticked off when its reply is there."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection

from ossma.core.claiming import Claim, failed, give_back, renew
from ossma.core.postman import Tally
from ossma.core.push import devices
from ossma.core.push.devices import Device
from ossma.core.push.endpoints import may_be_called, origin_of
from ossma.core.push.sealing import sealed
from ossma.core.push.vapid import authorization
from ossma.core.push.verdicts import Fate, Verdict, verdict
from ossma.core.push.wires import AT_ONCE, Post, Reply, Wires

log = logging.getLogger(__name__)

BACK_IN = timedelta(seconds=20)
Clock = Callable[[], datetime]
# One statement, one commit: tick off what was taken (%(done)s) and mark the next as begun (%(begin)s). Rows that are ours no more do not come back.
STEP = """
UPDATE {table} SET
    state = CASE WHEN id = ANY(%(done)s) THEN 'sent' ELSE state END,
    ended_at = CASE WHEN id = ANY(%(done)s) THEN %(at)s ELSE ended_at END,
    repeats = CASE WHEN id = ANY(%(begin)s) AND begun_at IS NOT NULL THEN repeats + 1 ELSE repeats END,
    begun_at = CASE WHEN id = ANY(%(begin)s) THEN %(at)s ELSE begun_at END
WHERE id = ANY(%(all)s) AND lease_key = %(key)s AND state = 'due'
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready for the wire: the row it belongs to and a sealed post for each of the person's devices."""

    pk: int
    tries: int
    posts: list[Post]

    @property
    def origins(self) -> set[str]:
        """The services it goes to."""
        return {origin_of(post.url) for post in self.posts}


def pack(pk: int, tries: int, to: list[Device], *, content: dict[str, bytes], headers: dict[str, dict[str, str]], at: datetime) -> Parcel:
    """Seal a message (by language) for every device of a person. Addresses that may not be called any more are left out."""
    posts = [
        Post(
            device.pk,
            device.endpoint,
            {**headers[device.language], "Authorization": authorization(origin_of(device.endpoint), at=at)},
            sealed(content[device.language], p256dh=device.p256dh, auth=device.auth),
        )
        for device in to
        if may_be_called(device.endpoint)
    ]
    return Parcel(pk, tries, posts)


class Round:
    """One claim on its way."""

    def __init__(self, held: Claim, wires: Wires, clock: Clock) -> None:
        self.held, self.wires, self.clock = held, wires, clock
        self.tally = Tally()
        self.until = held.until
        self.under_way: dict[int, Parcel] = {}
        self.done: list[int] = []
        # Services that were not there when called last: no use calling them once more in this round.
        self.away: set[str] = set()
        self.returned: list[int] = []
        self.taken: list[int] = []
        self.gone: list[int] = []
        self._step = STEP.format(table=connection.ops.quote_name(held.model._meta.db_table))

    def start(self, parcels: list[Parcel]) -> None:
        """Tick off what has ended, begin these in the same commit, and let those go that are still ours."""
        at = self.clock()
        if self.until - at < self.held.lease / 2:
            renew(self.held, at=at)
            self.until = at + self.held.lease
        ready = []
        for parcel in parcels:
            if parcel.posts and parcel.origins <= self.away:
                self.returned.append(parcel.pk)
            else:
                ready.append(parcel)
        done, self.done, begin = self.done, [], [parcel.pk for parcel in ready]
        if not done and not begin:
            return
        with connection.cursor() as cursor:
            cursor.execute(self._step, {"done": done, "begin": begin, "all": done + begin, "at": at, "key": self.held.key})
            ours = {pk for (pk,) in cursor.fetchall()}
        for parcel in ready:
            if parcel.pk in ours:
                self.under_way[parcel.pk] = parcel
                self.wires.post(parcel.pk, parcel.posts)

    def hear(self) -> None:
        """Wait for the next replies and note what they mean."""
        at = self.clock()
        for pk, replies in self.wires.ended():
            self._note(self.under_way.pop(pk), replies, verdict(replies, at=at), at=at)

    def _note(self, parcel: Parcel, replies: list[Reply], found: Verdict, *, at: datetime) -> None:
        self.taken += found.taken
        self.gone += found.gone
        match found.fate:
            case Fate.SENT:
                self.done.append(parcel.pk)
                self.tally.sent += 1
                return
            case Fate.AWAY:
                self.away |= parcel.origins
                self.returned.append(parcel.pk)
                return
            case Fate.BUSY:
                give_back(self.held, [parcel.pk], due_at=at + found.wait, error=found.error)
                self.tally.refused += 1
                return
            case Fate.NEVER if found.error.startswith("refused"):
                log.error("push message %s of %s: %s", parcel.pk, self.held.model._meta.label, found.error)
        failed(
            self.held, parcel.pk, tries=parcel.tries, at=at, error=found.error, final=found.fate is Fate.NEVER,
            doubtful=found.fate is Fate.DOUBT,
        )  # fmt: skip
        self.tally.refused += 1

    def finish(self) -> None:
        """Write down the rest: the last ticks, what goes back, what is known of the devices."""
        self.start([])
        at = self.clock()
        if self.returned:
            give_back(self.held, self.returned, due_at=at + BACK_IN, error="the push service is away")
            self.tally.returned = len(self.returned)
        devices.note_outcomes(taken=self.taken, gone=self.gone, at=at)


def send_claimed(held: Claim, parcels: Iterable[Parcel], *, clock: Clock) -> Tally:
    """Send every message of a claim, at most AT_ONCE at a time; whatever dies on the way, at most those under way may repeat.

    A repeat carries the same topic and tag, so it takes the place of the first and is not seen. `repeats` counts it all the same.
    """
    waiting: Iterator[Parcel] = iter(parcels)
    with Wires() as wires:
        going = Round(held, wires, clock)
        try:
            while True:
                fresh = list(islice(waiting, AT_ONCE - len(going.under_way)))
                going.start(fresh)
                if going.under_way:
                    going.hear()
                elif not fresh:
                    break
        finally:
            # A fault in composing the next message: those before it have gone all the same.
            while going.under_way:
                going.hear()
            going.finish()
    return going.tally
