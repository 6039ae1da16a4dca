"""Figures as drawings: the course of the answers, the places on a piece of the map."""

import pytest

from ossma.core.models import Country
from ossma.core.worldmap import HEIGHT, WIDTH
from safety.queries.dashboard import Course, Place, Tally
from safety.views.desk.drawing import LEAST_WIDTH, line_of, map_of
from tests.factories.safety import HOUR, NOW


def country(code, lon, lat):
    return Country(mofa_cd=code, short_ja=code, name_en=code, longitude=lon, latitude=lat)


FRANCE, BELGIUM, CHILE = country("0033", 2.3, 48.9), country("0032", 4.3, 50.8), country("0056", -70.7, -33.4)


def test_the_course_rises_to_the_share_of_those_who_answered():
    line = line_of(Course(NOW, NOW + HOUR, [0, 5, 10]), 20)
    assert line.top.startswith("M0.0 48.0")
    assert line.top.endswith("240.0 24.0")
    assert line.area.endswith("Z")


@pytest.mark.parametrize(("course", "total"), [(None, 5), (Course(NOW, NOW + HOUR, [0]), 0)])
def test_nothing_sent_or_nobody_asked_draws_nothing(course, total):
    assert line_of(course, total) is None


def test_one_place_shows_its_surroundings_and_a_mark_with_its_figure():
    found = map_of([Place(FRANCE, Tally(help=1, ok=7))])
    assert float(found.box.split()[2]) == LEAST_WIDTH
    (dot,) = found.dots
    assert (dot.status, dot.count, dot.code) == ("help", 1, "0033")


def test_places_far_apart_stay_apart_and_help_is_drawn_last():
    found = map_of([Place(FRANCE, Tally(help=1)), Place(CHILE, Tally(ok=2))])
    assert [dot.status for dot in found.dots] == ["safe", "help"]


def test_places_too_close_to_tell_apart_become_one_mark_with_the_sum():
    found = map_of([Place(CHILE, Tally(ok=2)), Place(FRANCE, Tally(silent=1)), Place(BELGIUM, Tally(silent=2))])
    joined = next(dot for dot in found.dots if not dot.code)
    assert (joined.count, joined.status, joined.names) == (3, "silent", "0033, 0032")


def test_the_piece_never_leaves_the_map():
    for places in ([], [Place(CHILE, Tally(ok=1))], [Place(FRANCE, Tally(ok=1)), Place(CHILE, Tally(ok=1))], [Place(None, Tally(ok=1))]):
        left, top, width, height = map(float, map_of(places).box.split())
        assert left >= 0
        assert top >= 0
        assert left + width <= WIDTH + 0.1
        assert top + height <= HEIGHT + 0.1
