"""A suspended school follows up as before; of an ended one nobody acts, but its members are asked, heard and looked after (contracts.md C7)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members.models import School
from ossma.core.models import OutboxMessage, Progress
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.actions import calls, incidents, positions
from safety.models import Delivery, SafetyCase, SafetyCheck
from safety.states import CheckState, Standing
from tests.factories.plans import WORDS, make_schedule, make_template
from tests.factories.safety import DAY, HOUR, MINUTE, NOW, content, draft, recipient, said, sent
from tests.safety.test_answering import answer
from tests.safety.test_schedules import OPENS, dispatched, started

TEMPLATE = {"name_ja": "別の名前", "name_en": "Another name"}


def put(cast, state, *, ago=timedelta(0)):
    """Aya's and Ben's school in this state."""
    ended_at = timezone.now() - ago if state == "ended" else None
    School.objects.filter(pk=cast.aoba.pk).update(state=state, ended_at=ended_at)


@pytest.fixture
def running(cast, doi):
    """A check of the school's own that runs, a draft, a template, a schedule, and Aya's call for help."""
    check = sent(doi, at=NOW)
    actions.report_own(actor=cast.viewer(cast.aya), at=NOW + MINUTE, said=said("help"))
    objects = {"check_id": check.pk, "draft_id": draft(doi).pk, "case_id": SafetyCase.objects.get().pk, "ben": recipient(check, cast.ben).pk}
    return objects | {"template_id": make_template(doi, NOW).pk, "schedule_id": make_schedule(doi, NOW).pk, "incident_id": check.incident_id}


def attempts(cast, actor, running):
    """What an administrator of a school does for safety, as calls that would work."""
    now = {"actor": actor, "at": NOW + HOUR}
    check, case = {**now, "check_id": running["check_id"]}, {**now, "case_id": running["case_id"]}
    schedule = {**now, "schedule_id": running["schedule_id"]}
    return {
        "draft_check": lambda: draft(actor),
        "change_check": lambda: actions.change_check(**now, check_id=running["draft_id"], **content()),
        "schedule_check": lambda: actions.schedule_check(**now, check_id=running["draft_id"], scheduled_for=NOW + DAY, typed_count=None),
        "cancel_check": lambda: actions.cancel_check(**now, check_id=running["draft_id"]),
        "send_check": lambda: actions.send_check(**now, check_id=running["draft_id"], typed_count=None),
        "remind_now": lambda: actions.remind_now(**check),
        "stop_check": lambda: actions.stop_check(**check),
        "close_check": lambda: actions.close_check(**check),
        "take_case": lambda: actions.take_case(**case),
        "contact_case": lambda: actions.contact_case(**case),
        "hand_over_case": lambda: actions.hand_over_case(**case),
        "resolve_case": lambda: actions.resolve_case(**case, resolution="電話で確認"),
        "begin_call": lambda: calls.begin_call(**case),
        "claim_cases": lambda: calls.claim_cases(**now, case_ids=[running["case_id"]]),
        "hand_over_shift": lambda: calls.hand_over_shift(**now, to_user_id=None),
        "take_person": lambda: calls.take_person(**now, recipient_id=running["ben"]),
        "answer_by_proxy": lambda: actions.answer_by_proxy(**now, recipient_id=running["ben"], kind="ok", how_known="電話"),
        "look_at_position": lambda: positions.look_at_position(**now, member_id=cast.aya.pk, reason="救急"),
        "close_incident": lambda: incidents.close_incident(**now, incident_id=running["incident_id"]),
        "make_template": lambda: make_template(actor, NOW, **TEMPLATE),
        "change_template": lambda: actions.change_template(**now, template_id=running["template_id"], **{**WORDS, **TEMPLATE}),
        "delete_template": lambda: actions.delete_template(**now, template_id=running["template_id"]),
        "make_schedule": lambda: make_schedule(actor, NOW),
        "start_schedule": lambda: actions.start_schedule(**schedule, typed_count=2),
        "pause_schedule": lambda: actions.pause_schedule(**schedule),
    }


def test_nobody_of_an_ended_school_acts(cast, running):
    put(cast, "ended")
    faults = []
    for name, act in attempts(cast, cast.viewer(cast.doi), running).items():
        try:
            act()
        except Refused as refused:
            if refused.code == "school_ended":
                continue
        faults.append(name)
    assert faults == []


def test_an_administrator_of_a_suspended_school_follows_up_as_before(cast, running):
    put(cast, "suspended")
    faults = []
    for name, act in attempts(cast, cast.viewer(cast.doi), running).items():
        try:
            act()
        except Refused as refused:
            if refused.code.startswith("school_"):
                faults.append(name)
    assert faults == []


def test_a_look_of_an_ended_school_does_not_tell_the_member_that_somebody_has_read_it(cast, running):
    put(cast, "ended")
    page = cast.client(cast.doi).get(reverse("school:safety:case", args=[running["case_id"]]))
    assert page.status_code == 200
    assert SafetyCase.objects.get().read_at is None
    assert "call-form" not in page.content.decode()


def test_the_dashboard_of_an_ended_school_can_be_read_and_exported(cast, running):
    put(cast, "ended")
    client = cast.client(cast.doi)
    page = client.get(reverse("school:safety:show", args=[running["check_id"]])).content.decode()
    assert "export.csv" in page
    assert f"/school/safety/{running['check_id']}/remind/" not in page
    assert client.get(reverse("school:safety:export_csv", args=[running["check_id"]])).status_code == 200


@pytest.mark.parametrize("state", ["suspended", "ended"])
def test_members_answer_and_report_whatever_becomes_of_their_school(cast, running, state):
    put(cast, state, ago=timedelta(days=400))
    check = SafetyCheck.objects.get(pk=running["check_id"])
    answer(check, cast.ben, at=NOW + HOUR)
    assert recipient(check, cast.ben).standing == Standing.OK
    browser = cast.client(cast.aya)
    for url in ("/", "/safety/", "/safety/checkins/", "/applications/", "/helpline/"):
        assert browser.get(url).status_code == 200


@pytest.mark.parametrize(
    ("state", "ago", "told"),
    [("suspended", 0, True), ("ended", 0, True), ("ended", 400, False)],
)
def test_a_call_for_help_reaches_the_office_always_and_the_school_as_long_as_it_can_read_it(cast, state, ago, told):
    put(cast, state, ago=timedelta(days=ago))
    actions.report_own(actor=cast.viewer(cast.aya), at=NOW, said=said("help"))
    addresses = set(OutboxMessage.objects.filter(template="safety/help").values_list("to_address", flat=True))
    assert ("doi@example.jp" in addresses) == told
    assert addresses - {"doi@example.jp"}


@pytest.mark.parametrize("state", ["suspended", "ended"])
def test_schedules_and_reminders_for_members_abroad_go_on(cast, doi, state):
    check = sent(doi, at=NOW, reminders=[60])
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    Delivery.objects.update(state=Progress.SENT)
    started(doi)
    put(cast, state)
    assert actions.queue_rounds(actor=SYSTEM, at=NOW + HOUR, check_id=check.pk) > 0
    dispatched(OPENS)
    assert SafetyCheck.objects.get(occasion=date(2026, 11, 23)).state == CheckState.OPEN


@pytest.mark.parametrize("state", ["suspended", "ended"])
def test_the_office_asks_members_of_such_a_school_too(cast, office, state):
    put(cast, state, ago=timedelta(days=400))
    assert recipient(sent(office), cast.aya).standing == Standing.SILENT
