"""Where the member had said she is, corrected by herself."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms.places import PlaceForm
from applications.forms.until import DAY, UntilFields
from applications.models import Stay
from ossma.core.countries import queries as countries
from ossma.core.time_fields import DayField


class ReportedPlaceForm(UntilFields, PlaceForm):
    """A place and until when. Cleans to `location`; `day` is the last day there."""

    until = DayField(label=gettext_lazy("Last day there"), required=False)
    field_order = ("country", "city", "zone", "how_long", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=[("", _("Choose a country")), *countries.choices_with_home()], **kwargs)

    def clean(self) -> dict[str, Any]:
        """A date that was chosen has to be named."""
        cleaned = super().clean()
        if cleaned.get("how_long") == DAY and not cleaned.get("until") and "until" not in self.errors:
            self.add_error("until", forms.ValidationError(_("Enter the last day, for example 2026-11-21."), code="required"))
        return cleaned

    def day(self, at: datetime) -> date | None:
        """The last day there by its own clock; None when nobody knows."""
        day, is_today = self.chosen_day()
        return at.astimezone(ZoneInfo(self.location.zone)).date() if is_today else day


def initial_of(stay: Stay) -> dict[str, Any]:
    """A report as it stands."""
    return {"country": stay.country_id, "city": stay.city_label, "how_long": DAY, "until": stay.last_day}
