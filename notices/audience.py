"""Who is meant: an audience as it is stored (JSON). `audience_sql` makes one statement of it, `audience_match` judges one person by it.

Used by safety checks and by notices. An audience is any of its groups of conditions, plus those named, minus the exceptions:
within a group all dimensions must hold, and within one dimension any value will do. Places are one dimension: a country whose
cities are named means those cities only. Named members are asked wherever they are; whoever is excepted by name never.

The first group stands at the top of the JSON, as it did when there was only one: {"countries": […], "or": [{…}, …], "except": {…}, "named": […]}.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from ossma.core.duties import Duty
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM, Face, Viewer

MOST_VALUES = 20_000
MOST_GROUPS = 6
LONGEST_CODE = 40
WIDEST_KM = 2_000
FURTHEST_DAYS = 365
LONGEST_LABEL = 100
BOUNDS = (("latitude", -90, 90), ("longitude", -180, 180), ("km", 1, WIDEST_KM))
LARGEST_ID = 2**63 - 1
CODES, IDS = ("countries", "services", "kinds"), ("cities", "groups", "schools")
FURTHER, EXCEPT, NAMED, DEPARTED = "or", "except", "named", "departed_on"


@dataclass(frozen=True, slots=True)
class Near:
    """A circle: degrees and kilometres; `label` is what was typed for its middle."""

    latitude: float
    longitude: float
    km: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions that must hold together. `countries`: ministry codes; `cities`: core_city ids; `groups`, `schools`: ids; the others codes.

    `arriving_days`: also those who travel there within so many days (`arriving_only`: nobody else).
    """

    everyone_abroad: bool = False
    countries: tuple[str, ...] = ()
    cities: tuple[int, ...] = ()
    near: Near | None = None
    arriving_days: int = 0
    arriving_only: bool = False
    groups: tuple[int, ...] = ()
    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    schools: tuple[int, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether anybody is meant by it."""
        return any(getattr(self, one.name) for one in fields(Group) if one.name != "arriving_only")


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Who is not meant after all: any one of these is enough."""

    countries: tuple[str, ...] = ()
    cities: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    schools: tuple[int, ...] = ()
    named: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience(Group):
    """The first group of conditions and what stands beside it. `departed_on`: of all of them only those whose journey began on that day."""

    further: tuple[Group, ...] = ()
    named: tuple[int, ...] = ()
    exceptions: Exceptions = field(default_factory=Exceptions)
    departed_on: date | None = None

    @classmethod
    def from_json(cls, spec: Mapping[str, Any]) -> "Audience":
        """Read what was stored or posted. Raises Refused (field "audience") for anything that is not an audience."""
        if not isinstance(spec, Mapping):
            raise _unreadable()
        own = {key: value for key, value in spec.items() if key not in {FURTHER, EXCEPT, NAMED, DEPARTED}}
        further, exceptions = spec.get(FURTHER, []), spec.get(EXCEPT, {})
        if not isinstance(further, list | tuple) or len(further) >= MOST_GROUPS:
            raise _unreadable()
        return cls(
            **_group(own),
            further=tuple(Group(**_group(one)) for one in further),
            named=_values(spec.get(NAMED), int),
            exceptions=Exceptions(**_lists(exceptions, (*CODES, *IDS, NAMED))),
            departed_on=_day(spec.get(DEPARTED)),
        )

    def to_json(self) -> dict[str, Any]:
        """What is stored: only what was chosen, in a fixed order."""
        stored = _chosen(self, Group)
        if further := [_chosen(group, Group) for group in self.further if group.asks]:
            stored[FURTHER] = further
        if self.named:
            stored[NAMED] = list(self.named)
        if exceptions := _chosen(self.exceptions, Exceptions):
            stored[EXCEPT] = exceptions
        if self.departed_on:
            stored[DEPARTED] = self.departed_on.isoformat()
        return stored

    @property
    def conditions(self) -> tuple[Group, ...]:
        """The groups of conditions that mean somebody."""
        return tuple(group for group in (self, *self.further) if group.asks)


T = TypeVar("T", int, str)


def _unreadable() -> Refused:
    return Refused(_("This audience cannot be read."), field="audience")


def _chosen(part: Group | Exceptions, shape: type[Group | Exceptions]) -> dict[str, Any]:
    """What of a part is not left at its default."""
    stored: dict[str, Any] = {}
    for one in fields(shape):
        value = getattr(part, one.name)
        if isinstance(value, Near):
            stored[one.name] = {"latitude": value.latitude, "longitude": value.longitude, "km": value.km, "label": value.label}
        elif value:
            stored[one.name] = list(value) if isinstance(value, tuple) else value
    return stored


def _group(spec: Any) -> dict[str, Any]:
    """The dimensions of one group. Anything that is no dimension is refused."""
    if not isinstance(spec, Mapping):
        raise _unreadable()
    single = {"everyone_abroad", "near", "arriving_days", "arriving_only"}
    lists = _lists({key: value for key, value in spec.items() if key not in single}, (*CODES, *IDS))
    days = spec.get("arriving_days", 0)
    if not isinstance(days, int) or not 0 <= days <= FURTHEST_DAYS:
        raise _unreadable()
    return {
        **lists,
        "everyone_abroad": spec.get("everyone_abroad") is True,
        "near": _near(spec.get("near")),
        "arriving_days": int(days),
        "arriving_only": bool(days) and spec.get("arriving_only") is True,
    }


def _lists(spec: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(spec, Mapping) or set(spec) - set(names):
        raise _unreadable()
    return {name: _values(spec.get(name), str if name in CODES else int) for name in names}


def _near(raw: Any) -> Near | None:
    if raw is None:
        return None
    if not isinstance(raw, Mapping) or set(raw) - {"latitude", "longitude", "km", "label"}:
        raise _unreadable()
    label = raw.get("label", "")
    latitude, longitude, km = (_number(raw.get(name), least, most) for name, least, most in BOUNDS)
    if not isinstance(label, str) or len(label) > LONGEST_LABEL:
        raise _unreadable()
    return Near(latitude, longitude, int(km), label)


def _number(value: Any, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise _unreadable()
    return float(value)


def _values(raw: Any, kind: type[T]) -> tuple[T, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list | tuple) or len(raw) > MOST_VALUES or not all(_is_value(value, kind) for value in raw):
        raise _unreadable()
    return tuple(sorted(set(raw)))


def _is_value(value: Any, kind: type) -> bool:
    if kind is str:
        return isinstance(value, str) and 0 < len(value) <= LONGEST_CODE
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID


def _day(raw: Any) -> date | None:
    if raw is None:
        return None
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError) as error:
        raise _unreadable() from error


def asker(viewer: Viewer, *, school_id: int | None = None) -> Viewer:
    """Behind whose wall is asked: a school only behind its own, the office everywhere or (`school_id`) behind a school's. NotFound for others."""
    if viewer.face is Face.SCHOOL and viewer.school_id is not None:
        return Viewer(face=Face.SCHOOL, school_id=viewer.school_id)
    if viewer.may(Duty.SEND_CHECK):
        return SYSTEM if school_id is None else Viewer(face=Face.SCHOOL, school_id=school_id)
    raise NotFound
