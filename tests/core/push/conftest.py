import pytest

from tests.factories.members import UserFactory
from tests.push import push_service


@pytest.fixture
def service(settings):
    with push_service() as running:
        settings.PUSH_SINK_URL = running.url
        yield running


@pytest.fixture
def aya(transactional_db):
    return UserFactory(email="aya@example.jp")
