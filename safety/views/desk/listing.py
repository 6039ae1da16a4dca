"""The list of a check: which part of it is asked for, its pages, and the chips that narrow it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ossma.core.requests import Request
from safety.queries import dashboard, people
from safety.queries.crowd import walked
from safety.queries.dashboard import Part, Place, SafetyCheck, Tally
from safety.queries.narrowing import MOST_LETTERS, Sought, sought
from safety.states import LISTED, Standing, Trace

PAGE = 25
# Nobody turns more pages than this: who looks for somebody narrows the list, who needs all takes the export.
MOST_LISTED = 10_000
# What the address says when the map shows the whole world instead of the affected region.
WORLD = "world"


class CountedPaginator(Paginator):
    """A paginator that is told how many rows there are: the figures know already."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        self._known = count
        super().__init__(rows, per_page)

    @cached_property
    def count(self) -> int:
        """The number of rows."""
        return self._known


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says: which answers, where, whose, and what else is looked for."""

    wanted: people.Wanted
    sought: Sought
    map: str = ""

    def query(self, **changed: str) -> str:
        """The same as the part of an address behind the question mark."""
        values = {
            "standing": self.wanted.standing, "country": self.wanted.country, "part": self.wanted.part or "", "trace": self.sought.trace,
            "q": self.sought.text, "map": self.map, **changed,
        }  # fmt: skip
        return urlencode({name: value for name, value in values.items() if value})


def asked_of(request: Request) -> Asked:
    """Read the address; nonsense asks for everybody."""
    given = request.GET
    standing, part, trace = given.get("standing", ""), given.get("part", ""), given.get("trace", "")
    wanted = people.Wanted(
        standing=standing if standing in Standing else "",
        country=given.get("country", "")[:4].replace("\x00", ""),
        part=int(part) if part.isdecimal() and len(part) < 19 else None,
    )
    return Asked(
        wanted,
        Sought(trace if trace in Trace else "", given.get("q", "").replace("\x00", "").strip()[:MOST_LETTERS]),
        WORLD if given.get("map") == WORLD else "",
    )


def one_answer(asked: Asked, total: Tally) -> Asked:
    """A huge list is shown one answer at a time: those who need help, else the silent."""
    if asked.wanted.standing or asked.sought or total.total <= people.MOST_SORTED:
        return asked
    return replace(asked, wanted=replace(asked.wanted, standing=Standing.HELP if total.help else Standing.SILENT))


def narrowed(asked: Asked, places: list[Place], parts: list[Part]) -> Tally | None:
    """The figures of the chosen country or group; None where nobody has counted yet."""
    wanted = asked.wanted
    if asked.sought or (wanted.country and wanted.part is not None):
        return None
    if wanted.country:
        code = None if wanted.country == "none" else wanted.country
        return next((place.tally for place in places if (place.country.pk if place.country else None) == code), Tally())
    if wanted.part is not None:
        return next((part.tally for part in parts if part.key == wanted.part), None)
    return dashboard.total_of(places)


def page_of(request: Request, check: SafetyCheck, asked: Asked, known: Tally | None, at: datetime) -> Page:
    """The numbers on the page of the list that the address names, and how many pages there are."""
    viewer, wanted = request.viewer, asked.wanted
    part = sought(viewer, check, people.wanted_part(viewer, check, wanted), asked.sought, at)
    count = part[: MOST_LISTED + 1].count() if known is None else known.of(wanted.standing)
    if count > people.MOST_SORTED:
        rows: Any = walked(viewer, check, part, wanted.standing, at)
    else:
        rows = sought(viewer, check, people.wanted_rows(viewer, check, wanted, at=at), asked.sought, at).values_list("pk", flat=True)
    return CountedPaginator(rows, PAGE, min(count, MOST_LISTED)).get_page(request.GET.get("page"))


def chips(asked: Asked, known: Tally | None) -> list[dict[str, Any]]:
    """The choices of an answer, each with its figure where it is known."""
    labels = [("", _("All")), *((standing.value, str(standing.label)) for standing in LISTED)]
    return [
        {
            "url": f"?{asked.query(standing=value)}#people",
            "label": label,
            "count": known.of(value) if known else None,
            "current": value == asked.wanted.standing,
        }
        for value, label in labels
    ]
