"""A position belongs to its member: how exactly it is shown, who looked at it, and when it is forgotten (safety.md S3)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from members.school_access import school_act
from members.states import SchoolAct
from ossma.core import audit
from ossma.core.duties import Duty, inner_action, not_for_office, office_duty
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Face, Viewer
from safety.models import PositionLook, SafetyPreference
from safety.naming import viewer_label
from safety.queries.looks import Exact, exact_position
from safety.states import Precision

KEPT = timedelta(days=90)

OLD = """
FROM safety_answer a LEFT JOIN safety_recipient r ON r.id = a.recipient_id LEFT JOIN safety_safetycheck c ON c.id = r.check_id
WHERE a.position <> '' AND ((r.id IS NULL AND a.received_at <= %(before)s) OR (c.state = 'closed' AND c.ended_at <= %(before)s))
"""
COUNT = f"SELECT count(*) {OLD}"
# To the city: the nearest one we know within about 100 km, else the country's middle. What was said in words stays.
COARSEN = f"""
WITH old AS (
    SELECT a.id, a.coarse_latitude AS lat, a.coarse_longitude AS lon, a.country_id {OLD}
    ORDER BY a.id LIMIT %(most)s FOR UPDATE OF a SKIP LOCKED
), placed AS (
    SELECT old.id, near.name_ja, near.country_id, COALESCE(near.latitude, land.latitude) AS lat, COALESCE(near.longitude, land.longitude) AS lon
    FROM old
    LEFT JOIN LATERAL (
        SELECT y.* FROM core_city y
        WHERE abs(y.latitude - old.lat) < 0.9 AND abs(y.longitude - old.lon) * cos(radians(old.lat)) < 0.9
            AND (old.country_id IS NULL OR y.country_id = old.country_id)
        ORDER BY (y.latitude - old.lat) ^ 2 + ((y.longitude - old.lon) * cos(radians(old.lat))) ^ 2 LIMIT 1
    ) near ON TRUE
    LEFT JOIN core_country land ON land.mofa_cd = old.country_id
)
UPDATE safety_answer a SET position = '', coarse_latitude = placed.lat, coarse_longitude = placed.lon,
    city = CASE WHEN a.city = '' THEN COALESCE(placed.name_ja, '') ELSE a.city END, country_id = COALESCE(a.country_id, placed.country_id)
FROM placed WHERE a.id = placed.id
"""  # noqa: S608 - words from this file only
CHUNK = 5_000


@not_for_office
@transaction.atomic
def set_precision(*, actor: Viewer, at: datetime, precision: str) -> None:
    """The member chooses how exactly they are seen; it holds for everything they have said before, too."""
    if actor.face is not Face.MEMBER or actor.member_id is None:
        raise NotFound
    chosen = Precision(precision)
    SafetyPreference.objects.update_or_create(member_id=actor.member_id, defaults={"precision": chosen})
    audit.record(
        actor=actor, at=at, action="safety.precision_set", subject=("member", actor.member_id), member_id=actor.member_id, detail={"to": chosen}
    )  # fmt: skip


@office_duty(Duty.REVEAL)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def look_at_position(*, actor: Viewer, at: datetime, member_id: int, reason: str) -> Exact:
    """Open one exact position: who looks, when and why is on record before it is shown, and the member can read it."""
    if actor.user_id is None or not (actor.is_office or actor.is_school):
        raise NotFound
    if not reason.strip():
        raise Refused(_("Write why you have to know the exact place. The member sees it."), field="reason")
    exact = exact_position(actor, member_id)
    if exact is None:
        raise Refused(_("There is no exact position that may be shown."))
    PositionLook.objects.create(
        answer_id=exact.answer_id, member_id=member_id, by_id=actor.user_id, by_name=viewer_label(actor), at=at, reason=reason.strip()[:200]
    )  # fmt: skip
    audit.record(actor=actor, at=at, action="safety.position_looked", subject=("answer", exact.answer_id), member_id=member_id)
    return exact


@inner_action
def coarsen_positions(*, actor: Viewer, at: datetime, dry_run: bool = False) -> int:
    """Forget what is exact 90 days after its check closed, or after a report without a check. Safe at any time and twice at once."""
    values: dict[str, Any] = {"before": at - KEPT, "most": CHUNK}
    with connection.cursor() as cursor:
        if dry_run:
            cursor.execute(COUNT, values)
            return int(cursor.fetchone()[0])
        done = 0
        while True:
            with transaction.atomic():
                cursor.execute(COARSEN, values)
                count = int(cursor.rowcount)
                if count:
                    audit.record(actor=actor, at=at, action="safety.positions_coarsened", subject=("answers", count))
            done += count
            if count < CHUNK:
                return done
