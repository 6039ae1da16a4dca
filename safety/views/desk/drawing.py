"""Drawing figures: the course of the answers as a small line, and the places as marks on a piece of the world map. Pure."""

from dataclasses import dataclass, replace

from ossma.core.worldmap import HEIGHT, WIDTH, xy
from safety.queries.dashboard import Course, Place, Tally
from safety.queries.positions import Spot
from safety.states import Standing

LINE_WIDTH, LINE_HEIGHT = 240.0, 48.0
# The narrowest piece of the map that is still recognisable, in its units (26 degrees); pieces are four wide and three high.
LEAST_WIDTH = 72.0
SHAPE = 3 / 4
MARGIN = 1.5
# The affected region holds so many of those who were asked; the few who are far away do not make it the world.
REGION_HOLDS = 0.97
# Pieces narrower than this are drawn with the finer coast.
NEAR_WIDTH = 400.0
# A mark is this part of the piece's width. Its figure stands to the right, a digit this part of the mark: places closer than both become one mark.
MARK = 0.048
DIGIT = 0.6
# A pin grows with the number of those it stands for: from so many on, this part of a mark. Whoever needs help is never small.
PINS = ((1, 0.45), (5, 0.6), (25, 0.8), (100, 1.0))
STATUS = {Standing.HELP: "help", Standing.NOT_THERE: "not_there", Standing.OK: "safe"}
LAST_ON_TOP = ("safe", "not_there", "silent", "help")


@dataclass(frozen=True, slots=True)
class Line:
    """An area under the share of those who answered, in a box of 240 by 48."""

    area: str
    top: str
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class Dot:
    """One mark for those of a country whose position nobody knows, or of several countries that lie too close together to tell apart."""

    x: float
    y: float
    status: str
    count: int
    names: str
    tally: Tally
    code: str
    # Where the silent stand when a call for help takes the first line; 0 where they have it themselves.
    second_y: float = 0


@dataclass(frozen=True, slots=True)
class Pin:
    """So many who answered from about the same place and stand alike."""

    x: float
    y: float
    status: str
    count: int
    size: float = 0


