"""What the tests of members share."""

import pytest

from members.states import LegalKind
from tests.cast import Cast, make_cast
from tests.factories.members import LegalDocumentFactory


@pytest.fixture(autouse=True)
def cheap_hashing(settings):
    """How passwords are hashed is not what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]


@pytest.fixture
def cast(db) -> Cast:
    """Everybody."""
    return make_cast()


@pytest.fixture
def documents(db):
    """Terms and privacy policy in effect."""
    return [LegalDocumentFactory(kind=LegalKind.TERMS), LegalDocumentFactory(kind=LegalKind.PRIVACY)]
