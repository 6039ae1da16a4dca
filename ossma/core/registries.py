"""Places where an upper room hangs in what a lower room will call: filled in AppConfig.ready(), never by model signals."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from ossma.core.duties import Duty
from ossma.core.viewer import Viewer

T = TypeVar("T")
Fact = tuple[str, str]


class Registry(Generic[T]):
    """A named, ordered set of entries. A key may be taken once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}

    def register(self, key: str, entry: T) -> None:
        """Hang in `entry`. Raises ValueError when the key is taken by another."""
        if key in self._entries and self._entries[key] is not entry:
            raise ValueError(f"{self.name}: {key!r} is registered twice")
        self._entries[key] = entry

    def get(self, key: str) -> T:
        """The entry under `key`. Raises LookupError with the registry's name."""
        try:
            return self._entries[key]
        except KeyError as error:
            raise LookupError(f"{self.name}: nothing is registered as {key!r}") from error

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return iter(self._entries.items())

    def __contains__(self, key: str) -> bool:
        return key in self._entries


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One line of a work list: what, how many, since when, and where to deal with it (office.md O1)."""

    key: str
    title: str
    count: int
    url: str
    oldest: datetime | None = None
    urgent: bool = False
    # Who can act on it: shown to nobody else.
    duties: tuple[Duty, ...] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Task:
    """Something the person should do, shown at the top of home or Today."""

    title: str
    text: str
    url: str
    done: bool = False
    urgent: bool = False
    # The words of its link, where nothing is to be done but to look.
    action: str = ""


@dataclass(frozen=True, slots=True)
class Insured:
    """What is known of the insurance behind an application: the days it covers, and whether it reaches the sums that are needed."""

    first_day: date
    last_day: date
    reaches_sums: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """How the rows of a table end: by a rule of `retention`, or, for a reason, not at all."""

    rule: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """One entry of /healthz and of the office's health page. `warns`: well, and yet something is to be done."""

    ok: bool
    detail: str
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """Something that covers a member now: a service, or an insurer with the number of its policy (then `is_policy`)."""

    label: str
    value: str
    is_policy: bool = False


@dataclass(frozen=True, slots=True)
class CameBack:
    """A message of ours that came back. `number`: its row, by its key; `address`: whom the report names; `kind`: why (BounceClass)."""

    number: int
    address: str
    kind: str
    detail: str


def _nothing_to_check(row: Any, today: date) -> None:
    """Most proposals can be approved on any day."""


@dataclass(frozen=True, slots=True)
class Approvable:
    """A table whose rows need a second person: a `model` derived from NeedsApproval, who writes and who approves."""

    model: Any
    writes: tuple[Duty, ...]
    approves: tuple[Duty, ...]
    # What holds in the place of this row now, None where nothing does. Both are compared by `facts`, whose labels differ.
    in_force: Callable[[Any], Any]
    facts: Callable[[Any], list[Fact]]
    # From which day the row will hold; None: as soon as it is approved.
    starts_on: Callable[[Any], date | None] = lambda row: None
    # (row, today): raises Refused when the row cannot be approved today.
    check: Callable[[Any, date], None] = _nothing_to_check
    # What approval does besides, in its transaction: (row, actor, at).
    carry_out: Callable[..., None] | None = None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """`names`: what would end, for the office to read, empty where nothing would (subject_id).

    `close`: end it (payment_id, subject_id, actor, at).
    """

    names: Callable[[int], str]
    close: Callable[..., None]


# What to do, inside the settling transaction, when a payment of this purpose is settled: (payment_id, actor, at).
settled: Registry[Callable[..., None]] = Registry("settled")
# What ends, inside a transaction with the payment locked, when all money of a settled payment of this purpose has gone back without us.
unsettled: Registry[Unsettled] = Registry("unsettled")
# Office work list: (viewer, at) → items.
work_list: Registry[Callable[[Viewer, datetime], list[WorkItem]]] = Registry("work list")
# Member's home: (viewer, at) → tasks.
home_tasks: Registry[Callable[[Viewer, datetime], list[Task]]] = Registry("home tasks")
# School's Today: (viewer, at) → template name and context; an empty name where there is nothing to show.
today_panels: Registry[Callable[[Viewer, datetime], tuple[str, dict[str, Any]]]] = Registry("today panels")
# Panels of the member's file: (viewer, member_id, at) → template name and context.
member_panels: Registry[Callable[[Viewer, int, datetime], tuple[str, dict[str, Any]]]] = Registry("member panels")
# Data export: (member_id) → JSON-able data.
data_export: Registry[Callable[[int], Any]] = Registry("data export")
# Somebody gave a sign of life in a lower room: (member_id, at, source, place). `place` is a city at most.
signs_of_life: Registry[Callable[[int, datetime, str, str], None]] = Registry("signs of life")
# Whether an address is one that we write to: for hints beside returned mail that nobody understood.
known_addresses: Registry[Callable[[str], bool]] = Registry("known addresses")
# A mail came back, by the first word of its reference: (came_back, at) → the address it went to, empty when it is none of ours.
came_back: Registry[Callable[[CameBack, datetime], str]] = Registry("came back")
# Somebody of the office read that mail to an address came back: (address, actor, at) → how many messages are marked now.
said_came_back: Registry[Callable[[str, Viewer, datetime], int]] = Registry("said came back")
# Retention: (at, dry_run) → number of rows dealt with.
retention: Registry[Callable[[datetime, bool], int]] = Registry("retention")
# Of every table, by its label ("core.OutboxMessage"): the rule that empties it, or why none does.
kept: Registry[Kept] = Registry("kept")
# Health: () → Health.
health: Registry[Callable[[], Health]] = Registry("health")
# Insurance behind applications: (application_ids, at) → what is registered for each; an application without an entry has none.
cover: Registry[Callable[[list[int], datetime], dict[int, Insured]]] = Registry("cover")
# The head of an application's page: (viewer, application_id, at) → template name and context.
application_heads: Registry[Callable[[Viewer, int, datetime], tuple[str, dict[str, Any]]]] = Registry("application heads")
# What covers a member who needs help: (member_id, at) → lines. Asked for by staff in an emergency only.
cover_facts: Registry[Callable[[int, datetime], list[Cover]]] = Registry("cover facts")
# Tables whose rows need a second person, by their label ("applications.feetable").
approvals: Registry[Approvable] = Registry("approvals")
