"""Drafts that advisories propose: asked for by a person, or by a rule of the office. Never sent by themselves (safety.md S1, support.md N2)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from applications.queries.presence import count_by_country
from members.models import School
from members.school_access import school_act
from members.states import SchoolAct
from notices.audience import Audience
from notices.models import Advisory
from notices.rules import highest
from ossma.core import audit, outbox
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.models import Country
from ossma.core.refusals import NotFound
from ossma.core.viewer import SYSTEM, Viewer
from safety import rules
from safety.actions.drafting import draft_check
from safety.models import AdvisoryRule, Incident, RuleDecision, SafetyCheck
from safety.queries.recipients import preview
from safety.states import CheckKind, CheckState, RuleOutcome

LONGEST_TEXT = 2000
HOME_ZONE = "Asia/Tokyo"


def _zone_of(countries: list[Country], at: datetime) -> str:
    """The clock of the place: of several countries that of the one where most members are."""
    if not countries:
        return HOME_ZONE
    counts = dict(count_by_country(SYSTEM, at)) if len(countries) > 1 else {}
    return max(countries, key=lambda country: counts.get(country.pk, 0)).zones[0]


def _content(advisory: Advisory, countries: list[Country], at: datetime) -> dict[str, Any]:
    """What the ministry's words give of a check."""
    source = f"\n\n{advisory.url}"
    names_en = ", ".join(country.name_en for country in countries)
    return {
        "kind": CheckKind.AD_HOC,
        "title_ja": advisory.title[:120],
        "title_en": f"Safety check: {names_en or 'advisory of the Japanese foreign ministry'}"[:120],
        "text_ja": advisory.lead.strip()[: LONGEST_TEXT - len(source)] + source,
        "text_en": f"The Japanese foreign ministry has issued an advisory (in Japanese): {advisory.url}",
        "place_ja": "、".join(country.short_ja for country in countries)[:120],
        "place_en": names_en[:120],
        # The ministry says when it wrote, not when it happened: whoever sends the check enters that.
        "event_at": None,
        "event_zone": _zone_of(countries, at),
        "audience": {"countries": [country.pk for country in countries]},
        "reminders": None,
        "deadline_at": None,
        "correction_ja": "",
        "correction_en": "",
    }


def _incident_of(advisory: Advisory, at: datetime) -> Incident:
    """All drafts from one advisory hang on one incident, so that nobody is asked twice about it."""
    hung = SafetyCheck.objects.filter(advisory=advisory, incident__closed_at=None).exclude(incident=None).order_by("pk").first()
    if hung is not None and hung.incident is not None:
        return hung.incident
    return Incident.objects.create(title_ja=advisory.title[:200], title_en=advisory.title[:200], opened_at=at)


@office_duty(Duty.SEND_CHECK)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def draft_from_advisory(*, actor: Viewer, at: datetime, advisory_id: int, school_id: int | None) -> SafetyCheck:
    """A draft about an advisory, filled in as far as the ministry's words go. Asked for twice, the same draft."""
    advisory = Advisory.objects.select_for_update().filter(pk=advisory_id).first()
    if advisory is None or (school_id is not None and not School.objects.filter(pk=school_id).exists()):
        raise NotFound
    draft = SafetyCheck.objects.filter(advisory=advisory, school=school_id, state=CheckState.DRAFT).first()
    if draft is None:
        content = _content(advisory, list(advisory.countries.all()), at)
        draft = draft_check(actor=actor, at=at, school_id=school_id, advisory_id=advisory.pk, **content)
        draft.incident, draft.advisory_level = _incident_of(advisory, at), _level_of(advisory)
        draft.save(update_fields=["incident", "advisory_level"])
    elif actor.is_school and actor.school_id != draft.school_id:
        raise NotFound
    return draft


@inner_action
@transaction.atomic
def apply_rule(*, actor: Viewer, at: datetime, rule_id: int, advisory_id: int) -> RuleDecision:
    """Decide once per level what a rule makes of an advisory: a draft that is held for the office, or nothing.

    A level that rises after the draft drafts again, whatever became of the first; while that one is not sent, it warns instead.
    Safe at any time and twice at once.
    """
    advisory = Advisory.objects.select_for_update().get(pk=advisory_id)
    rule = AdvisoryRule.objects.get(pk=rule_id)
    decision = RuleDecision.objects.filter(rule=rule, advisory=advisory).first() or RuleDecision(rule=rule, advisory=advisory)
    level = _level_of(advisory)
    drafted_at = decision.level if decision.level is not None else 0
    if decision.outcome == RuleOutcome.DRAFTED and (level <= drafted_at or decision.version == advisory.version):
        return decision
    decision.version, decision.level, decision.decided_at = advisory.version, level, at
    decision.outcome, decision.check_row = _judge(actor, at, rule, advisory)
    decision.save()
    audit.record(
        actor=actor, at=at, action="safety.rule_decided", subject=("advisory", advisory.pk), detail={"rule": rule.pk, "outcome": decision.outcome}
    )
    return decision


