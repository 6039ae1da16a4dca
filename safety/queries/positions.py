"""Where those who answered say they are, as a map may show it: to about 20 km, never the exact place (safety.md S3, "Position seen by its owner")."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery

from ossma.core.viewer import Viewer
from safety.models import Answer, Recipient, SafetyCheck, SafetyPreference
from safety.queries.dashboard import recipients_of
from safety.states import Precision, Standing

MOST_SPOTS = 2_000
ANSWERED = (Standing.HELP, Standing.NOT_THERE, Standing.OK)


@dataclass(frozen=True, slots=True)
class Spot:
    """So many who stand alike within one cell of about 20 km; degrees of its middle."""

    latitude: float
    longitude: float
    country_id: str | None
    standing: str
    count: int


def _placed(rows: QuerySet[Recipient]) -> QuerySet[Recipient]:
    newest = Answer.objects.filter(recipient=OuterRef("pk"), unconfirmed=False, coarse_latitude__isnull=False).order_by("-said_at", "-pk")
    only_region = SafetyPreference.objects.filter(member=OuterRef("member"), precision=Precision.REGION)
    placed = rows.annotate(lat=Subquery(newest.values("coarse_latitude")[:1]), lon=Subquery(newest.values("coarse_longitude")[:1]))
    return placed.filter(~Exists(only_region), lat__isnull=False)


def shown_positions(viewer: Viewer, check: SafetyCheck, *, standings: tuple[str, ...] = ANSWERED, most: int = MOST_SPOTS) -> list[Spot]:
    """The answered positions of a check behind the viewer's wall, added up by cell, the fullest first. One query.

    Whoever shows only country and region is not among them: they count with their country.
    """
    rows = _placed(recipients_of(viewer, check).filter(standing__in=standings)).order_by()
    cells = rows.values_list("lat", "lon", "country", "standing").annotate(n=Count("*")).order_by(F("n").desc(), "lat", "lon")
    return [Spot(*cell) for cell in cells[:most]]
