"""The office changes the ladder by a newer set; what is in force stays as it was (safety.md S3)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from ossma.core.models import AuditEntry
from safety.models import LadderStep
from safety.queries.ladder import steps_in_force

URL = "/admin/safety/ladderstep/"


@pytest.fixture
def client(cast):
    return cast.client(cast.office)


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def rung(**changes):
    return {"kind": "ad_hoc", "valid_from": tomorrow().isoformat(), "minutes": 10, "asleep_minutes": 20, "rung": "second"} | changes


def test_the_set_in_force_is_copied_whole_and_then_changed(client):
    before = [(step.minutes, step.rung) for step in steps_in_force("ad_hoc", timezone.localdate())]
    one = LadderStep.objects.filter(kind="ad_hoc").first()
    for _press in range(2):
        client.post(URL, {"action": "copy_set", "_selected_action": [one.pk]})
    new = LadderStep.objects.filter(kind="ad_hoc", valid_from=tomorrow())
    assert [(step.minutes, step.rung) for step in new.order_by("minutes")] == before
    client.post(f"{URL}{new.first().pk}/change/", rung(minutes=7))
    assert steps_in_force("ad_hoc", timezone.localdate())[0].minutes == before[0][0]
    assert steps_in_force("ad_hoc", tomorrow())[0].minutes == 7
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"safety.ladder_copied", "ladderstep.saved"}


def test_what_is_in_force_cannot_be_changed_or_deleted(client):
    one = LadderStep.objects.first()
    assert client.post(f"{URL}{one.pk}/change/", rung()).status_code == 404
    assert client.post(f"{URL}{one.pk}/delete/", {"post": "yes"}).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"valid_from": date(2026, 1, 1).isoformat()}, {"kind": "drill", "rung": "contact"}, {"kind": "drill", "rung": "office"}, {"asleep_minutes": 5}],
)
def test_a_rung_that_makes_no_sense_is_refused(client, changes):
    count = LadderStep.objects.count()
    assert client.post(f"{URL}add/", rung(**changes)).status_code == 200
    assert LadderStep.objects.count() == count


def test_only_the_office_sees_the_ladder(cast):
    assert cast.client(cast.doi).get(URL).status_code in {302, 403, 404}
