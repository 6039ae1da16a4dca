"""What comes from the answer pages. Nothing here may keep a cry for help from being stored: what cannot be read is left out, not refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.places import check_city
from applications.forms.until import UntilFields
from applications.queries.places import Gazetteer
from ossma.core import limits
from ossma.core.countries.queries import choices_with_home
from ossma.core.forms import LongSelect
from ossma.core.moments import moment_of
from ossma.core.phones import e164
from ossma.core.uploads_field import ImageUploadField
from safety.said import Position, Said
from safety.states import AnswerKind, Need

LONGEST_COMMENT = 500
LONGEST_NUMBER, PHONE_SIGNS = 32, "+0123456789 ()-"
# The buttons' own words.
BUTTONS = {"safe": AnswerKind.OK, "help": AnswerKind.HELP, "later": AnswerKind.LATER}


def key_of(value: Any) -> UUID:
    """A key, a new one when it cannot be read."""
    try:
        return UUID(str(value))
    except ValueError:
        return uuid4()


def answer_key(page_key: UUID, kind: AnswerKind) -> UUID:
    """The key of an answer is the page's and the choice's: going back and choosing otherwise is a new answer, pressing twice is not."""
    return uuid5(page_key, kind)


class LenientNumber(forms.FloatField):
    """A hidden number that the phone fills in: what is no number counts as not given."""

    widget = forms.HiddenInput

    def __init__(self, least: float, most: float) -> None:
        super().__init__(required=False)
        self.least, self.most = least, most

    def clean(self, value: Any) -> float | None:
        """The number within its bounds, else None."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            return None
        return number if self.least <= number <= self.most else None


class LenientMoment(forms.CharField):
    """A hidden moment in ISO form, from the phone's own clock: what cannot be read counts as not given."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> datetime | None:
        """An aware moment, or None."""
        return moment_of(value)


class LenientKey(forms.CharField):
    """The page's one-time key; a page without one gets a new one, for a message that comes twice is better than none."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> UUID:
        """A key in any case."""
        return key_of(value)


class LenientPhone(forms.CharField):
    """A telephone number: what no number is made of is left out, for a call for help is never refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "maxlength": LONGEST_NUMBER}), **kwargs)

    def clean(self, value: Any) -> str:
        """E.164 where it says its country; else digits and the signs between them, as they were typed."""
        if number := e164(str(value or "")):
            return number
        return "".join(sign for sign in str(value or "") if sign in PHONE_SIGNS).strip()[:LONGEST_NUMBER]


class SaidForm(forms.Form):
    """Common to all answer pages: the key, and the true time of what a phone kept while it was offline."""

    key = LenientKey(required=False)
    said_at = LenientMoment(required=False)

    def said(self, kind: AnswerKind, **more: Any) -> Said:
        """The answer."""
        return Said(kind, answer_key(self.cleaned_data["key"], kind), said_at=self.cleaned_data["said_at"], **more)


def pressed(data: Mapping[str, str]) -> Said | None:
    """The first page: what one of its large buttons says, None if none was pressed. By hand: everybody sends this within the same minutes."""
    kind = BUTTONS.get(data.get("answer", ""))
    return Said(kind, answer_key(key_of(data.get("key")), kind), said_at=moment_of(data.get("said_at"))) if kind else None


class PositionForm(SaidForm):
    """A page that may carry the phone's position and a comment."""

    latitude = LenientNumber(-90, 90)
    longitude = LenientNumber(-180, 180)
    accuracy = LenientNumber(0, 1e7)
    position_at = LenientMoment(required=False)
    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_COMMENT})
    )

    def position(self, at: datetime) -> Position | None:
        """Where the phone says it is, if it says so."""
        data = self.cleaned_data
        if data["latitude"] is None or data["longitude"] is None:
            return None
        return Position(data["latitude"], data["longitude"], data["accuracy"] or 0.0, data["position_at"] or at)


