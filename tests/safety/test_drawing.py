"""Figures as drawings: the small line of answers, the places on a piece of the map."""

import pytest

from ossma.core.models import Country
from ossma.core.worldmap import HEIGHT, WIDTH
from safety.queries.dashboard import Course, Place, Tally
from safety.queries.positions import Spot
from safety.views.desk.drawing import LEAST_WIDTH, line_of, map_of
from tests.factories.safety import HOUR, NOW


def country(code, lon, lat):
    return Country(mofa_cd=code, short_ja=code, name_en=code, longitude=lon, latitude=lat)


FRANCE, BELGIUM, CHILE = country("0033", 2.3, 46.9), country("0032", 4.3, 50.8), country("0056", -70.7, -33.4)
PARIS = {"latitude": 48.9, "longitude": 2.3, "country_id": "0033"}


def test_the_course_rises_to_the_share_of_those_who_answered():
    line = line_of(Course(NOW, NOW + HOUR, [0, 5, 10]), 20)
    assert line.top.startswith("M0.0 48.0")
    assert line.top.endswith("240.0 24.0")
    assert line.area.endswith("Z")


@pytest.mark.parametrize(("course", "total"), [(None, 5), (Course(NOW, NOW + HOUR, [0]), 0)])
def test_nothing_sent_or_nobody_asked_draws_nothing(course, total):
    assert line_of(course, total) is None


def test_one_place_shows_its_surroundings_with_the_fine_coast_and_a_mark_with_its_figure():
    found = map_of([Place(FRANCE, Tally(help=1, ok=7))], [])
    assert float(found.box.split()[2]) == LEAST_WIDTH
    assert found.near
    (dot,) = found.dots
    assert (dot.status, dot.count, dot.code) == ("help", 1, "0033")


def test_a_position_is_a_pin_of_its_standing_and_its_country_counts_those_without():
    spots = [Spot(**PARIS, standing="ok", count=5), Spot(**PARIS, standing="help", count=1)]
    found = map_of([Place(FRANCE, Tally(help=1, ok=7, silent=4))], spots)
    assert [(pin.status, pin.count) for pin in found.pins] == [("safe", 5), ("help", 1)]
    (dot,) = found.dots
    assert dot.tally == Tally(ok=2, silent=4)
    assert (dot.status, dot.count) == ("silent", 4)


def test_a_call_for_help_does_not_hide_how_many_are_silent():
    both, alone = (map_of([Place(FRANCE, tally)], []).dots[0] for tally in (Tally(help=1, silent=9), Tally(help=1, ok=9)))
    assert both.second_y > both.y
    assert alone.second_y == 0


def test_a_country_whose_people_all_have_a_pin_has_no_mark():
    assert map_of([Place(FRANCE, Tally(ok=2))], [Spot(**PARIS, standing="ok", count=2)]).dots == []


def test_pins_that_would_hide_one_another_become_one_with_the_sum():
    beside = Spot(48.9, 2.2, "0033", "ok", 2)
    (pin,) = map_of([Place(FRANCE, Tally(ok=5))], [Spot(**PARIS, standing="ok", count=3), beside]).pins
    assert pin.count == 5


def test_however_many_positions_there_are_the_pins_stay_few():
    spots = [Spot(40 + i % 100 / 10, i // 100 / 10, "0033", "ok", 1) for i in range(10_000)]
    found = map_of([Place(FRANCE, Tally(ok=10_000))], spots)
    assert len(found.pins) < 2_000
    assert sum(pin.count for pin in found.pins) + found.outside == 10_000


def test_the_few_far_away_do_not_make_the_region_the_world_but_are_counted():
    places = [Place(FRANCE, Tally(ok=99)), Place(CHILE, Tally(ok=1))]
    spots = [Spot(**PARIS, standing="ok", count=99), Spot(-33.4, -70.7, "0056", "ok", 1)]
    region, world = map_of(places, spots), map_of(places, spots, world=True)
    assert float(region.box.split()[2]) == LEAST_WIDTH
    assert region.outside == 1
    assert float(world.box.split()[2]) == WIDTH
    assert (world.outside, world.near) == (0, False)


def test_whoever_needs_help_is_in_the_region_however_far_away():
    found = map_of([Place(FRANCE, Tally(ok=99)), Place(CHILE, Tally(help=1))], [])
    assert float(found.box.split()[2]) > 500


def test_places_far_apart_stay_apart_and_help_is_drawn_last():
    found = map_of([Place(FRANCE, Tally(help=1)), Place(CHILE, Tally(ok=2))], [])
    assert [dot.status for dot in found.dots] == ["safe", "help"]


def test_places_too_close_to_tell_apart_become_one_mark_with_the_sum():
    found = map_of([Place(CHILE, Tally(ok=2)), Place(FRANCE, Tally(silent=1)), Place(BELGIUM, Tally(silent=2))], [])
    joined = next(dot for dot in found.dots if not dot.code)
    assert (joined.count, joined.status, joined.names) == (3, "silent", "0033, 0032")


def test_the_piece_never_leaves_the_map():
    for places in ([], [Place(CHILE, Tally(ok=1))], [Place(FRANCE, Tally(ok=1)), Place(CHILE, Tally(ok=1))], [Place(None, Tally(ok=1))]):
        left, top, width, height = map(float, map_of(places, []).box.split())
        assert left >= 0
        assert top >= 0
        assert left + width <= WIDTH + 0.1
        assert top + height <= HEIGHT + 0.1
