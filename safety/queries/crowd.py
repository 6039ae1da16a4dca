"""The list of a crowd, a page at a time: nothing is sorted, its stages follow each other and each comes straight from an index (safety.md S3).

Help, then the silent in the order in which they are called (awake by what became of the message, in the air, asleep), not there, safe.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet, Value

from ossma.core.viewer import Viewer
from safety.hours import night_zones
from safety.models import Recipient, SafetyCheck
from safety.models.check import SILENCE
from safety.queries import dashboard
from safety.queries.silence import LATER, TO_CALL, aloft_at
from safety.states import LISTED, Standing

Stage = QuerySet[Recipient]


class Walk:
    """Rows of several stages one after the other, as numbers; made for slices near the top, as pages are."""

    def __init__(self, stages: Iterable[Stage]) -> None:
        self._stages = list(stages)

    def __getitem__(self, part: slice) -> list[int]:
        """The numbers from `part.start` to `part.stop`; a stage is asked only if those before it were not enough."""
        skip, found = part.start or 0, list[int]()
        most = part.stop - skip
        for stage in self._stages:
            rows = stage.values_list("pk", flat=True)
            here = list(rows[skip : skip + most - len(found)])
            found += here
            if len(found) == most:
                break
            if skip:
                skip = 0 if here else skip - rows[:skip].count()
        return found


def walked(viewer: Viewer, check: SafetyCheck, rows: QuerySet[Recipient], standing: str, at: datetime) -> Walk:
    """These rows of a check in the order of the list: those of one standing, or of all."""
    by_country = "country" if viewer.is_office else "standing"
    stages: list[Stage] = []
    for place in [Standing(standing)] if standing else LISTED:
        here = rows.filter(standing=place)
        stages += _silent(viewer, check, here, at) if place is Standing.SILENT else [here.order_by(by_country)]
    return Walk(stages)


def _silent(viewer: Viewer, check: SafetyCheck, silent: Stage, at: datetime) -> list[Stage]:
    """The silent by stages: the zones that somebody is in are known, so that the index leads past all who sleep."""
    night = set(night_zones(at))
    zones = dashboard.silent_by_zone(viewer, check)
    asleep = [zone for zone in zones if zone in night]
    awake = [zone for zone in zones if zone not in night]
    aloft = aloft_at(at)
    ground = silent.exclude(member__in=aloft).annotate(silence=SILENCE)
    up = ground.filter(zone__in=awake).order_by("zone")
    return [
        *(up.filter(silence=Value(tier)) for tier in (*TO_CALL, LATER)),
        silent.filter(member__in=aloft).order_by("pk"),
        ground.filter(zone__in=asleep).order_by("silence", "zone"),
    ]
