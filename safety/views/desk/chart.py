"""The course of the answers as a chart: cumulative, with the rounds as ticks and the moments of half and nine tenths. Pure.

Widths are shares of the drawing's width, heights are pixels: so letters keep their size on every screen, without a style of their own.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from safety.queries.dashboard import Course

TOP, HEIGHT = 26, 150
# The width of the drawing on paper.
PAPER = 640
SHARES = (0.5, 0.9)
MOST_TICKS = 4
DAY = timedelta(days=1)
STEPS = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 20_160, 43_200))
# Nearer to an end than this a word would be cut off: it is set to the other side.
EDGE = 12.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on the axis of time (a share of 100), what stands there, and on which side."""

    x: float
    label: str
    anchor: str = "middle"
    at: datetime | None = None

    @property
    def place(self) -> str:
        """As the drawing wants it."""
        return f"{self.x}%"


@dataclass(frozen=True, slots=True)
class Marker:
    """When a share of all had answered."""

    x: float
    y: int
    share: int
    at: datetime
    seconds: int

    @property
    def place(self) -> str:
        """As the drawing wants it."""
        return f"{self.x}%"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table that says the same."""

    at: datetime
    answered: int


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the drawing and its table show. `points`: from the sending on, in a box of 100 by 100."""

    points: list[tuple[float, float]]
    answered: int
    total: int
    lines: list[tuple[int, int]]
    ticks: list[Tick]
    rounds: list[Tick]
    markers: list[Marker] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    # Where the plot begins and how high it is; where its floor is.
    frame: tuple[int, int] = (TOP, HEIGHT)
    floor: int = TOP + HEIGHT

    @property
    def top(self) -> str:
        """The line as a path in the box of 100 by 100."""
        return _path(self.points)

    @property
    def area(self) -> str:
        """What lies below it."""
        return f"{self.top}L100 100Z"

    @property
    def on_paper(self) -> str:
        """The line in the drawing's own measures: paper knows no strokes that keep their width."""
        return _path([(x * PAPER / 100, TOP + y * HEIGHT / 100) for x, y in self.points])


def height_of(share: float) -> int:
    """The pixel of a share of all on the drawing."""
    return round(TOP + HEIGHT * (1 - share))


def reached(course: Course, total: int, share: float) -> datetime | None:
    """When that share of all had answered, evenly within a step; None where it has not come to that."""
    wanted = share * total
    before, begin = 0, course.since
    for end, answered in zip(course.step_ends, course.answered, strict=True):
        if answered >= wanted and answered > before:
            return begin + (end - begin) * ((wanted - before) / (answered - before))
        before, begin = answered, end
    return None


def chart_of(course: Course | None, total: int, rounds: list[tuple[str, datetime]], zone: tzinfo) -> Chart | None:
    """The drawing; None where there is nothing to draw. `rounds`: what went out, and when."""
    if course is None or not total:
        return None
    steps = list(zip(course.step_ends, course.answered, strict=True))
    points = [(0.0, 100.0), *((_place(course, end), 100 - 100 * min(n / total, 1)) for end, n in steps)]
    return Chart(
        points=points,
        answered=course.answered[-1],
        total=total,
        lines=[(round(share * 100), height_of(share)) for share in SHARES],
        ticks=_ticks(course, zone),
        rounds=[_tick(course, at, label) for label, at in rounds if course.since <= at <= course.until],
        markers=[marker for share in SHARES if (marker := _marker(course, total, share))],
        rows=[Row(end, n) for end, n in steps],
    )


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def _place(course: Course, at: datetime) -> float:
    return round(100 * ((at - course.since) / (course.until - course.since)), 2)


def _anchor(x: float) -> str:
    if x < EDGE:
        return "start"
    return "end" if x > 100 - EDGE else "middle"


def _tick(course: Course, at: datetime, label: str) -> Tick:
    x = _place(course, at)
    return Tick(x, label, _anchor(x), at)


def _marker(course: Course, total: int, share: float) -> Marker | None:
    at = reached(course, total, share)
    if at is None:
        return None
    x = _place(course, at)
    return Marker(x, height_of(share), round(share * 100), at, int((at - course.since).total_seconds()))


def _ticks(course: Course, zone: tzinfo) -> list[Tick]:
    """Round hours of the reader's clock, few enough for a telephone."""
    span = course.until - course.since
    step = next((step for step in STEPS if span / step <= MOST_TICKS), STEPS[-1])
    since = course.since.astimezone(zone)
    midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + step * -(-(since - midnight) // step)
    ticks = []
    while at <= course.until:
        ticks.append(_tick(course, at, f"{at.month}/{at.day}" if step >= DAY else f"{at:%H:%M}"))
        at += step
    return ticks
