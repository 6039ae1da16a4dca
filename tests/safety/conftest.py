"""What the tests of safety share."""

from datetime import date

import pytest

from tests.cast import make_cast
from tests.factories.safety import abroad


@pytest.fixture
def cast(db):
    """Everybody; Aya, Ben and Chika are in Paris."""
    people = make_cast()
    # Pages look at the real clock: the stay must not be over on the day when somebody runs this.
    abroad(people.aya, people.ben, people.chika, last_day=date(2036, 12, 31))
    return people


@pytest.fixture
def office(cast):
    """The office as a viewer."""
    return cast.viewer(cast.office)


@pytest.fixture
def second_manager(cast):
    """Another manager of the office."""
    return cast.second_manager()


@pytest.fixture
def doi(cast):
    """Dr. Doi, administrator of Aya's and Ben's school, as a viewer."""
    return cast.viewer(cast.doi)
