"""Fields that know how people write their names, numbers and dates."""

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members import codes, rules

TOO_LONG = {"max_length": _("Please use at most %(limit_value)d characters; this has %(show_value)d.")}
PLEASE_ENTER = {"required": _("Please enter this.")}
PLEASE_CHOOSE = {"required": _("Please choose one.")}
DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]


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
        """A box of three lines."""
        return super().widget_attrs(widget) | {"rows": 3}


class NameField(RuledField):
    """A name in any script."""

    refuse = staticmethod(rules.refuse_name)


class KanaField(RuledField):
    """A name in kana, kept as katakana."""

    tidy = staticmethod(rules.as_kana)
    refuse = staticmethod(rules.refuse_kana)


class RomanField(RuledField):
    """A name in Roman letters."""

    tidy = staticmethod(rules.as_roman)
    refuse = staticmethod(rules.refuse_roman)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No clever corrections of names."""
        return super().widget_attrs(widget) | {"autocapitalize": "words", "spellcheck": "false", "lang": "en"}


class PhoneField(RuledField):
    """A phone number."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    tidy = staticmethod(rules.as_phone)
    refuse = staticmethod(rules.refuse_phone)


class PostalCodeField(RuledField):
    """A postal code of any country."""

    tidy = staticmethod(rules.as_postal_code)
    refuse = staticmethod(rules.refuse_postal_code)


class BirthDateField(forms.DateField):
    """A day in the past, typed in any of the usual ways."""

    widget = forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DATE_FORMATS)
        wrong = _("Please enter the day as year, month and day, for example 2004-05-01.")
        kwargs.setdefault("error_messages", PLEASE_ENTER | {"invalid": wrong})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """Full-width digits count as digits."""
        return super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)

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
