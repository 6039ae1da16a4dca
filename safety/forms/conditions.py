"""Groups of conditions inside one form: the same fields once per group, each name with the group's prefix, and what they come to as JSON.

The first group has no prefix, the further ones g2_, g3_ …, the exceptions x_.
"""

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.states import ServiceCode
from members.states import MemberKind
from notices.audience import FURTHEST_DAYS, MOST_GROUPS, WIDEST_KM
from safety.queries import choices

LINE_BREAKS = re.compile(r"[\n,;、，；]+")
DEGREES = re.compile(r"^\s*([+-]?\d{1,2}(?:\.\d+)?)\s*[,、，\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*$")
FIRST, EXCEPT = "", "x_"
LISTS = ("cities", "groups", "schools", "services", "kinds")
USUAL_KM = 50


class ConditionFields(forms.Form):
    """The fields of one group; never shown by itself."""

    everyone_abroad = forms.BooleanField(label=gettext_lazy("Everyone abroad now"), required=False)
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("In these countries (where members are now)"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other_countries = forms.MultipleChoiceField(label=gettext_lazy("Other countries"), required=False, widget=forms.CheckboxSelectMultiple)
    cities = forms.CharField(
        label=gettext_lazy("Only in these cities"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One a line, for example パリ. Leave empty for the whole country."),
    )  # fmt: skip
    near = forms.CharField(
        label=gettext_lazy("Near this place"), required=False, max_length=100,
        help_text=gettext_lazy(
            "A city, or latitude and longitude, for example 48.86, 2.35. Those of whom we only know that they are in a country there are asked too."
        ),
    )  # fmt: skip
    near_km = forms.IntegerField(
        label=gettext_lazy("Within kilometres"), required=False, min_value=1, max_value=WIDEST_KM, initial=USUAL_KM,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    arriving_days = forms.IntegerField(
        label=gettext_lazy("Also those travelling there within days"), required=False, min_value=0, max_value=FURTHEST_DAYS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}), help_text=gettext_lazy("Empty: only those who are there now."),
    )  # fmt: skip
    arriving_only = forms.BooleanField(label=gettext_lazy("Only those who are not there yet"), required=False)
    groups = forms.TypedMultipleChoiceField(label=gettext_lazy("Groups"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple)
    schools = forms.TypedMultipleChoiceField(label=gettext_lazy("Schools"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple)
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services"), required=False, choices=ServiceCode.choices, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Member kinds"), required=False, choices=MemberKind.choices, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip


NOT_EXCEPTED = ("everyone_abroad", "near", "near_km", "arriving_days", "arriving_only")
EXCEPT_LABELS = {"countries": gettext_lazy("In these countries"), "cities": gettext_lazy("In these cities")}
Offered = dict[str, list[Any]]


def prefixes(groups: int) -> list[str]:
    """The prefixes of so many groups of conditions."""
    return [FIRST, *(f"g{n}_" for n in range(2, min(groups, MOST_GROUPS) + 1))]


def add_fields(form: forms.Form, prefix: str, offered: Offered) -> None:
    """Give a form the fields of one group. A field with nothing to choose from is left out."""
    for name, field in ConditionFields.base_fields.items():
        if (prefix == EXCEPT and name in NOT_EXCEPTED) or (name in offered and not offered[name]):
            continue
        own = deepcopy(field)
        if name in offered:
            cast("forms.ChoiceField", own).choices = offered[name]
        if prefix == EXCEPT and name in EXCEPT_LABELS:
            own.label, own.help_text = EXCEPT_LABELS[name], ""
        form.fields[f"{prefix}{name}"] = own


@dataclass(frozen=True, slots=True)
class Part:
    """One group as a template sees it: its number, and its fields by their plain names."""

    form: forms.Form
    prefix: str
    number: int

    def __getitem__(self, name: str) -> BoundField:
        return self.form[f"{self.prefix}{name}"]

    def is_filled(self, names: Iterable[str]) -> bool:
        """Whether anything stands in one of these fields, or is wrong there: then its fold is open."""
        known = [f"{self.prefix}{name}" for name in names if f"{self.prefix}{name}" in self.form.fields]
        return any(self.form[name].errors or self.form[name].value() not in (None, "", [], False, USUAL_KM) for name in known)

    @property
    def folds(self) -> dict[str, bool]:
        """Which of the foldable parts are open."""
        parts = {"other": ["other_countries"], "near": ["near"], "travel": ["arriving_days", "arriving_only"], "schools": ["schools"]}
        parts["people"] = ["services", "kinds"]
        return {name: self.is_filled(fields) for name, fields in parts.items()} | {"any": self.is_filled([*LISTS, "countries", "other_countries"])}


def cities_of(form: forms.Form, name: str, typed: str) -> list[int]:
    """City ids of what was typed; the error names what is not in the list of cities."""
    found = choices.cities_named(filter(None, (word.strip() for word in LINE_BREAKS.split(typed))))
    if found.unknown:
        form.add_error(name, _("Not in the list of cities: %(words)s. Choose the country instead.") % {"words": ", ".join(found.unknown)})
    return found.ids


def circle_of(form: forms.Form, name: str, typed: str, km: int | None) -> dict[str, Any] | None:
    """The circle around what was typed: a city of the list, or degrees."""
    if not typed:
        return None
    degrees = DEGREES.match(typed)
    point = (float(degrees[1]), float(degrees[2])) if degrees else choices.point_of(typed)
    if point is None or not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        form.add_error(name, _("This is neither a city we know nor latitude and longitude. Write for example 48.86, 2.35."))
        return None
    return {"latitude": point[0], "longitude": point[1], "km": km or USUAL_KM, "label": typed}


def conditions_of(form: forms.Form, prefix: str) -> dict[str, Any]:
    """What stands in the fields of one group, as JSON. Puts errors at their fields."""
    data = form.cleaned_data

    def value(name: str, otherwise: Any = None) -> Any:
        return data.get(f"{prefix}{name}") or otherwise

    found = {name: value(name, []) for name in LISTS}
    found["cities"] = cities_of(form, f"{prefix}cities", value("cities", ""))
    found["countries"] = sorted({*value("countries", []), *value("other_countries", [])})
    if prefix != EXCEPT:
        found |= {"everyone_abroad": bool(value("everyone_abroad")), "near": circle_of(form, f"{prefix}near", value("near", ""), value("near_km"))}
        found |= {"arriving_days": value("arriving_days", 0), "arriving_only": bool(value("arriving_only"))}
        if found["arriving_only"] and not found["arriving_days"]:
            form.add_error(f"{prefix}arriving_days", _("Write within how many days."))
    return found


def shown(prefix: str, stored: dict[str, Any]) -> dict[str, Any]:
    """What the fields of one group show of what is stored."""
    near = stored.get("near") or {}
    values = {
        **stored,
        "other_countries": stored.get("countries", []),
        "cities": "\n".join(choices.city_names(stored.get("cities", []))),
        "near": (near.get("label") or f"{near['latitude']:g}, {near['longitude']:g}") if near else "",
        "near_km": near.get("km", USUAL_KM),
    }
    return {f"{prefix}{name}": value for name, value in values.items() if name in ConditionFields.base_fields}
