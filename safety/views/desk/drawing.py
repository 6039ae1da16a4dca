"""Drawing figures: the course of the answers as a line, and the places as marks on a piece of the world map. Pure."""

from dataclasses import dataclass

from ossma.core.worldmap import HEIGHT, WIDTH, xy
from safety.queries.dashboard import Course, Place, Tally

LINE_WIDTH, LINE_HEIGHT = 240.0, 48.0
# The narrowest piece of the map that is still recognisable, in its units; pieces are four wide and three high.
LEAST_WIDTH = 220.0
SHAPE = 3 / 4
MARGIN = 1.5
# A mark is this part of the piece's width. Its figure stands to the right: places closer than both together become one mark.
MARK = 0.055
WITH_FIGURE = 2


@dataclass(frozen=True, slots=True)
class Line:
    """An area under the share of those who answered, in a box of 240 by 48."""

    area: str
    top: str
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class Dot:
    """One mark: a country, or several that lie too close together to tell apart."""

    x: float
    y: float
    status: str
    count: int
    names: str
    tally: Tally
    code: str


@dataclass(frozen=True, slots=True)
class Map:
    """A piece of the world map with its marks; `box` is the SVG's viewBox."""

    box: str
    size: float
    dots: list[Dot]


def line_of(course: Course | None, total: int) -> Line | None:
    """The course as a drawing; None where there is nothing to draw."""
    if course is None or not total:
        return None
    step = LINE_WIDTH / len(course.answered)
    points = [(0.0, LINE_HEIGHT)] + [((i + 1) * step, LINE_HEIGHT - LINE_HEIGHT * min(n / total, 1)) for i, n in enumerate(course.answered)]
    top = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return Line(f"{top}L{LINE_WIDTH:.0f} {LINE_HEIGHT:.0f}Z", top, course.answered[-1], total)


def _joined(one: Dot, other: Dot) -> Dot:
    tally = Tally(**{name: one.tally.of(name) + other.tally.of(name) for name in ("help", "not_there", "ok", "silent")})
    return _dot(one.x, one.y, tally, f"{one.names}, {other.names}", "")


def _dot(x: float, y: float, tally: Tally, names: str, code: str) -> Dot:
    count = {"help": tally.help, "silent": tally.silent, "not_there": tally.not_there, "safe": tally.ok}[tally.worst]
    return Dot(x, y, tally.worst, count, names, tally, code)


def map_of(places: list[Place]) -> Map:
    """The marks of all known countries, and the piece of the map they lie on. Help is drawn last, so that nothing hides it."""
    dots = []
    for place in places:
        if place.country is not None:
            x, y = xy(float(place.country.longitude), float(place.country.latitude))
            dots.append(_dot(x, y, place.tally, place.country.label, place.country.pk))
    left, top, width, height = _piece(dots)
    size = width * MARK
    kept: list[Dot] = []
    for dot in dots:
        near = next((i for i, other in enumerate(kept) if abs(other.x - dot.x) < size * WITH_FIGURE and abs(other.y - dot.y) < size), None)
        if near is None:
            kept.append(dot)
        else:
            kept[near] = _joined(kept[near], dot)
    kept.sort(key=lambda dot: (dot.tally.help > 0, dot.tally.silent > 0))
    return Map(f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}", round(size, 1), kept)


def _piece(dots: list[Dot]) -> tuple[float, float, float, float]:
    """Left, top, width and height of the smallest piece that shows all marks with room around them."""
    if not dots:
        return 0.0, 0.0, WIDTH, HEIGHT
    xs, ys = [dot.x for dot in dots], [dot.y for dot in dots]
    wide = max(max(xs) - min(xs), (max(ys) - min(ys)) / SHAPE)
    width = min(max(wide * MARGIN, LEAST_WIDTH), WIDTH)
    height = min(width * SHAPE, HEIGHT)
    left = min(max((min(xs) + max(xs) - width) / 2, 0), WIDTH - width)
    top = min(max((min(ys) + max(ys) - height) / 2, 0), HEIGHT - height)
    return left, top, width, height
