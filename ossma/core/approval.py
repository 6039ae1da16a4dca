"""What needs a second person (office.md, "Duties and roles"): who may decide, and what a page shows beside what holds now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Field, Model
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ossma.core import formats
from ossma.core.models import NeedsApproval
from ossma.core.models.approval import PROPOSED_ALREADY
from ossma.core.refusals import Refused
from ossma.core.registries import Fact

OF_APPROVAL = frozenset(field.name for field in NeedsApproval._meta.local_fields)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the page on which is decided: what holds now, and what will."""

    label: str
    now: str
    then: str

    @property
    def differs(self) -> bool:
        """Whether the proposal changes it."""
        return self.now != self.then

    @property
    def now_lines(self) -> list[tuple[str, bool]]:
        """The lines of what holds now, and whether the proposal lacks each."""
        return _marked(self.now, self.then)

    @property
    def then_lines(self) -> list[tuple[str, bool]]:
        """The lines of the proposal, and whether each is new: in a long text nobody has to look for them."""
        return _marked(self.then, self.now)


def _marked(text: str, other: str) -> list[tuple[str, bool]]:
    known = set(other.splitlines())
    return [(line, line not in known) for line in text.splitlines()]


def require_other_approver(*, writers: Collection[int | None], user_id: int | None) -> None:
    """Nobody approves what they proposed or changed (office.md, "Duties and roles"). Raises Refused."""
    if user_id is not None and user_id in writers:
        raise Refused(_("You proposed or changed this yourself: somebody else must decide about it."), code="own_proposal")


def proposed_already() -> Refused:
    """Two proposals for the same place."""
    return Refused(str(PROPOSED_ALREADY), code="proposed_already")


def require_open(row: NeedsApproval) -> None:
    """An approved version is not changed, decided again or taken away. Raises Refused."""
    if row.approved_at is not None:
        raise Refused(_("This has been approved and does not change any more. Propose a new version."), code="approved")


def require_decidable(row: NeedsApproval, *, revision: int, user_id: int | None) -> None:
    """Only what waits, as it was seen, and only by a person who did not write it. Raises Refused."""
    require_open(row)
    require_other_approver(writers=row.writers, user_id=user_id)
    if row.refused_at is not None:
        raise Refused(_("This was refused. It can be decided again once it has been changed."), code="refused")
    if row.revision != revision:
        raise Refused(_("This was changed after you opened the page. Please look at it again."), code="changed")
    if row.proposed_by_id is None or user_id is None:
        raise Refused(_("Nobody is on record as its writer. Save it once, then somebody else can decide."), code="no_writer")


def require_lines(lines: Iterable[object]) -> None:
    """A table without lines says nothing. Raises Refused."""
    if not list(lines):
        raise Refused(_("This table has no lines yet."), code="no_lines")


def require_later_day(day: date, *, today: date, replaces: bool) -> None:
    """What takes the place of something begins tomorrow at the earliest, so that nothing already quoted or sent changes. Raises Refused."""
    if replaces and day <= today:
        raise Refused(
            _("Its first day has come already. Choose a day from tomorrow on: what was in force until then does not change."), code="too_late"
        )


def facts_of(row: Model, *, without: Collection[str] = ()) -> list[Fact]:
    """The row's own columns in the reader's words, those of the approval left out. Decimals are shares, shown in per cent."""
    left_out = OF_APPROVAL | {"id", *without}
    return [(str(field.verbose_name), _value(row, field)) for field in row._meta.concrete_fields if field.name not in left_out]


def _value(row: Model, field: Field) -> str:
    value = getattr(row, field.name)
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return formats.day(value, get_language() or "ja")
    return percent(value) if isinstance(value, Decimal) else str(value)


def percent(share: Decimal) -> str:
    """0.0550 as 5.5 %."""
    return f"{(share * 100).normalize():f} %"


def compare(now: list[Fact], then: list[Fact]) -> list[Comparison]:
    """Both side by side: the order of the proposal, what it leaves out at the end."""
    before, after = dict(now), dict(then)
    labels = [*after, *(label for label in before if label not in after)]
    return [Comparison(label, before.get(label, ""), after.get(label, "")) for label in labels]


def content_of(row: Model) -> dict[str, str]:
    """Every column of a version as text, for the audit trail; these tables hold no personal data."""
    return {field.attname: field.value_to_string(row) for field in row._meta.concrete_fields if field.name not in OF_APPROVAL}
