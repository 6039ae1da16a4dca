"""A change of an application as typed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from applications.actions.changing import Change
from applications.forms.applying import STOPS, BaseStopFormSet, management_of_stops
from applications.forms.places import PlaceForm
from applications.models import Application
from applications.models.application import MOST_STOPS
from applications.states import Purpose


class ChangeForm(forms.Form):
    """Purpose and host; the stops are a formset beside it."""

    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Purpose.choices)
    host = forms.CharField(label=gettext_lazy("Host institution"), max_length=160, required=False)


def change_from(form: ChangeForm, stops: BaseStopFormSet) -> Change:
    """The change of two valid forms."""
    return Change(purpose=form.cleaned_data["purpose"], host=form.cleaned_data["host"], stops=stops.locations())


def typed_change(data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, as the next page carries it on in hidden fields."""
    names = [*ChangeForm.base_fields, *(f"{STOPS}-{n}-{name}" for n in range(MOST_STOPS) for name in PlaceForm.base_fields)]
    return {name: str(data[name])[:500] for name in names if name in data} | management_of_stops()


def as_typed(application: Application) -> dict[str, str]:
    """An application as if it had just been typed."""
    data = {"purpose": application.purpose, "host": application.host}
    for n, stop in enumerate(application.destinations.all()):
        zone = stop.zone if len(stop.country.zones) > 1 else ""
        data |= {f"{STOPS}-{n}-country": stop.country_id, f"{STOPS}-{n}-city": stop.city_label, f"{STOPS}-{n}-zone": zone}
    return data
