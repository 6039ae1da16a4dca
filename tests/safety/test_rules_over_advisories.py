"""A rule drafts a check from an advisory, held for the office, never sent by itself (safety.md S1, support.md N2)."""

from datetime import timedelta

import pytest

from ossma.core.models import OutboxMessage
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.models import AdvisoryRule, CheckTemplate, RuleDecision, SafetyCheck
from safety.planned import look_at_plans
from safety.queries import plans
from safety.registered import office_work
from safety.states import CheckState, RuleOutcome
from tests.factories.notices import AdvisoryFactory
from tests.factories.safety import DAY, HOUR, MINUTE, NOW


@pytest.fixture
def rule(cast):
    """Danger level 2 or more in France: half an hour to think it over."""
    row = AdvisoryRule.objects.create(name="フランス", least_level=2, hold_minutes=30)
    row.countries.add("0033")
    return row


def looked(at=NOW):
    assert look_at_plans(at) == []
    return list(SafetyCheck.objects.order_by("pk"))


def test_a_matching_advisory_becomes_a_draft_held_for_the_office(rule):
    AdvisoryFactory(risk_levels=[3], title="フランスの危険情報")
    (check,) = looked()
    assert (check.state, check.school, check.rule, check.held_until) == (CheckState.DRAFT, None, rule, NOW + 30 * MINUTE)
    assert check.audience == {"countries": ["0033"]}
    assert check.incident is not None


def test_it_never_goes_out_by_itself(rule):
    AdvisoryFactory(risk_levels=[3])
    looked()
    (check,) = looked(NOW + DAY)
    assert (check.state, check.sent_at) == (CheckState.DRAFT, None)


def test_the_same_advisory_twice_is_one_draft_also_when_it_has_changed(rule):
    row = AdvisoryFactory(risk_levels=[3])
    looked()
    row.version, row.changed_at = 2, NOW + HOUR
    row.save()
    assert len(looked(NOW + HOUR)) == 1
    actions.apply_rule(actor=SYSTEM, at=NOW, rule_id=rule.pk, advisory_id=row.pk)
    assert SafetyCheck.objects.count() == RuleDecision.objects.count() == 1


def test_two_rules_about_one_advisory_are_one_draft(rule):
    AdvisoryRule.objects.create(name="全世界")
    AdvisoryFactory(risk_levels=[3])
    assert len(looked()) == 1
    assert set(RuleDecision.objects.values_list("outcome", flat=True)) == {RuleOutcome.DRAFTED}


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"risk_levels": [1]}, RuleOutcome.NO_MATCH),
        ({"risk_levels": [], "infection_levels": [2]}, RuleOutcome.DRAFTED),
        ({"risk_levels": [4], "countries": ["0039"]}, RuleOutcome.NO_MATCH),
        ({"risk_levels": [4], "countries": []}, RuleOutcome.NO_MATCH),
    ],
)
def test_level_and_country_decide(rule, changes, outcome):
    AdvisoryFactory(**changes)
    looked()
    assert RuleDecision.objects.get().outcome == outcome


def test_the_type_of_information_decides_too(cast):
    AdvisoryRule.objects.create(name="スポット", info_types=["C30"])
    AdvisoryFactory(info_type="R10")
    assert looked() == []
    AdvisoryFactory(info_type="C30")
    assert len(looked()) == 1


def test_a_level_that_rises_later_is_looked_at_again(rule):
    row = AdvisoryFactory(risk_levels=[1])
    assert looked() == []
    row.risk_levels, row.version, row.changed_at = [3], 2, NOW + HOUR
    row.save()
    assert len(looked(NOW + HOUR)) == 1


def test_where_nobody_is_nothing_is_drafted_until_somebody_comes(cast):
    AdvisoryRule.objects.create(name="イタリア")
    AdvisoryFactory(countries=["0039"])
    assert looked() == []
    cast.aya.applications.get().destinations.update(country_id="0039")
    assert looked(NOW + MINUTE) == []
    assert len(looked(NOW + HOUR)) == 1


def test_those_who_travel_there_soon_count_when_the_rule_says_so(cast):
    application = cast.aya.applications.get()
    application.first_day = (NOW + 5 * DAY).date()
    application.save()
    application.destinations.update(country_id="0039")
    rule = AdvisoryRule.objects.create(name="イタリア", travelling_days=3)
    AdvisoryFactory(countries=["0039"])
    assert looked() == []
    rule.travelling_days = 7
    rule.save()
    (check,) = looked(NOW + HOUR)
    assert check.audience == {"countries": ["0039"], "arriving_days": 7}


def test_the_words_of_a_template_stand_instead_of_the_ministrys(rule):
    rule.template = CheckTemplate.objects.create(kind="ad_hoc", name_ja="危険", name_en="Danger", title_ja="ご無事ですか", title_en="Are you safe?")
    rule.save()
    AdvisoryFactory(risk_levels=[3])
    (check,) = looked()
    assert (check.title_ja, check.title_en) == ("ご無事ですか", "Are you safe?")


def test_a_rule_that_rests_drafts_nothing(rule):
    rule.is_active = False
    rule.save()
    AdvisoryFactory(risk_levels=[3])
    assert looked() == []


def test_the_office_is_told_once_by_mail(rule):
    AdvisoryFactory(risk_levels=[3])
    looked()
    looked(NOW + HOUR)
    mail = OutboxMessage.objects.get()
    assert mail.template == "safety/rule_draft"


