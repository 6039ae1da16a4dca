"""What the tests of notices share."""

import pytest

from ossma.core.viewer import SYSTEM
from tests.cast import make_cast
from tests.factories.applications import ApplicationFactory


@pytest.fixture
def cast(db):
    """Everybody; Aya, Ben and Chika are in Paris."""
    people = make_cast()
    for member in (people.aya, people.ben, people.chika):
        ApplicationFactory(member=member)
    return people


@pytest.fixture
def system():
    """The program itself."""
    return SYSTEM
