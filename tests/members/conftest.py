"""What the tests of members share."""

import pytest

from members.states import LegalKind
from tests.cast import Cast, make_cast
from tests.factories.members import LegalDocumentFactory


@pytest.fixture
def cast(db) -> Cast:
    """Everybody."""
    return make_cast()


@pytest.fixture
def documents(db):
    """Terms and privacy policy in effect."""
    return [LegalDocumentFactory(kind=LegalKind.TERMS), LegalDocumentFactory(kind=LegalKind.PRIVACY)]
