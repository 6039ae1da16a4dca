"""The list of a check as a file holds it: everybody behind the wall, read by a cursor of the server, so that memory stays flat."""

from collections.abc import Iterator
from datetime import datetime
from itertools import batched
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat, JSONObject, Trim

from ossma.core.viewer import Viewer
from safety.models import Answer, SafetyCheck
from safety.queries.current_places import Current, begun, current_places, said_place
from safety.queries.narrowing import Sought, sought
from safety.queries.people import HELP_FIRST, Wanted, wanted_part
from safety.queries.pictures import has_picture

AT_ONCE = 2_000
STATES = ("standing", "late", "answered_at", "opened_at", "bounced_at", "reason", "member__sign_of_life__at", "member__mobile", "member__user__email")


class Exported(NamedTuple):
    """One recipient with all that a file says of them; names are the reader's."""

    number: str
    name: str
    school: str
    country_id: str | None
    country: str
    city: str
    zone: str
    standing: str
    late: bool
    answered_at: datetime | None
    opened_at: datetime | None
    bounced_at: datetime | None
    reason: str
    last_sign_at: datetime | None
    mobile: str
    email: str
    has_picture: bool
    said: dict[str, str] | None
    member_id: int
    begun: dict[str, str] | None
    said_place: dict[str, str] | None
    # Where they are by now; `country_id`, `city` and `zone` are of when they were asked.
    current: Current | None = None

    def saying(self, what: str) -> str:
        """A word of the answer that counts: its need, source, said_by or comment; empty while there is none."""
        return self.said[what] if self.said else ""


def _newest_answer() -> Subquery:
    answers = Answer.objects.filter(recipient=OuterRef("pk"), unconfirmed=False).order_by("-said_at", "-pk")
    return Subquery(answers.values(said=JSONObject(need="need", source="source", said_by="said_by", comment="comment"))[:1])


def exported(viewer: Viewer, check: SafetyCheck, wanted: Wanted, also: Sought, *, at: datetime, english: bool) -> Iterator[Exported]:
    """The rows of a file, help first, then the silent, by country. One query, read bit by bit, and few more for the places of today of each bit."""
    first, last = ("given_roman", "family_roman") if english else ("family_name", "given_name")
    school, country = ("school__name_en", "country__name_en") if english else ("school__name_ja", "country__short_ja")
    name = Trim(Concat(f"member__{first}", Value(" "), f"member__{last}"))
    rows = sought(viewer, check, wanted_part(viewer, check, wanted), also, at).order_by(HELP_FIRST, F("country").asc(nulls_first=True), "pk")
    # Django takes the type of a row from the model; these are tuples.
    found: Any = rows.values_list(
        "member__number", name, school, "country_id", Coalesce(country, Value("")), "city", "zone", *STATES, has_picture(), _newest_answer(),
        "member_id", begun(at), said_place(),
    )  # fmt: skip
    for piece in batched((Exported(*row) for row in found.iterator(AT_ONCE)), AT_ONCE):
        for row, current in zip(piece, current_places(piece, at), strict=True):
            yield row._replace(current=current)
