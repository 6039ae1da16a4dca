"""Where those who answered say they are, as a map may show it: to about 20 km, never the exact place (safety.md S3, "Position seen by its owner")."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from ossma.core.viewer import Viewer
from safety.models import Answer, SafetyCheck, SafetyPreference
from safety.queries.dashboard import is_crowd, recipients_of
from safety.queries.summaries import summary_of
from safety.states import Precision, Standing, SummaryKind

MOST_SPOTS = 1_000
ANSWERED = (Standing.HELP, Standing.NOT_THERE, Standing.OK)


@dataclass(frozen=True, slots=True)
class Spot:
    """So many who stand alike within one cell of about 20 km; degrees of its middle."""

    latitude: float
    longitude: float
    country_id: str | None
    standing: str
    count: int


def shown_positions(viewer: Viewer, check: SafetyCheck, *, standings: tuple[str, ...] = ANSWERED, most: int = MOST_SPOTS) -> list[Spot]:
    """The answered positions of a check behind the viewer's wall, added up by cell, the fullest first. One query.

    Whoever shows only country and region is not among them: they count with their country. Of several answers the newest with a position counts.
    Of a crowd: as last counted in the background.
    """
    if is_crowd(viewer, check):
        summary = summary_of(check, SummaryKind.SPOTS, school_id=viewer.school_id)
        return [spot for spot in (Spot(*cell) for cell in summary.figures) if spot.standing in standings][:most] if summary else []
    placed = Answer.objects.filter(unconfirmed=False, coarse_latitude__isnull=False)
    newer = Q(said_at__gt=OuterRef("said_at")) | Q(said_at=OuterRef("said_at"), pk__gt=OuterRef("pk"))
    only_region = SafetyPreference.objects.filter(member=OuterRef("member"), precision=Precision.REGION)
    rows = placed.filter(
        ~Exists(placed.filter(newer, recipient=OuterRef("recipient"))),
        ~Exists(only_region),
        # Not narrowed by standing: statistics from before the answers would lead past the school's index, to everybody who has answered.
        recipient__in=recipients_of(viewer, check),
    ).order_by()
    # Rows of figures, not answers.
    cells: Any = rows.values_list("coarse_latitude", "coarse_longitude", "recipient__country", "recipient__standing").annotate(n=Count("*"))
    found = [Spot(*cell) for cell in cells.order_by(F("n").desc(), "coarse_latitude", "coarse_longitude")]
    return [spot for spot in found if spot.standing in standings][:most]
