"""The list of a check as a file holds it: everybody behind the wall, read by a cursor of the server, so that memory stays flat."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat, JSONObject

from ossma.core.models import City
from ossma.core.viewer import Viewer
from safety.models import Answer, SafetyCheck
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

    def saying(self, what: str) -> str:
        """A word of the answer that counts: its need, source, said_by or comment; empty while there is none."""
        return self.said[what] if self.said else ""


def _newest_answer() -> Subquery:
    answers = Answer.objects.filter(recipient=OuterRef("pk"), unconfirmed=False).order_by("-said_at", "-pk")
    return Subquery(answers.values(said=JSONObject(need="need", source="source", said_by="said_by", comment="comment"))[:1])


def exported(viewer: Viewer, check: SafetyCheck, wanted: Wanted, also: Sought, *, at: datetime, english: bool) -> Iterator[Exported]:
    """The rows of a file, help first, then the silent, by country. One query, read bit by bit."""
    first, last = ("given_roman", "family_roman") if english else ("family_name", "given_name")
    school, country = ("school__name_en", "country__name_en") if english else ("school__name_ja", "country__short_ja")
    name = Concat(f"member__{first}", Value(" "), f"member__{last}")
    rows = sought(viewer, check, wanted_part(viewer, check, wanted), also, at).order_by(HELP_FIRST, F("country").asc(nulls_first=True), "pk")
    # Django takes the type of a row from the model; these are tuples.
    found: Any = rows.values_list(
        "member__number", name, school, "country_id", Coalesce(country, Value("")), "city", "zone", *STATES, has_picture(), _newest_answer()
    )  # fmt: skip
    cities = _english_cities() if english else {}
    for row in map(Exported._make, found.iterator(AT_ONCE)):
        yield row._replace(city=cities.get((row.country_id, row.city), row.city)) if cities else row


def _english_cities() -> dict[tuple[str | None, str], str]:
    """Cities are kept by their Japanese names."""
    return {(country, name): english for country, name, english in City.objects.values_list("country_id", "name_ja", "name_en")}