@dataclass(frozen=True, slots=True)
class Map:
    """A piece of the world map with its marks; `box` is the SVG's viewBox. `outside`: how many with a position lie beyond it."""

    box: str
    size: float
    near: bool
    dots: list[Dot]
    pins: list[Pin]
    outside: int = 0

    @property
    def calls(self) -> list[Pin]:
        """The pins of those who need help: drawn on top of everything."""
        return [pin for pin in self.pins if pin.status == "help"]

    @property
    def others(self) -> list[Pin]:
        """All other pins: drawn below the marks of countries."""
        return [pin for pin in self.pins if pin.status != "help"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Left, top, width and height of a part of the map."""

    left: float
    top: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left <= x <= self.left + self.width and self.top <= y <= self.top + self.height


THE_WORLD = Piece(0.0, 0.0, WIDTH, HEIGHT)


def line_of(course: Course | None, total: int) -> Line | None:
    """The course as a drawing; None where there is nothing to draw."""
    if course is None or not total:
        return None
    length = course.until - course.since
    steps = zip(course.step_ends, course.answered, strict=True)
    points = [(0.0, LINE_HEIGHT)]
    points += [(LINE_WIDTH * ((end - course.since) / length), LINE_HEIGHT - LINE_HEIGHT * min(n / total, 1)) for end, n in steps]
    top = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return Line(f"{top}L{LINE_WIDTH:.0f} {LINE_HEIGHT:.0f}Z", top, course.answered[-1], total)


def map_of(places: list[Place], spots: list[Spot], *, world: bool = False) -> Map:
    """Pins for the positions that came with answers, and per country a mark for all others, on the affected region or the whole world.

    Help is drawn last, so that nothing hides it.
    """
    known = [place for place in places if place.country is not None]
    pins = [Pin(*xy(spot.longitude, spot.latitude), STATUS[Standing(spot.standing)], spot.count) for spot in spots]
    piece = THE_WORLD if world else _piece(_points(known, spots))
    size = piece.width * MARK
    dots = _apart([dot for place in known if (dot := _rest(place, spots))], size)
    inside = [pin for pin in pins if piece.holds(pin.x, pin.y)]
    return Map(
        box=f"{piece.left:.1f} {piece.top:.1f} {piece.width:.1f} {piece.height:.1f}",
        size=round(size, 1),
        near=piece.width < NEAR_WIDTH,
        dots=sorted((_two_lines(dot, size) for dot in dots), key=lambda dot: LAST_ON_TOP.index(dot.status)),
        pins=sorted(_gathered(inside, size), key=lambda pin: LAST_ON_TOP.index(pin.status)),
        outside=sum(pin.count for pin in pins) - sum(pin.count for pin in inside),
    )


def _centre(place: Place) -> tuple[float, float]:
    if place.country is None:
        raise ValueError("a place nobody knows is not on the map")
    return xy(float(place.country.longitude), float(place.country.latitude))


def _points(known: list[Place], spots: list[Spot]) -> list[tuple[float, float]]:
    """What the affected region must show: the countries of nearly everybody and all of those who need help, with the positions in them."""
    everybody = sum(place.tally.total for place in known)
    codes, points, counted = set(), [], 0
    for place in sorted(known, key=lambda place: -place.tally.total):
        if counted < REGION_HOLDS * everybody or place.tally.help:
            codes.add(place.country.pk if place.country else "")
            points.append(_centre(place))
        counted += place.tally.total
    near = [xy(spot.longitude, spot.latitude) for spot in spots if spot.country_id in codes and spot.count > 1]
    return [*points, *(point for point in near if _is_near(point, points))]


def _is_near(point: tuple[float, float], points: list[tuple[float, float]]) -> bool:
    """Within the narrowest piece around one of the countries: somebody who answered from home does not widen the region."""
    return any(abs(point[0] - x) < LEAST_WIDTH and abs(point[1] - y) < LEAST_WIDTH for x, y in points)


def _rest(place: Place, spots: list[Spot]) -> Dot | None:
    """Those of a country who have no pin."""
    if place.country is None:
        return None
    pinned = dict.fromkeys(STATUS, 0)
    for spot in spots:
        if spot.country_id == place.country.pk:
            pinned[Standing(spot.standing)] += spot.count
    rest = Tally(silent=place.tally.silent, **{standing.value: max(0, place.tally.of(standing) - n) for standing, n in pinned.items()})
    return _dot(*_centre(place), rest, place.country.label, place.country.pk) if rest.total else None


def _dot(x: float, y: float, tally: Tally, names: str, code: str) -> Dot:
    count = {"help": tally.help, "silent": tally.silent, "not_there": tally.not_there, "safe": tally.ok}[tally.worst]
    return Dot(x, y, tally.worst, count, names, tally, code)


def _two_lines(dot: Dot, size: float) -> Dot:
    """A call for help does not hide how many are silent."""
    return replace(dot, second_y=round(dot.y + size, 1)) if dot.tally.help and dot.tally.silent else dot


def _joined(one: Dot, other: Dot) -> Dot:
    tally = Tally(**{standing.value: one.tally.of(standing) + other.tally.of(standing) for standing in Standing})
    return _dot(one.x, one.y, tally, f"{one.names}, {other.names}", "")


def _apart(dots: list[Dot], size: float) -> list[Dot]:
    """Countries that lie too close together to tell apart become one mark."""
    kept: list[Dot] = []
    for dot in dots:
        near = next((i for i, other in enumerate(kept) if _touch(dot, other, size)), None)
        if near is None:
            kept.append(dot)
        else:
            kept[near] = _joined(kept[near], dot)
    return kept


def _touch(one: Dot, other: Dot, size: float) -> bool:
    """Whether two marks with the figure of the left one do not fit side by side."""
    left, right = sorted((one, other), key=lambda dot: dot.x)
    return right.x - left.x < size * (1 + DIGIT * len(str(left.count))) and abs(left.y - right.y) < size


def _gathered(pins: list[Pin], size: float) -> list[Pin]:
    """Pins that would hide one another become one with their sum; at most as many are left as there is room for on the piece."""
    cells: dict[tuple[int, int, str], Pin] = {}
    for pin in pins:
        cell = (int(pin.x // size), int(pin.y // size), pin.status)
        held = cells.get(cell)
        cells[cell] = replace(held, count=held.count + pin.count) if held else pin
    return [replace(pin, size=_size_of(pin, size)) for pin in cells.values()]


def _size_of(pin: Pin, size: float) -> float:
    part = 1.0 if pin.status == "help" else max(part for least, part in PINS if pin.count >= least)
    return round(size * part, 1)


def _piece(points: list[tuple[float, float]]) -> Piece:
    """The smallest piece that shows all points with room around them."""
    if not points:
        return THE_WORLD
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    wide = max(max(xs) - min(xs), (max(ys) - min(ys)) / SHAPE)
    width = min(max(wide * MARGIN, LEAST_WIDTH), WIDTH)
    height = min(width * SHAPE, HEIGHT)
    left = min(max((min(xs) + max(xs) - width) / 2, 0), WIDTH - width)
    top = min(max((min(ys) + max(ys) - height) / 2, 0), HEIGHT - height)
    return Piece(left, top, width, height)
