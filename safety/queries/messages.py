"""What became of the messages, by country and by school or group (safety.md S3): counted when somebody asks, not with every look at the dashboard."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from members.models import Group, School
from ossma.core.models import Country
from ossma.core.models.claimable import Progress
from ossma.core.viewer import Viewer
from safety.models import Delivery, Recipient, SafetyCheck
from safety.queries.dashboard import recipients_of
from safety.states import Standing


@dataclass(frozen=True, slots=True)
class Line:
    """One country, school or group (an empty name: nobody knows): people who were asked, opened, answered; messages sent, delivered, lost."""

    name: str
    asked: int
    opened: int
    answered: int
    sent: int = 0
    delivered: int = 0
    lost: int = 0


def _lines(people: QuerySet[Recipient], check: SafetyCheck, key: str, names: dict[Any, str]) -> list[Line]:
    """One line per value of a column of the recipients. Two queries."""
    # Rows of figures: their keys are annotations that the type checker cannot see.
    rows: Any = people.order_by().values(key).annotate(
        asked=Count("pk"), opened=Count("opened_at"), answered=Count("pk", filter=~Q(standing=Standing.SILENT))
    )  # fmt: skip
    lost = Count("pk", filter=Q(state=Progress.GAVE_UP) | Q(bounced_at__isnull=False))
    arrived = Count("pk", filter=Q(state=Progress.SENT, bounced_at=None))
    mails: Any = Delivery.objects.filter(check_row=check, recipient__in=people.order_by().values("pk")).order_by().values(f"recipient__{key}")
    counted = {row[f"recipient__{key}"]: row for row in mails.annotate(sent=Count("pk", filter=Q(state=Progress.SENT)), delivered=arrived, lost=lost)}
    nothing = {"sent": 0, "delivered": 0, "lost": 0}
    lines = []
    for row in rows:
        messages = counted.get(row[key], nothing)
        people_of = {name: row[name] for name in ("asked", "opened", "answered")}
        lines.append(Line(names.get(row[key], ""), **people_of, **{name: messages[name] for name in nothing}))
    return sorted(lines, key=lambda line: (-line.lost, -line.asked, line.name))


def messages_by_country(viewer: Viewer, check: SafetyCheck) -> list[Line]:
    """The countries whose messages were lost most first. Three queries."""
    return _lines(recipients_of(viewer, check), check, "country", {country.pk: country.label for country in Country.objects.all()})


def messages_by_part(viewer: Viewer, check: SafetyCheck) -> list[Line]:
    """The same by school for the office, by group for a school and its supporters. Three queries."""
    people = recipients_of(viewer, check)
    if viewer.is_office:
        name = "name_en" if get_language() == "en" else "name_ja"
        return _lines(people, check, "school", dict(School.objects.values_list("pk", name)))
    groups = Group.objects.filter(school=viewer.school_id)
    groups = groups if viewer.is_school else groups.filter(pk__in=viewer.group_ids)
    names = dict(groups.values_list("pk", "name"))
    return [line for line in _lines(people, check, "member__groups", names) if line.name]
