"""A bank account in Japan, as a transfer needs it."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What banks take in a holder's name: full-width katakana, Latin capitals, digits, and a few signs.
HOLDER = re.compile(r"[ァ-ヶー－ A-Z0-9()（）.．・-]+")
KINDS = (("ordinary", _("ordinary account")), ("current", _("current account")), ("savings", _("savings account")))


def _digits(text: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))


class AccountForm(forms.Form):
    """Where the money goes. Digits may be typed full-width or with hyphens."""

    bank = forms.CharField(label=pgettext_lazy("account", "Bank"), max_length=60)
    branch = forms.CharField(label=pgettext_lazy("account", "Branch (name or number)"), max_length=60)
    kind = forms.ChoiceField(label=pgettext_lazy("account", "Kind of account"), choices=KINDS)
    number = forms.CharField(label=pgettext_lazy("account", "Account number"), max_length=20)
    holder = forms.CharField(label=pgettext_lazy("account", "Account holder in katakana"), max_length=60, help_text=_("As printed in the bank book."))

    def clean_number(self) -> str:
        """Up to seven digits."""
        number = _digits(self.cleaned_data["number"])
        if not re.fullmatch(r"[0-9]{1,7}", number):
            raise ValidationError(_("Enter the account number with up to 7 digits."))
        return number.zfill(7)

    def clean_holder(self) -> str:
        """Katakana or Latin capitals; half-width is made full-width first."""
        holder = " ".join(unicodedata.normalize("NFKC", self.cleaned_data["holder"]).upper().split())
        if not HOLDER.fullmatch(holder):
            raise ValidationError(_("Enter the account holder in katakana or capital Roman letters."))
        return holder