def test_the_work_list_calls_when_the_time_to_think_is_over(rule, office):
    AdvisoryFactory(risk_levels=[3])
    looked()

    def urgent(at):
        return [item.urgent for item in office_work(office, at) if item.key == "rule_drafts"]

    assert (urgent(NOW + 29 * MINUTE), urgent(NOW + 30 * MINUTE)) == ([False], [True])
    actions.cancel_check(actor=office, at=NOW, check_id=SafetyCheck.objects.get().pk)
    assert urgent(NOW + 30 * MINUTE) == []


def test_old_advisories_concern_no_new_rule(rule):
    AdvisoryFactory(risk_levels=[3], changed_at=NOW - timedelta(days=3))
    assert plans.undecided(NOW) == []


def risen(row, level, at):
    """The ministry names a higher level under the same key."""
    row.risk_levels, row.version, row.changed_at = [level], row.version + 1, at
    row.save()


@pytest.mark.parametrize("ended", ["cancelled", "closed", "sent"])
def test_a_level_that_rises_after_a_draft_drafts_again_whatever_became_of_the_first(rule, office, ended):
    row = AdvisoryFactory(risk_levels=[2])
    (first,) = looked()
    if ended == "cancelled":
        actions.cancel_check(actor=office, at=NOW, check_id=first.pk)
    else:
        actions.send_check(actor=office, at=NOW, check_id=first.pk, typed_count=None)
    if ended == "closed":
        SafetyCheck.objects.filter(pk=first.pk).update(state=CheckState.CLOSED, ended_at=NOW)
    risen(row, 4, NOW + HOUR)
    _first, second = looked(NOW + HOUR)
    assert (second.state, second.rule, second.advisory_level, first.advisory_level) == (CheckState.DRAFT, rule, 4, 2)
    assert len(looked(NOW + 2 * HOUR)) == 2
    decision = RuleDecision.objects.get()
    assert (decision.level, decision.check_row, decision.outcome) == (4, second, RuleOutcome.DRAFTED)
    if ended != "cancelled":
        assert second.incident == first.incident


def test_a_level_that_rises_before_the_draft_is_sent_warns_once_instead_of_drafting_twice(rule, office):
    AdvisoryRule.objects.create(name="全世界")
    row = AdvisoryFactory(risk_levels=[2])
    (check,) = looked()
    risen(row, 3, NOW + HOUR)
    assert len(looked(NOW + HOUR)) == len(looked(NOW + 2 * HOUR)) == 1
    (mail,) = OutboxMessage.objects.filter(template="safety/level_risen")
    assert mail.key.startswith(f"level_risen:{check.pk}:3:")
    check.refresh_from_db()
    assert (check.advisory_level, check.risen_level) == (2, 3)
    risen(row, 4, NOW + 3 * HOUR)
    looked(NOW + 3 * HOUR)
    assert OutboxMessage.objects.filter(template="safety/level_risen").count() == 2


@pytest.mark.parametrize("level", [2, 1])
def test_a_level_that_stays_or_falls_drafts_nothing_more(rule, office, level):
    row = AdvisoryFactory(risk_levels=[2])
    (first,) = looked()
    actions.cancel_check(actor=office, at=NOW, check_id=first.pk)
    risen(row, level, NOW + HOUR)
    assert len(looked(NOW + HOUR)) == 1
    assert plans.undecided(NOW + HOUR) == []


def test_what_the_ministry_has_taken_back_drafts_nothing(rule):
    AdvisoryFactory(risk_levels=[3], withdrawn_at=NOW)
    assert looked() == []


def test_a_rule_for_infectious_diseases_means_both_codes_of_the_ministry(cast):
    AdvisoryRule.objects.create(name="感染症", info_types=["T41"])
    AdvisoryFactory(info_type="T81", infection_levels=[1])
    assert len(looked()) == 1


def outdated(office):
    return [(item.count, item.urgent) for item in office_work(office, NOW) if item.key == "outdated_drafts"]


def test_the_office_is_told_when_the_advisory_behind_a_check_is_taken_back(cast, office):
    row = AdvisoryFactory(title="陸路退避")
    check = actions.draft_from_advisory(actor=office, at=NOW, advisory_id=row.pk, school_id=None)
    assert outdated(office) == []
    row.withdrawn_at = NOW
    row.save()
    assert outdated(office) == [(1, True)]
    client = cast.client(cast.office)
    for page in ("preview", "edit"):
        assert "外務省がこの情報を取り下げました" in client.get(f"/admin/desk/safety/{check.pk}/{page}/").content.decode()
    actions.send_check(actor=office, at=NOW, check_id=check.pk, typed_count=None)
    assert outdated(office) == [(1, True)]
    assert "外務省がこの情報を取り下げました" in client.get(f"/admin/desk/safety/{check.pk}/").content.decode()
    row.withdrawn_at = None
    row.save()
    assert outdated(office) == []


def test_a_check_drafted_by_a_person_is_told_of_a_level_that_rises_too(cast, office):
    row = AdvisoryFactory(info_type="T40", risk_levels=[2])
    check = actions.draft_from_advisory(actor=office, at=NOW, advisory_id=row.pk, school_id=None)
    risen(row, 4, NOW + HOUR)
    assert outdated(office) == [(1, True)]
    assert "現在、危険レベルは4です" in cast.client(cast.office).get(f"/admin/desk/safety/{check.pk}/preview/").content.decode()
    actions.cancel_check(actor=office, at=NOW, check_id=check.pk)
    assert outdated(office) == []