class PlacedForm(PositionForm):
    """A page on which a place can be picked without script."""

    country = forms.ChoiceField(
        label=_("Country or region"), required=False, widget=LongSelect, error_messages={"required": _("Choose the country you are in.")}
    )
    city = forms.CharField(label=_("City"), required=False, max_length=100, error_messages={"required": _("Enter the city you are in.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["country"]).choices = [("", _("Choose a country")), *choices_with_home()]

    def clean(self) -> dict[str, Any]:
        """A known city lies in its country: asked of those who see the answer, not of what a phone kept and sends without its owner."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("country") and cleaned.get("city") and not cleaned.get("said_at") and self.may_be_refused():
            try:
                check_city(Gazetteer([(cleaned["country"], cleaned["city"])]), cleaned["country"], cleaned["city"])
            except forms.ValidationError as error:
                self.add_error("city", error)
        return cleaned

    def may_be_refused(self) -> bool:
        """A call for help never is."""
        return True

    def details(self, at: datetime) -> dict[str, Any]:
        """What goes into the answer beside its kind."""
        data = self.cleaned_data
        city = " ".join(data["city"].split())
        # The page fills in a country: sent as it stood and without a city, it says nothing about where somebody is.
        is_said = bool(data["country"]) and (bool(city) or data["country"] != self.initial.get("country"))
        return {
            "comment": data["comment"],
            "position": self.position(at),
            "country_id": data["country"] if is_said else None,
            "city": city if is_said else "",
        }


class HereForm(PlacedForm):
    """After "I am safe": position or place, comment, one picture."""

    picture = ImageUploadField(label=_("Picture"), required=False)
    field_order = ["key", "said_at", "country", "city", "comment", "picture"]

    def __init__(self, *args: Any, link: int | None = None, source: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counted = ((limits.PICTURE_LINK, link), (limits.PICTURE_SOURCE, source))
        cast(ImageUploadField, self.fields["picture"]).counted = counted


class UntilForm(UntilFields, PlacedForm):
    """A page that says where somebody is, and until when."""

    def details(self, at: datetime) -> dict[str, Any]:
        """With how long they are there."""
        until, only_today = self.chosen_day()
        return {**super().details(at), "until": until, "only_today": only_today}


class ElsewhereForm(UntilForm):
    """ "I am not there": a full answer that corrects the record, so the country is needed."""

    field_order = ["key", "said_at", "country", "city", "how_long", "until", "comment"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].required = self.fields["city"].required = True


class NeedForm(PositionForm):
    """After "I need help": one question. The call for help itself is stored already."""

    need = forms.ChoiceField(label=_("What has happened?"), required=False, choices=Need.choices, widget=forms.RadioSelect)
    call_back = LenientPhone(
        label=_("Call me back on this number"),
        help_text=_("With the country code, for example +33 6 12 34 56 78. Empty: your registered mobile phone.")
    )  # fmt: skip
    field_order = ["key", "said_at", "need", "call_back", "comment"]


class CallBackForm(forms.Form):
    """The number for calling back, corrected later."""

    number = LenientPhone()


class ReportForm(UntilForm):
    """The member's own report, without a question."""

    answer = forms.ChoiceField(
        label=_("How are you?"), choices=[("safe", AnswerKind.OK.label), ("help", AnswerKind.HELP.label)], widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you are.")},
    )  # fmt: skip
    need = forms.ChoiceField(label=_("What has happened?"), required=False, choices=[("", "—"), *Need.choices])
    field_order = ["key", "said_at", "answer", "need", "country", "city", "how_long", "until", "comment"]

    def may_be_refused(self) -> bool:
        """Not when it says "help", wherever that is."""
        return self.cleaned_data.get("answer") != "help"

    @property
    def kind(self) -> AnswerKind:
        """What was chosen."""
        return BUTTONS[self.cleaned_data["answer"]]
