"""Nothing grows past what one can read."""

from tests.walls.house import functions, sources, where

FILE_LINES = 400
FUNCTION_LINES = 60


def test_no_file_passes_four_hundred_lines():
    assert [where(path) for path in sources() if len(path.read_text().splitlines()) > FILE_LINES] == []


def test_no_function_passes_sixty_lines():
    long = [where(path, node) for path in sources() for node in functions(path) if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES]
    assert long == []
