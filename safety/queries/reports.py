"""The closing report as a viewer may read it: all of it for the office and those who asked, its own part for another school (safety.md S3)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from members.models import School
from ossma.core.models import Country
from ossma.core.viewer import Viewer
from safety.models import SafetyCase, SafetyCheck
from safety.queries.dashboard import owns
from safety.queries.tallies import Tally
from safety.queries.walls import behind_wall
from safety.states import CaseState, Channel, LeftOut, Standing

SCHOOLS_LISTED = 200


@dataclass(frozen=True, slots=True)
class Figures:
    """How a part of the check stood when it ended; `reached`: seconds until so many of a hundred had answered."""

    tally: Tally
    opened: int = 0
    late: int = 0
    bounced: int = 0
    reached: list[tuple[int, int | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RoundReport:
    """One round: when, how many answered first after it and before the next, and by channel what became of its messages."""

    number: int
    at: datetime
    answers: int
    channels: list[tuple[str, int, int, int]]


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a check that has ended."""

    at: datetime
    figures: Figures
    is_whole: bool
    places: list[tuple[Country | None, Tally]] = field(default_factory=list)
    schools: list[tuple[str, Figures]] = field(default_factory=list)
    rounds: list[RoundReport] = field(default_factory=list)
    left_out: list[tuple[str, int]] = field(default_factory=list)


def _tally(kept: dict[str, Any]) -> Tally:
    return Tally(**{name: kept.get(name, 0) for name in Standing.values})


def _figures(kept: dict[str, Any]) -> Figures:
    reached = [(int(share), seconds) for share, seconds in kept.get("reached", {}).items()]
    return Figures(_tally(kept), kept.get("opened", 0), kept.get("late", 0), kept.get("bounced", 0), reached)


def report_of(viewer: Viewer, check: SafetyCheck) -> Report | None:
    """The report behind the viewer's wall; None where none was written, or nothing of it is this viewer's."""
    kept = check.report
    if not kept:
        return None
    at = datetime.fromisoformat(kept["at"])
    if owns(viewer, check):
        return Report(
            at, _figures(kept["all"]), is_whole=True, places=_places(kept["places"]), schools=_schools(kept["schools"]),
            rounds=[_round(row) for row in kept["rounds"]], left_out=[(str(LeftOut(reason).label), n) for reason, n in kept["left_out"].items()],
        )  # fmt: skip
    own = kept["schools"].get(str(viewer.school_id)) if viewer.is_school else None
    return Report(at, _figures(own), is_whole=False) if own else None


def _places(kept: list[list[Any]]) -> list[tuple[Country | None, Tally]]:
    known = Country.objects.in_bulk([code for code, *_counts in kept if code])
    return [(known.get(code), Tally(**dict(zip(Standing.values, counts, strict=True)))) for code, *counts in kept]


def _schools(kept: dict[str, dict[str, Any]]) -> list[tuple[str, Figures]]:
    """Those that need somebody most, by name."""
    worst = sorted(kept.items(), key=lambda item: (-item[1]["help"], -item[1]["silent"]))[:SCHOOLS_LISTED]
    known = School.objects.in_bulk([int(school) for school, _figures in worst])
    return [(known[int(school)].name, _figures(figures)) for school, figures in worst if int(school) in known]


def _round(kept: dict[str, Any]) -> RoundReport:
    channels = [
        (str(Channel(name).label), counts.get("sent", 0), counts.get("gave_up", 0) + counts.get("bounced", 0), counts.get("cancelled", 0))
        for name, counts in sorted(kept["channels"].items())
    ]
    return RoundReport(kept["number"], datetime.fromisoformat(kept["at"]), kept["answers"], channels)


def cases_left(viewer: Viewer, check: SafetyCheck) -> list[SafetyCase]:
    """The cases of a check that are not resolved, now, the longest waiting first."""
    rows = behind_wall(viewer, SafetyCase.objects.filter(recipient__check_row=check)).exclude(state=CaseState.RESOLVED)
    return list(rows.select_related("member", "school", "owner", "country").order_by("opened_at")[:SCHOOLS_LISTED])
