"""How exactly a position may be shown, as pure functions (safety.md S3, "Position seen by its owner")."""

from math import floor

from safety.states import Precision

# Degrees. One step is about 22 km from north to south: whoever sees the middle of a cell knows the place to about 20 km.
CELL = 0.2


def coarse(latitude: float, longitude: float) -> tuple[float, float]:
    """The middle of the cell that holds a position: the same for everybody in it, so that no two looks give away more than one."""
    return _middle(latitude, 90.0), _middle(longitude, 180.0)


def _middle(degrees: float, most: float) -> float:
    middle = floor(degrees / CELL) * CELL + CELL / 2
    return round(max(-most, min(most, middle)), 4)


def shown_as(*, chosen: str, needs_help: bool, incident_open: bool, is_drill: bool) -> Precision:
    """How exactly staff may see a position: never better than the member chose, and exactly only in need. An exercise is no need."""
    choice = Precision(chosen)
    if choice is Precision.EXACT and (is_drill or not (needs_help or incident_open)):
        return Precision.NEAR
    return choice
