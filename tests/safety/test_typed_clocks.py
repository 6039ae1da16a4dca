"""Times that officers type: the hour that does not exist or comes twice goes back to them, what cannot be meant is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from notices.models import Advisory
from ossma.core.refusals import Refused
from safety import rules
from safety.models import SafetyCase, SafetyCheck
from safety.states import CheckState
from tests.factories.applications import ApplicationFactory
from tests.factories.notices import AdvisoryFactory
from tests.factories.plans import make_schedule

NEW = "/school/safety/new/"
SPRING, AUTUMN = datetime(2027, 3, 14, 12, tzinfo=UTC), datetime(2027, 11, 7, 12, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """Set the clock of pages."""

    def stand_at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return stand_at


@pytest.fixture
def at(cast, clock):
    """Dr. Doi's browser at a moment of 2027."""
    cast.aya.applications.all().delete()
    ApplicationFactory(member=cast.aya, first_day=date(2027, 1, 1), last_day=date(2027, 12, 31))

    def at(moment):
        clock(moment)
        return cast.client(cast.doi)

    return at


@pytest.fixture
def browser(at):
    """On the day of the spring change in New York."""
    return at(SPRING)


def typed(**changes):
    form = {"kind": "ad_hoc", "title_ja": "停電", "title_en": "Power cut", "countries": ["0033"], "reminder_plan": "usual"}
    return form | {"event_zone": "America/New_York"} | changes


def errors_of(browser, **changes):
    answer = browser.post(NEW, typed(**changes))
    assert answer.status_code == 422
    assert not SafetyCheck.objects.exists()
    return answer, answer.context["form"].errors


