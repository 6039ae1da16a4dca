"""What every test stands on."""

import pytest
from django.db import connection
from django.utils import timezone, translation
from xdist.scheduler import LoadScopeScheduling

from ossma.core.countries.load import load_countries
from safety.defaults import FIRST_DAY, LADDER
from safety.models import EscalationPolicy, LadderStep

# Tests that share what is costly to bring up: one of the processes runs the whole file.
TOGETHER = ("tests/safety/test_kills.py",)


class Scheduling(LoadScopeScheduling):
    """Each test goes to whoever is free, those of some files to one process. (xdist's own groups do not work with this pytest.)"""

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Who runs which test."""
    return Scheduling(config, log)


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


def load_policies(at):
    """The first escalation policies, approved as a part of the program, for kinds that have none."""
    for kind in {row[0] for row in LADDER}:
        if not EscalationPolicy.objects.filter(kind=kind).exists():
            policy = EscalationPolicy.objects.create(kind=kind, valid_from=FIRST_DAY)
            LadderStep.objects.bulk_create(
                LadderStep(policy=policy, minutes=minutes, asleep_minutes=asleep, rung=rung) for of, minutes, asleep, rung in LADDER if of == kind
            )
            EscalationPolicy.objects.filter(pk=policy.pk).update(approved_at=at)


@pytest.fixture(autouse=True)
def own_language():
    """Every test begins in the language of the settings, whatever page the one before it looked at."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def countries_after_truncate(request):
    """A test with real transactions finds the countries and escalation policies of the migrations, though the one before emptied the tables."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        load_countries()
        load_policies(timezone.now())


@pytest.fixture
def still(monkeypatch):
    """The clock of pages stands at this moment: "N minutes ago" does not change between two looks."""
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment
