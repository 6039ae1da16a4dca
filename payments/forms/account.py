"""A bank account in Japan, as a transfer needs it."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.names import as_kana
from members.rules import shown_sign

# What banks take in a holder's name: full-width katakana, Latin capitals, digits, and a few signs.
NOT_IN_HOLDER = re.compile(r"[^ァ-ヶー A-Z0-9()（）.．,・/「」\-]")
KINDS = (("ordinary", _("ordinary account")), ("current", _("current account")), ("savings", _("savings account")))
LONGEST_NUMBER = 7


def _digits(text: str) -> str:
    return re.sub(r"[\s\-‐‑‒–—―ー]", "", unicodedata.normalize("NFKC", text).replace("−", ""))


class AccountForm(forms.Form):
    """Where the money goes. Digits may be typed full-width or with hyphens."""

    bank = forms.CharField(label=pgettext_lazy("account", "Bank"), max_length=60)
    branch = forms.CharField(label=pgettext_lazy("account", "Branch (name or number)"), max_length=60)
    kind = forms.ChoiceField(label=pgettext_lazy("account", "Kind of account"), choices=KINDS)
    number = forms.CharField(
        label=pgettext_lazy("account", "Account number"),
        max_length=20,
        help_text=_(
            "For Japan Post Bank not the sign and number of the passbook (記号・番号), "
            "but its branch number (店番, three digits) and account number (口座番号, seven digits)."
        ),
    )
    holder = forms.CharField(label=pgettext_lazy("account", "Account holder in katakana"), max_length=60, help_text=_("As printed in the bank book."))

    def clean_number(self) -> str:
        """Up to seven digits."""
        number = _digits(self.cleaned_data["number"])
        if number.isdecimal() and len(number) > LONGEST_NUMBER:
            text = _(
                "An account number has at most 7 digits. "
                "Of a passbook of Japan Post Bank, the account number for transfers (振込用の口座番号) is meant."
            )
            raise ValidationError(text)
        if not re.fullmatch(r"[0-9]{1,7}", number):
            raise ValidationError(_("Enter the account number with up to 7 digits."))
        return number.zfill(LONGEST_NUMBER)

    def clean_holder(self) -> str:
        """Katakana or Latin capitals of whatever kana, width and dashes were typed."""
        holder = as_kana(self.cleaned_data["holder"]).upper()
        wrong = NOT_IN_HOLDER.search(holder)
        if wrong:
            text = _("Enter the account holder in katakana or capital Roman letters. “%(sign)s” cannot be used.")
            raise ValidationError(text, params={"sign": shown_sign(wrong[0])})
        return holder