def made(browser, **changes):
    answer = browser.post(NEW, typed(**changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return SafetyCheck.objects.get()


def test_an_event_in_the_hour_that_does_not_exist_goes_back(browser):
    answer, errors = errors_of(browser, event_at="2027-03-14T02:30")
    assert "次の時刻は 03:00 です" in errors["event_at"][0]
    assert 'value="2027-03-14T02:30"' in answer.content.decode()


def test_an_event_in_the_doubled_hour_is_asked_about_and_kept_as_answered(at):
    browser = at(AUTUMN)
    answer, errors = errors_of(browser, event_at="2027-11-07T01:30")
    assert set(errors) == {"event_at_turn"}
    text = answer.content.decode()
    assert "発生日時（2回のうちどちらの時刻ですか）" in text
    assert "1回目（UTC-4）" in text
    assert "2回目（UTC-5）" in text
    check = made(browser, event_at="2027-11-07T01:30", event_at_turn="1")
    assert check.event_at == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
    form = browser.get(f"/school/safety/{check.pk}/edit/").context["form"]
    assert form["event_at_turn"].value() == "1"


@pytest.mark.parametrize("written", ["2027年3月14日 7時30分", "２０２７／３／１４　７：３０", "2027/3/14 7:30", "令和9年3月14日 7:30"])
def test_an_event_is_read_however_it_is_written(browser, written):
    assert made(browser, event_at=written).event_at == datetime(2027, 3, 14, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("deadline_at", "2027-02-14T09:00", "送信より後の日時"),
        ("event_at", "2030-01-01T00:00", "1日以上先"),
        ("event_at", "2027-02-30T09:00", "2027-02-30 は存在しません"),
        ("event_at", "yesterday", "2026-11-21 09:30 のように"),
        ("deadline_at", "18日 9時", "2026-11-21 09:30 のように"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field_and_stays_there(browser, field, value, words):
    answer, errors = errors_of(browser, **{field: value})
    assert words in errors[field][0]
    assert f'value="{value}"' in answer.content.decode()


def test_a_deadline_before_the_event_is_refused(browser):
    _answer, errors = errors_of(browser, event_at="2027-03-15T06:00", deadline_at="2027-03-15T18:00")
    assert "発生日時より前" in errors["deadline_at"][0]


def test_what_is_announced_for_tomorrow_may_be_asked_about(browser):
    assert made(browser, event_at="2027-03-15T07:00", deadline_at="2027-03-17T12:00").deadline_at == datetime(2027, 3, 17, 3, tzinfo=UTC)


def test_a_deadline_that_has_passed_since_the_draft_is_refused_at_the_sending(browser, clock):
    check = made(browser, deadline_at="2027-03-14T22:00")
    clock(SPRING + timedelta(hours=2))
    answer = browser.post(f"/school/safety/{check.pk}/preview/", {})
    assert answer.status_code == 422
    assert "すべての回答が期限後" in answer.content.decode()
    check.refresh_from_db()
    assert check.state == CheckState.DRAFT


def test_a_sending_is_not_set_for_a_time_past_or_after_its_deadline(browser):
    check = made(browser, deadline_at="2027-03-20T09:00")
    url = f"/school/safety/{check.pk}/schedule/"
    for value, words in (
        ("2027-03-13T09:00", "これからの日時"),
        ("2027-03-21T09:00", "期限"),
        ("2027年2月30日 9時", "存在しません"),
        ("soon", "のように"),
    ):
        answer = browser.post(url, {"scheduled_for": value})
        assert answer.status_code == 422
        assert words in answer.content.decode(), value
    assert browser.post(url, {"scheduled_for": "2027年3月18日 9時"}).status_code == 302
    check.refresh_from_db()
    assert check.scheduled_for == datetime(2027, 3, 18, tzinfo=UTC)


def test_rules_of_times_leave_out_what_is_not_known():
    rules.require_times(event_at=None, deadline_at=None, at=SPRING)
    rules.require_deadline(None, SPRING)
    with pytest.raises(Refused):
        rules.require_deadline(SPRING, SPRING)


def test_a_schedule_that_would_never_ask_is_refused(doi):
    with pytest.raises(Refused) as refused:
        make_schedule(doi, SPRING, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 13))
    assert refused.value.field == "ends_on"
    assert make_schedule(doi, SPRING, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 14)).pk


@pytest.fixture
def case(cast, at):
    """Aya is in New York: her next try is planned by the clock of where she is by now."""
    cast.aya.applications.get().destinations.update(zone="America/New_York")
    return SafetyCase.objects.create(member=cast.aya, school=cast.aoba, cause="silent", opened_at=SPRING, zone="America/New_York")


def test_the_next_try_asks_in_the_hour_that_does_not_exist_and_in_the_doubled_one(at, case):
    url = f"/school/safety/cases/{case.pk}/plan/"
    browser = at(datetime(2027, 3, 13, 12, tzinfo=UTC))
    gap = browser.post(url, {"next_try": "own", "own_time": "2027-03-14T02:30"})
    assert gap.status_code == 422
    assert "次の時刻は 03:00 です" in gap.content.decode()
    browser = at(datetime(2027, 11, 6, 12, tzinfo=UTC))
    twice = browser.post(url, {"next_try": "own", "own_time": "2027-11-07T01:30"})
    assert twice.status_code == 422
    assert "2回目（UTC-5）" in twice.content.decode()
    assert browser.post(url, {"next_try": "own", "own_time": "2027-11-07T01:30", "own_time_turn": "1"}).status_code == 302
    case.refresh_from_db()
    assert case.next_try_at == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


def test_the_log_of_a_call_asks_likewise_and_not_about_a_time_beside_another_choice(at, case):
    url = f"/school/safety/cases/{case.pk}/log/"
    browser = at(datetime(2027, 3, 13, 12, tzinfo=UTC))
    call = {"whom": "member", "way": "phone", "result": "no_answer", "answer": "", "note": "", "own_time": "2027-03-14T02:30"}
    gap = browser.post(url, {**call, "next_try": "own"})
    assert gap.status_code == 422
    assert "次の時刻は 03:00 です" in gap.content.decode()
    assert browser.post(url, {**call, "next_try": "120"}).status_code == 302
    case.refresh_from_db()
    assert case.next_try_at == datetime(2027, 3, 13, 14, tzinfo=UTC)


def test_the_age_of_an_advisory_is_said_before_and_in_the_draft_and_its_day_is_not_the_event(browser, cast):
    advisory = AdvisoryFactory(issued_on=date(2026, 7, 5), issued_at=datetime(2026, 7, 5, 3, tzinfo=UTC))
    assert "8か月前" in browser.get(f"{NEW}?advisory={advisory.pk}").content.decode()
    draft = browser.post(f"/school/safety/advisory/{advisory.pk}/", follow=True)
    text = draft.content.decode()
    assert "元の海外安全情報は2026年7月5日(日)のものです（8か月前）" in text
    assert draft.context["form"]["event_at"].value() is None
    check = SafetyCheck.objects.get()
    assert "8か月前" in browser.get(f"/school/safety/{check.pk}/preview/").content.decode()
    Advisory.objects.update(issued_on=date(2027, 3, 10), issued_at=None)
    assert "か月前" not in browser.get(f"/school/safety/{check.pk}/preview/").content.decode()


def test_today_says_how_old_an_advisory_is(browser):
    advisory = AdvisoryFactory(issued_on=date(2026, 7, 5), issued_at=datetime(2026, 7, 5, 3, tzinfo=UTC), changed_at=SPRING)
    advisory.countries.add("0033")
    assert "(8か月前)" in browser.get("/school/advisories/").content.decode()
    assert "(8か月前)" in browser.get("/school/").content.decode()
