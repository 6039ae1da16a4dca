"""What the office types about money."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.forms.fields import LongTextField

# No sum of ours is longer; the database takes no more than ten digits.
LONGEST_SUM = 9


class YenField(forms.CharField):
    """Whole yen, however typed: 1000, １，０００, ¥1,000, 1,000円."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)

    def clean(self, value: str) -> int | None:  # type: ignore[override]
        """The sum."""
        typed = super().clean(value)
        if not typed:
            return None
        digits = re.sub(r"[\s,、¥\\円]", "", unicodedata.normalize("NFKC", typed))
        if not (digits.isascii() and digits.isdigit()) or len(digits) > LONGEST_SUM:
            raise ValidationError(_("Enter the sum in whole yen, for example 1000."))
        return int(digits)


class GoodwillForm(forms.Form):
    """How much goes back, and why."""

    amount = YenField(label=pgettext_lazy("refund", "Sum to give back (yen)"))
    reason = LongTextField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the office only: it stays in the record."),
    )
