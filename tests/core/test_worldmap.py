"""Places on the world map."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from ossma.core import worldmap


@pytest.mark.parametrize(
    ("lon", "lat", "point"),
    [(150, 84, (500.0, 0.0)), (139.69, 35.68, (471.4, 134.2)), (2.35, 48.86, (89.9, 97.6)), (-77.04, -12.05, (869.3, 266.8)), (-30, 0, (0.0, 233.3))],
)
def test_degrees_become_units_of_the_drawing(lon, lat, point):
    assert worldmap.xy(lon, lat) == point


def test_a_polar_place_stays_on_the_map():
    assert worldmap.xy(0, 90)[1] == 0
    assert worldmap.xy(0, -90)[1] == worldmap.HEIGHT


def test_the_drawing_has_the_size_the_function_counts_with():
    svg = Path(settings.BASE_DIR, "static/img/worldmap.svg").read_text()
    assert re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups() == (f"{worldmap.WIDTH:.0f}", f"{worldmap.HEIGHT:.0f}")
    assert len(svg) < 60_000
