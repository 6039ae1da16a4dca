"""The list of a check as CSV and XLSX, in the reader's language, made while it is sent (safety.md S3, "Exports")."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ossma.core.countries import HOME
from ossma.core.sheets import Cell, csv_bytes, xlsx_bytes
from safety.queries.current_places import Current, city_name, country_name
from safety.queries.exporting import Exported
from safety.states import AnswerSource, Need, Reason, Standing

Labels = dict[str, str]


def _labels(choices: Sequence[tuple[str, str | Promise]]) -> Labels:
    """The words of the reader, settled before the first row: later there is no request any more."""
    return {value: str(label) for value, label in choices}


def _heading() -> list[str]:
    return [
        _("Member number"), _("Name"), _("School"), _("Answer"), _("late"), _("Answered"), _("Source"), _("said by"), _("What kind of help"),
        _("Comment"), _("Picture"), _("Country now"), _("City now"), _("Time there now"), _("In Japan until"), _("Country when asked"),
        _("City when asked"), _("Last sign of life"), _("Message opened"), _("Message came back"), _("Why asked"), _("Phone"), _("E-mail"),
    ]  # fmt: skip


class Table:
    """Turns recipients into the cells of a row; knows the reader's words and zone."""

    def __init__(self, *, at: datetime, zone: tzinfo, english: bool) -> None:
        self.at, self.zone, self.english = at, zone, english
        self.heading = _heading()
        self._standings = _labels(Standing.choices)
        self._sources = _labels(AnswerSource.choices)
        self._needs = _labels(Need.choices)
        self._reasons = _labels(Reason.choices)
        self._yes, self._pictured = _("yes"), _("with a picture")
        self._there: Labels = {"": ""}

    def _wall_clock(self, moment: datetime | None) -> datetime | None:
        """Files know no zones: the reader's clock."""
        return moment.astimezone(self.zone).replace(tzinfo=None) if moment else None

    def _time_there(self, zone: str) -> str:
        if zone not in self._there:
            self._there[zone] = self.at.astimezone(ZoneInfo(zone)).strftime("%H:%M")
        return self._there[zone]

    def _where(self, one: Exported) -> list[Cell]:
        """Where they are by now, then where they were when they were asked; whoever has not departed is in Japan."""
        now = one.current or Current(one.country_id, one.city, one.zone)
        at_home = now.departs_on is not None
        place = (HOME, "") if at_home else (now.country_id, now.city)
        return [
            country_name(place[0], english=self.english), city_name(*place, english=self.english), self._time_there(now.zone),
            now.departs_on.isoformat() if now.departs_on else "",
            one.country, city_name(one.country_id, one.city, english=self.english),
        ]  # fmt: skip

    def row(self, one: Exported) -> list[Cell]:
        """The cells in the order of the heading."""
        return [
            one.number, one.name, one.school, self._standings[one.standing], self._yes if one.late else "", self._wall_clock(one.answered_at),
            self._sources.get(one.saying("source"), ""), one.saying("said_by"), self._needs.get(one.saying("need"), ""), one.saying("comment"),
            self._pictured if one.has_picture else "",
            *self._where(one), self._wall_clock(one.last_sign_at), self._wall_clock(one.opened_at),
            self._wall_clock(one.bounced_at), self._reasons[one.reason], one.mobile, one.email,
        ]  # fmt: skip


def list_csv(table: Table, rows: Iterable[Exported]) -> Iterator[bytes]:
    """The list as CSV."""
    return csv_bytes(table.heading, map(table.row, rows))


def list_xlsx(table: Table, rows: Iterable[Exported], title: str) -> Iterator[bytes]:
    """The list as a workbook."""
    return xlsx_bytes(title, table.heading, map(table.row, rows))
