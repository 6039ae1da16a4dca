"""The office changes the escalation policy by a newer one, which a second manager approves; what is in force stays as it was (safety.md S3)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from ossma.core.models import AuditEntry
from safety.models import EscalationPolicy
from safety.queries.ladder import steps_in_force

URL = "/admin/safety/escalationpolicy/"


@pytest.fixture
def client(cast):
    return cast.client(cast.office)


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def policy_form(*steps, policy=None, **changes):
    """What the form sends: kind, day and steps (id, minutes, asleep minutes, rung)."""
    data = {"kind": "ad_hoc", "valid_from": tomorrow().isoformat(), "steps-TOTAL_FORMS": len(steps)} | changes
    data["steps-INITIAL_FORMS"] = sum(1 for step in steps if step[0])
    for number, (pk, minutes, asleep, rung) in enumerate(steps):
        names = {"id": pk or "", "policy": policy or "", "minutes": minutes, "asleep_minutes": asleep, "rung": rung}
        data |= {f"steps-{number}-{name}": value for name, value in names.items()}
    return data


def test_the_policy_in_force_is_copied_whole_changed_and_holds_once_somebody_else_has_approved_it(client, cast, second_manager):
    before = [(step.minutes, step.rung) for step in steps_in_force("ad_hoc", timezone.localdate())]
    one = EscalationPolicy.objects.get(kind="ad_hoc")
    for _press in range(2):
        client.post(URL, {"action": "copy_set", "_selected_action": [one.pk]})
    new = EscalationPolicy.objects.get(kind="ad_hoc", valid_from=tomorrow())
    steps = [[step.pk, step.minutes, step.asleep_minutes, step.rung] for step in new.steps.all()]
    assert [(minutes, rung) for _pk, minutes, _asleep, rung in steps] == before
    steps[0][1] = 7
    assert client.post(f"{URL}{new.pk}/change/", policy_form(*steps, policy=new.pk)).status_code == 302
    assert steps_in_force("ad_hoc", tomorrow())[0].minutes == before[0][0], "nobody has approved it"
    new.refresh_from_db()
    decision = {"decision": "approve", "revision": new.revision}
    cast.client(second_manager).post(f"{URL}{new.pk}/decide/", decision)
    assert steps_in_force("ad_hoc", timezone.localdate())[0].minutes == before[0][0]
    assert steps_in_force("ad_hoc", tomorrow())[0].minutes == 7
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "safety.ladder_copied", "escalationpolicy.saved", "escalationpolicy.approved"
    }  # fmt: skip


def test_what_is_in_force_cannot_be_changed_or_deleted(client):
    one = EscalationPolicy.objects.first()
    assert client.post(f"{URL}{one.pk}/change/", policy_form()).status_code == 404
    assert client.post(f"{URL}{one.pk}/delete/", {"post": "yes"}).status_code == 404


@pytest.mark.parametrize(
    ("step", "changes"),
    [
        (("", 10, 20, "second"), {"valid_from": date(2026, 1, 1).isoformat()}),
        (("", 10, 20, "contact"), {"kind": "drill"}),
        (("", 10, 20, "office"), {"kind": "drill"}),
        (("", 10, 5, "second"), {}),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(client, step, changes):
    count = EscalationPolicy.objects.count()
    assert client.post(f"{URL}add/", policy_form(step, **changes)).status_code == 200
    assert EscalationPolicy.objects.count() == count


def test_a_policy_without_steps_is_not_approved(client, cast, second_manager):
    client.post(f"{URL}add/", policy_form())
    new = EscalationPolicy.objects.get(valid_from=tomorrow())
    answer = cast.client(second_manager).post(f"{URL}{new.pk}/decide/", {"decision": "approve", "revision": 1}, follow=True)
    assert "明細がありません" in answer.content.decode()
    new.refresh_from_db()
    assert new.approved_at is None


def test_only_the_office_sees_the_policies(cast):
    assert cast.client(cast.doi).get(URL).status_code in {302, 403, 404}