def _judge(actor: Viewer, at: datetime, rule: AdvisoryRule, advisory: Advisory) -> tuple[RuleOutcome, SafetyCheck | None]:
    countries = list(advisory.countries.all())
    wanted = {country.pk for country in rule.countries.all()}
    levels = [*advisory.risk_levels, *advisory.infection_levels]
    meant = [country for country in countries if not wanted or country.pk in wanted]
    if not meant or not rules.rule_means(advisory.info_type, levels, types=rule.info_types, least_level=rule.least_level):
        return RuleOutcome.NO_MATCH, None
    audience = {"countries": [country.pk for country in meant], "arriving_days": rule.travelling_days}
    # Two rules about one advisory, or a person who was quicker: one draft for each level it rises to.
    about = SafetyCheck.objects.filter(advisory=advisory, school=None).exclude(state=CheckState.CANCELLED)
    drafted = about.filter(advisory_level__gte=_level_of(advisory)).first()
    if drafted is not None:
        return RuleOutcome.DRAFTED, drafted
    unsent = about.filter(state__in=[CheckState.DRAFT, CheckState.SCHEDULED]).order_by("-pk").first()
    if unsent is not None:
        _warn_office(unsent, advisory, at)
        return RuleOutcome.DRAFTED, unsent
    if not preview(actor, audience=Audience.from_json(audience), kind=rule.kind, at=at).count:
        return RuleOutcome.NOBODY, None
    return RuleOutcome.DRAFTED, _draft_by_rule(actor, at, rule, advisory, meant, audience)


def _draft_by_rule(
    actor: Viewer, at: datetime, rule: AdvisoryRule, advisory: Advisory, countries: list[Country], audience: dict[str, Any]
) -> SafetyCheck:
    content = _content(advisory, countries, at) | {"kind": rule.kind, "audience": audience}
    if rule.template is not None:
        words = ("title_ja", "title_en", "text_ja", "text_en", "correction_ja", "correction_en")
        content |= {name: getattr(rule.template, name) for name in words if getattr(rule.template, name)}
    check = draft_check(actor=actor, at=at, school_id=None, advisory_id=advisory.pk, **content)
    check.incident = None if rule.kind == CheckKind.DRILL else _incident_of(advisory, at)
    check.rule, check.held_until = rule, at + timedelta(minutes=rule.hold_minutes)
    check.advisory_level = _level_of(advisory)
    check.save(update_fields=["incident", "rule", "held_until", "advisory_level"])
    _tell_office(check, rule, at)
    return check


def _level_of(advisory: Advisory) -> int:
    return highest([*advisory.risk_levels, *advisory.infection_levels])


def _warn_office(check: SafetyCheck, advisory: Advisory, at: datetime) -> None:
    """One mail per level: the words of a check that waits were written for a lower one."""
    context = {
        "title_ja": check.title_ja,
        "title_en": check.title_en,
        "before": check.advisory_level,
        "level": _level_of(advisory),
        "path": reverse("office:safety:preview", args=[check.pk]),
    }
    for address in sorted(set(settings.OFFICE_MAIL)):
        key = f"level_risen:{check.pk}:{_level_of(advisory)}:{address}"
        outbox.promise(key=key, to_address=address, language=outbox.BOTH, template="safety/level_risen", context=context, at=at)


def _tell_office(check: SafetyCheck, rule: AdvisoryRule, at: datetime) -> None:
    """One mail to the office per draft. It is also on the work list, urgent when the time to think it over has passed."""
    context = {
        "title_ja": check.title_ja,
        "title_en": check.title_en,
        "rule": rule.name,
        "minutes": rule.hold_minutes,
        "path": reverse("office:safety:preview", args=[check.pk]),
    }
    for address in sorted(set(settings.OFFICE_MAIL)):
        key = f"rule_draft:{check.pk}:{address}"
        outbox.promise(key=key, to_address=address, language=outbox.BOTH, template="safety/rule_draft", context=context, at=at)
