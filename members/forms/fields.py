"""Fields that know how people write their names, numbers and dates."""

from collections.abc import Callable
from datetime import date
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members import codes, names, rules
from ossma.core import phones
from ossma.core.time_fields import DayField, DayInput

TOO_LONG = {"max_length": _("Please use at most %(limit_value)d characters; this has %(show_value)d.")}
PLEASE_ENTER = {"required": _("Please enter this.")}
PLEASE_CHOOSE = {"required": _("Please choose one.")}


class RuledField(forms.CharField):
    """Text that is first made plain by `tidy` and then judged by `refuse` (both of members.rules)."""

    tidy: Callable[[str], str] = staticmethod(rules.one_line)
    refuse: Callable[[str], str | None] = staticmethod(rules.refuse_text)

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", TOO_LONG | PLEASE_ENTER)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The plain form of what was typed."""
        text = super().to_python(value) or ""
        return type(self).tidy(text) if text else text

    def validate(self, value: str) -> None:
        """Raise ValidationError with the rule's own words."""
        super().validate(value)
        reason = type(self).refuse(value) if value else None
        if reason:
            raise ValidationError(reason, code="refused")


class TextField(RuledField):
    """One line of any script."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Addresses in Arabic or Hebrew run the way they are read."""
        return super().widget_attrs(widget) | {"dir": "auto"}


class LongTextField(TextField):
    """Several lines of any script."""

    widget = forms.Textarea
    tidy = staticmethod(str.strip)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A box of three lines, unless the form wants another one."""
        given = widget.attrs.get("rows")
        return super().widget_attrs(widget) | {"rows": 3 if given in {None, forms.Textarea().attrs["rows"]} else given}


class NameField(RuledField):
    """A name in any script."""

    tidy = staticmethod(names.as_name)
    refuse = staticmethod(names.refuse_name)


class KanaField(RuledField):
    """A name in kana, kept as katakana."""

    tidy = staticmethod(names.as_kana)
    refuse = staticmethod(names.refuse_kana)


class RomanField(RuledField):
    """A name in Roman letters."""

    tidy = staticmethod(names.as_roman)
    refuse = staticmethod(names.refuse_roman)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No clever corrections of names."""
        return super().widget_attrs(widget) | {"autocapitalize": "characters", "spellcheck": "false", "lang": "en"}


class PhoneField(forms.CharField):
    """A phone number as typed; `read_phone` makes it E.164 with the country chosen beside it."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": phones.LONGEST, "error_messages": TOO_LONG | PLEASE_ENTER, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        """A stored number as people read it."""
        return phones.shown(value) if isinstance(value, str) else value


class PhoneCountryField(forms.ChoiceField):
    """The country a number without a country code was typed for; Japan unless another is chosen."""

    def __init__(self, **kwargs: Any) -> None:
        label = _("Country of this phone number, if it is written without a country code")
        super().__init__(**{"label": label, "required": False, "choices": phone_countries, "initial": phones.HOME_REGION, **kwargs})


def phone_countries() -> list[tuple[str, str]]:
    """Every country with its calling code, Japan first, in the reader's language."""
    names = Locale("en" if get_language() == "en" else "ja").territories
    rows = [(region, f"{names.get(region, region)} (+{phones.calling_code(region)})") for region in phones.regions()]
    return [rows[0], *sorted(rows[1:], key=lambda row: row[1])]


def read_phone(form: forms.BaseForm, name: str) -> None:
    """Make the number of a cleaned form E.164, or put at its field how to mend it."""
    typed = str(form.cleaned_data.get(name) or "").strip()
    if not typed:
        return
    region = str(form.cleaned_data.get(f"{name}_country") or phones.HOME_REGION)
    number = phones.e164(typed, region)
    if number is None:
        text = _("This is no telephone number of %(country)s. Choose its country, or write it with the country code, for example +81 90 1234 5678.")
        country = dict(phone_countries()).get(region, region)
        form.add_error(name, ValidationError(text, code="phone", params={"country": country}))
        return
    form.cleaned_data[name] = number


class PostalCodeField(RuledField):
    """A postal code of any country."""

    tidy = staticmethod(rules.as_postal_code)
    refuse = staticmethod(rules.refuse_postal_code)


class BirthDateField(DayField):
    """A day in the past, typed in any of the usual ways."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", PLEASE_ENTER)
        kwargs.setdefault("widget", DayInput(autocomplete="bday"))
        super().__init__(**kwargs)

    def validate(self, value: date | None) -> None:
        """Raise ValidationError for days that cannot be right."""
        super().validate(value)
        reason = rules.refuse_birth_date(value, timezone.localdate()) if value else None
        if reason:
            raise ValidationError(reason, code="refused")


class CodeField(forms.CharField):
    """A six-digit code, however it was copied."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=PLEASE_ENTER, **kwargs)

    def to_python(self, value: Any) -> str:
        """The bare digits."""
        return codes.clean_code(super().to_python(value) or "")
