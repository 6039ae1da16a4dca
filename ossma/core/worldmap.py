"""Where a place lies on static/img/worldmap.svg: equirectangular, Japan's longitudes in the middle."""

WIDTH, HEIGHT = 1000.0, 394.0
CENTRAL_LONGITUDE = 150.0
TOP_LATITUDE = 84.0
UNITS_A_DEGREE = WIDTH / 360


def xy(lon: float, lat: float) -> tuple[float, float]:
    """Place degrees east and north in the map's viewBox, to a tenth of a unit; polar places are kept at its edge."""
    x = (lon - CENTRAL_LONGITUDE + 180) % 360 * UNITS_A_DEGREE
    y = min(max((TOP_LATITUDE - lat) * UNITS_A_DEGREE, 0.0), HEIGHT)
    return round(x, 1), round(y, 1)
