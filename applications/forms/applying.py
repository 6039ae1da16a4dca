"""A new application as typed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.actions.applying import Order
from applications.forms.places import PlaceForm, offer
from applications.models.application import MOST_STOPS
from applications.queries.fees import price_of
from applications.queries.places import Place
from applications.rules.applying import Standing, Wish, payers_for, refusals, services_for
from applications.rules.fees import Price
from applications.rules.period import is_residence
from applications.states import PayerKind, Purpose, ServiceCode
from members.forms.fields import TextField
from ossma.core.refusals import Refused
from ossma.core.time_fields import DayField

STOPS = "stops"
# The fields on which the fee depends.
WISH = ("service", "payer", "first_day", "last_day")


class ApplicationForm(forms.Form):
    """Service, payer, period, purpose, host and Tabi-Regi; the stops are a formset beside it."""

    service = forms.ChoiceField(label=gettext_lazy("Service"), widget=forms.RadioSelect)
    payer = forms.ChoiceField(label=gettext_lazy("Membership fee billed to"), widget=forms.RadioSelect)
    first_day = DayField(label=gettext_lazy("First day abroad"))
    last_day = DayField(label=gettext_lazy("Last day abroad"))
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Purpose.choices)
    host = TextField(label=gettext_lazy("Host institution"), max_length=160, required=False)
    tabireg = forms.BooleanField(label=gettext_lazy("Link this stay to Tabi-Regi"), required=False)
    tabireg_data = forms.BooleanField(
        label=gettext_lazy("I agree that the office gives my name, contact addresses and stay to the Ministry of Foreign Affairs"), required=False
    )
    tabireg_mail = forms.BooleanField(label=gettext_lazy("I agree to receive the mails of Tabi-Regi and of the Japanese missions"), required=False)

    def __init__(self, *args: Any, standing: Standing, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing, self.today = standing, today
        self.price: Price | None = None
        self._offer("service", ServiceCode, services_for(standing))
        self._offer("payer", PayerKind, payers_for(standing))
        offer(self, "purpose", [("", _("Choose a purpose")), *Purpose.choices])

    def _offer(self, name: str, kind: type[ServiceCode] | type[PayerKind], codes: list[str]) -> None:
        offer(self, name, [(code, kind(code).label) for code in codes])
        if len(codes) == 1:
            self.fields[name].initial = codes[0]

    def clean(self) -> dict[str, Any]:
        """Ask the rules, each refusal at its field; then the fee."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("tabireg") and self.is_short and not (cleaned.get("tabireg_data") and cleaned.get("tabireg_mail")):
            self.add_error("tabireg", ValidationError(_("Tabi-Regi needs both consents. Please tick them, or leave Tabi-Regi out."), code="consent"))
        wish = self.wish
        if wish is None:
            return cleaned
        for refused in refusals(wish, self.standing, self.today):
            self.add_error(refused.field, ValidationError(refused.message, code=refused.code))
        if not self.errors.keys() & set(WISH):
            self._quote(wish)
        return cleaned

    def _quote(self, wish: Wish) -> None:
        try:
            self.price, _table = price_of(wish, self.today)
        except Refused as refused:
            self.add_error(refused.field, ValidationError(refused.message, code=refused.code))

    @property
    def wish(self) -> Wish | None:
        """What is applied for, as soon as service, payer and both days are readable."""
        if any(not self.cleaned_data.get(name) for name in WISH):
            return None
        return Wish(**{name: self.cleaned_data[name] for name in WISH})

    @property
    def is_short(self) -> bool:
        """Under three months: Tabi-Regi; otherwise, or unknown, 在留届."""
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        return not (first and last and first <= last and is_residence(first, last))


class BaseStopFormSet(forms.BaseFormSet):
    """One to three stops in the order of the journey; empty ones are left out."""

    def country_names(self) -> dict[str, str]:
        """Ministry codes and names, in the reader's language."""
        return {country.pk: country.label for country in self.form_kwargs["gazetteer"].countries.values()}

    def locations(self) -> tuple[Place, ...]:
        """The places that were filled in."""
        return tuple(form.location for form in self.forms if form.has_changed() and form.cleaned_data)


StopFormSet = forms.formset_factory(
    PlaceForm,
    formset=BaseStopFormSet,
    extra=MOST_STOPS - 1,
    min_num=1,
    max_num=MOST_STOPS,
    absolute_max=MOST_STOPS,
    validate_min=True,
    validate_max=True,
)


def order_from(form: ApplicationForm, stops: BaseStopFormSet) -> Order:
    """The order of two valid forms."""
    cleaned = form.cleaned_data
    assert form.wish is not None  # noqa: S101 - both forms are valid
    return Order(
        wish=form.wish,
        purpose=cleaned["purpose"],
        stops=stops.locations(),
        host=cleaned["host"],
        tabireg=cleaned["tabireg"] and form.is_short,
    )


def typed(data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, as it goes into the draft: the fields of these forms and nothing else."""
    names = [*ApplicationForm.base_fields, *(f"{STOPS}-{n}-{name}" for n in range(MOST_STOPS) for name in PlaceForm.base_fields)]
    return {name: str(data[name])[:500] for name in names if name in data} | management_of_stops()


def management_of_stops() -> dict[str, str]:
    """The formset's own bookkeeping, which no page has to carry."""
    return {f"{STOPS}-TOTAL_FORMS": str(MOST_STOPS), f"{STOPS}-INITIAL_FORMS": "0"}


def named(data: Mapping[str, str]) -> list[tuple[str, str]]:
    """The places that a form or draft names: country codes and cities as typed."""
    return [(data.get(f"{STOPS}-{n}-country", ""), data.get(f"{STOPS}-{n}-city", "")) for n in range(MOST_STOPS)]


def initial_of(draft: Mapping[str, str]) -> tuple[dict[str, str], list[dict[str, str]]]:
    """A draft as the first values of form and formset."""
    return {name: draft[name] for name in ApplicationForm.base_fields if name in draft}, stops_of(draft)


def stops_of(data: Mapping[str, str]) -> list[dict[str, str]]:
    """The stops of a draft as the first values of the formset."""
    return [{name: data.get(f"{STOPS}-{n}-{name}", "") for name in PlaceForm.base_fields} for n in range(MOST_STOPS)]
