"""Whatever stands in the public repository as a key is refused in production: a new one needs a line in the list of published keys."""

from ossma.core.keys import digest
from ossma.core.published_keys import PUBLISHED
from tests.walls.published import published


def test_every_key_that_stands_in_the_repository_is_in_the_list_of_published_keys():
    missing = {f"{where}: add {digest(value)}" for value, where in published().items() if digest(value) not in PUBLISHED}
    assert missing == set()


def test_the_search_finds_the_keys_of_tests_demo_and_documents():
    """Without this the test above could pass because the search finds nothing."""
    places = set(published().values())
    assert {"Dockerfile", "docs/operations.md", "ossma/local/environments.py", "tests/payments/test_stripe_contract.py"} <= places
