"""Drafts: written, changed, scheduled, cancelled, or proposed by a safety advisory (safety.md S1, support.md N2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack
from typing import TypedDict as Shape
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import School
from notices.audience import Audience
from notices.models import Advisory
from ossma.core import audit
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Face, Viewer
from safety import rules
from safety.models import Incident, SafetyCheck
from safety.queries.locking import locked_check
from safety.queries.recipients import preview
from safety.states import CheckKind, CheckState


class Content(Shape):
    """What a check says, asks whom, and when it reminds. `reminders` None: the usual ones of its kind."""

    kind: str
    title_ja: str
    title_en: str
    text_ja: str
    text_en: str
    place_ja: str
    place_en: str
    event_at: datetime | None
    event_zone: str
    audience: Mapping[str, Any]
    reminders: list[int] | None
    deadline_at: datetime | None
    correction_ja: str
    correction_en: str


LONGEST_TEXT = 2000
PAIRS = ("title", "text", "place", "correction")


def _clean(content: Content) -> dict[str, Any]:
    """What is stored. A text that was written in one language only stands for both: better than an empty line in a mail."""
    values: dict[str, Any] = {**content}
    for name in PAIRS:
        japanese, english = (_tidy(name, values[f"{name}_{language}"]) for language in ("ja", "en"))
        values[f"{name}_ja"], values[f"{name}_en"] = japanese or english, english or japanese
    values["kind"] = CheckKind(content["kind"])
    values["audience"] = Audience.from_json(content["audience"]).to_json()
    values["reminders"] = rules.reminders(content["kind"], content["reminders"])
    try:
        ZoneInfo(content["event_zone"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(_("Choose a time zone."), field="event_zone") from error
    return values


def _tidy(name: str, text: str) -> str:
    """Titles and places stand in subjects and lists: one line each."""
    return text.strip() if name in {"text", "correction"} else " ".join(text.split())


def _incident_of(actor: Viewer, incident_id: int | None, kind: str) -> int | None:
    """The incident a check hangs on. A drill never hangs on something that really happened."""
    if incident_id is None:
        return None
    if kind == CheckKind.DRILL:
        raise Refused(_("A drill cannot belong to a real event."), field="incident")
    known = Incident.objects.filter(pk=incident_id)
    if actor.face is Face.SCHOOL:
        known = known.filter(checks__in=SafetyCheck.objects.visible_to(actor))
    if not known.exists():
        raise NotFound
    return incident_id


@transaction.atomic
def draft_check(
    *,
    actor: Viewer,
    at: datetime,
    school_id: int | None,
    advisory_id: int | None = None,
    incident_id: int | None = None,
    is_demo: bool = False,
    **content: Unpack[Content],
) -> SafetyCheck:
    """Write a new draft. `school_id` None: the office asks. A school may only ask for itself (NotFound otherwise)."""
    if actor.face not in {Face.OFFICE, Face.SYSTEM, Face.SCHOOL} or (actor.face is Face.SCHOOL and school_id != actor.school_id):
        raise NotFound
    check = SafetyCheck.objects.create(
        **_clean(content),
        school_id=school_id,
        advisory_id=advisory_id,
        incident_id=_incident_of(actor, incident_id, content["kind"]),
        created_by_id=actor.user_id,
        created_at=at,
        is_demo=is_demo,
    )
    audit.record(actor=actor, at=at, action="safety.check_drafted", subject=("check", check.pk), school_id=school_id)
    return check


@transaction.atomic
def change_check(
    *,
    actor: Viewer,
    at: datetime,
    check_id: int,
    incident_id: int | None = None,
    **content: Unpack[Content],
) -> SafetyCheck:
    """Change a draft. A scheduled check becomes a draft again: what was confirmed with its number was the old one."""
    check = locked_check(actor, check_id)
    if check.state == CheckState.SCHEDULED:
        check.state, check.scheduled_for = CheckState.DRAFT, None
    if check.state != CheckState.DRAFT:
        rules.require_check_move(check.state, CheckState.DRAFT)
    before = {name: getattr(check, name) for name in content}
    for name, value in _clean(content).items():
        setattr(check, name, value)
    check.incident_id = _incident_of(actor, incident_id, content["kind"])
    check.save()
    changed = sorted(name for name, value in before.items() if getattr(check, name) != value)
    audit.record(
        actor=actor, at=at, action="safety.check_changed", subject=("check", check.pk), school_id=check.school_id, detail={"fields": changed}
    )
    return check


@transaction.atomic
def schedule_check(*, actor: Viewer, at: datetime, check_id: int, scheduled_for: datetime, typed_count: int | None) -> SafetyCheck:
    """Let a check send itself. The number is confirmed as it is now; who is asked is settled when it is sent."""
    check = locked_check(actor, check_id)
    rules.require_check_move(check.state, CheckState.SCHEDULED)
    rules.require_sendable(check)
    if scheduled_for <= at:
        raise Refused(_("Choose a time in the future."), field="scheduled_for")
    asked = preview(
        actor, audience=Audience.from_json(check.audience), kind=check.kind, at=at, incident_id=check.incident_id, school_id=check.school_id
    )
    rules.require_count(kind=check.kind, count=asked.count, typed=typed_count)
    check.state, check.scheduled_for = CheckState.SCHEDULED, scheduled_for
    check.save(update_fields=["state", "scheduled_for"])
    audit.record(
        actor=actor, at=at, action="safety.check_scheduled", subject=("check", check.pk), school_id=check.school_id, detail={"count": asked.count}
    )
    return check


@transaction.atomic
def cancel_check(*, actor: Viewer, at: datetime, check_id: int) -> SafetyCheck:
    """Give up a check before it was sent."""
    check = locked_check(actor, check_id)
    if check.state == CheckState.CANCELLED:
        return check
    rules.require_check_move(check.state, CheckState.CANCELLED)
    check.state, check.ended_at = CheckState.CANCELLED, at
    check.save(update_fields=["state", "ended_at"])
    audit.record(actor=actor, at=at, action="safety.check_cancelled", subject=("check", check.pk), school_id=check.school_id)
    return check


@transaction.atomic
def draft_from_advisory(*, actor: Viewer, at: datetime, advisory_id: int, school_id: int | None) -> SafetyCheck:
    """A draft about an advisory, filled in as far as the ministry's words go. Asked for twice, the same draft.

    All drafts from one advisory hang on one incident, so that nobody is asked twice about it.
    """
    advisory = Advisory.objects.select_for_update().filter(pk=advisory_id).first()
    if advisory is None or (school_id is not None and not School.objects.filter(pk=school_id).exists()):
        raise NotFound
    earlier = SafetyCheck.objects.filter(advisory=advisory)
    draft = earlier.filter(school=school_id, state=CheckState.DRAFT).first()
    if draft is not None:
        return locked_check(actor, draft.pk)
    countries = list(advisory.countries.all())
    hung = earlier.exclude(incident=None).order_by("pk").first()
    incident = hung.incident if hung else Incident.objects.create(title_ja=advisory.title[:200], title_en=advisory.title[:200], opened_at=at)
    source = f"\n\n{advisory.url}"
    text = advisory.lead.strip()[: LONGEST_TEXT - len(source)] + source
    check = draft_check(
        actor=actor,
        at=at,
        school_id=school_id,
        advisory_id=advisory.pk,
        kind=CheckKind.AD_HOC,
        title_ja=advisory.title[:120],
        title_en=f"Safety check: {', '.join(country.name_en for country in countries) or 'advisory of the Japanese foreign ministry'}"[:120],
        text_ja=text,
        text_en=f"The Japanese foreign ministry has issued an advisory (in Japanese): {advisory.url}",
        place_ja="、".join(country.short_ja for country in countries)[:120],
        place_en=", ".join(country.name_en for country in countries)[:120],
        event_at=advisory.issued_at or advisory.first_seen_at,
        event_zone=countries[0].zones[0] if len(countries) == 1 else "Asia/Tokyo",
        audience={"countries": [country.pk for country in countries]},
        reminders=None,
        deadline_at=None,
        correction_ja="",
        correction_en="",
    )
    check.incident = incident
    check.save(update_fields=["incident"])
    return check
