"""A change of an application as typed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.actions.changing import Change
from applications.forms.applying import STOPS, BaseStopFormSet, management_of_stops
from applications.forms.places import PlaceForm
from applications.models import Application, PeriodChange
from applications.models.application import MOST_STOPS
from applications.queries.changing import Plan, check_period, is_approved, plan_of
from applications.rules.changing import Period
from applications.states import Purpose
from members.forms.fields import TextField
from ossma.core.refusals import Refused
from ossma.core.time_fields import DayField
from ossma.core.viewer import Viewer


class PeriodForm(forms.Form):
    """A travel period. One that differs is priced: `plan`."""

    first_day = DayField(label=gettext_lazy("First day abroad"))
    last_day = DayField(label=gettext_lazy("Last day abroad"))

    def __init__(self, *args: Any, application: Application, waiting: PeriodChange | None, viewer: Viewer, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application, self.waiting, self.viewer, self.today = application, waiting, viewer, today
        self.plan: Plan | None = None
        if application.first_day <= today:
            self.fields["first_day"].disabled = True
            self.fields["first_day"].help_text = _("The first day has come, so it can no longer be changed.")

    def clean(self) -> dict[str, Any]:
        """Ask the rules about a period that is not the one that holds or was asked for already; then its price."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("first_day") and cleaned.get("last_day") and self.period not in self._known():
            try:
                check_period(self.application, self.period, self.today)
                self.plan = plan_of(self.application, self.period, approved=is_approved(self.viewer, self.application, self.today))
            except Refused as refused:
                self.add_error(refused.field, ValidationError(refused.message, code=refused.code))
        return cleaned

    def _known(self) -> list[Period]:
        asked = [(self.waiting.first_day, self.waiting.last_day)] if self.waiting else []
        return [(self.application.first_day, self.application.last_day), *asked]

    @property
    def period(self) -> Period:
        """The days of a form in which both are readable."""
        return self.cleaned_data["first_day"], self.cleaned_data["last_day"]


class ChangeForm(PeriodForm):
    """Period, purpose and host; the stops are a formset beside it."""

    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Purpose.choices)
    host = TextField(label=gettext_lazy("Host institution"), max_length=160, required=False)


def change_from(form: ChangeForm, stops: BaseStopFormSet) -> Change:
    """The change of two valid forms."""
    cleaned = form.cleaned_data
    return Change(purpose=cleaned["purpose"], host=cleaned["host"], stops=stops.locations(), period=form.period)


def typed_change(data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, as the next page carries it on in hidden fields."""
    names = [*ChangeForm.base_fields, *(f"{STOPS}-{n}-{name}" for n in range(MOST_STOPS) for name in PlaceForm.base_fields)]
    return {name: str(data[name])[:500] for name in names if name in data} | management_of_stops()


def as_typed(application: Application, waiting: PeriodChange | None, today: date) -> dict[str, str]:
    """An application as if it had just been typed, with the days that a waiting change asks for."""
    first_day = waiting.first_day if waiting and application.first_day > today else application.first_day
    last_day = waiting.last_day if waiting else application.last_day
    data = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "purpose": application.purpose, "host": application.host}
    for n, stop in enumerate(application.destinations.all()):
        zone = stop.zone if len(stop.country.zones) > 1 else ""
        data |= {f"{STOPS}-{n}-country": stop.country_id, f"{STOPS}-{n}-city": stop.city_label, f"{STOPS}-{n}-zone": zone}
    return data
