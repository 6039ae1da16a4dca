"""What the tests of applications share."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from applications.actions.applying import Order, submit_application
from applications.queries.places import Place
from applications.rules.applying import Wish
from tests.cast import make_cast
from tests.factories.applications import make_fees

AT = datetime(2026, 6, 1, 3, tzinfo=UTC)
PARIS = Place("0033", "パリ", "Europe/Paris", 48.86, 2.35)


@pytest.fixture
def cast(db):
    """Everybody, and the fees of money.md."""
    make_fees()
    return make_cast()


def order(**changes):
    """One month in Paris, paid by the member."""
    wish = {"service": "ossma", "payer": "member", "first_day": date(2026, 7, 1), "last_day": date(2026, 7, 31)}
    own = {name: changes.pop(name) for name in list(changes) if name not in wish}
    return Order(**{"wish": Wish(**wish | changes), "purpose": "study", "stops": (PARIS,)} | own)


def submit(cast, member=None, *, key=None, at=AT, **changes):
    """Apply as a member."""
    member = member or cast.aya
    return submit_application(member_id=member.pk, key=key or uuid4(), order=order(**changes), actor=cast.viewer(member), at=at)
