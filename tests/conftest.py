"""What every test stands on."""

import pytest
from django.db import connection

from ossma.core.countries.load import load_countries
from safety.defaults import load_ladder
from safety.models import LadderStep

TRUNCATE_GUARDS = """
DO $$ DECLARE guard record; BEGIN
    FOR guard IN SELECT tgname, tgrelid::regclass AS owner FROM pg_trigger WHERE tgname LIKE '%\\_no\\_truncate' LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', guard.tgname, guard.owner);
    END LOOP;
END $$;
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests with real transactions clean up by TRUNCATE, which the guards of append-only tables refuse."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(TRUNCATE_GUARDS)


@pytest.fixture(autouse=True)
def countries_after_truncate(request):
    """A test with real transactions finds the countries and the ladder that migrations put there, though the one before emptied the table."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        load_countries()
        load_ladder(LadderStep)
