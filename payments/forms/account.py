"""A bank account in Japan, as a transfer needs it."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from members.names import as_kana
from members.rules import shown_sign
from payments.bank_text import not_taken, short_legal_form
from payments.banks import Place, Unclear, find_bank, find_branch

KINDS = (("ordinary", _("ordinary account")), ("current", _("current account")), ("savings", _("savings account")))
LONGEST_NUMBER = 7


def _digits(text: str) -> str:
    return re.sub(r"[\s\-‐‑‒–—―ー]", "", unicodedata.normalize("NFKC", text).replace("−", ""))


class SuggestingInput(forms.TextInput):
    """A text field with suggestions."""

    template_name = "member/payments/suggesting_input.html"

    def __init__(self, suggestions: Sequence[str], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The field names its list."""
        context = super().get_context(name, value, attrs)
        listed = f"{context['widget']['attrs'].get('id', name)}_near"
        context["widget"]["attrs"]["list"] = listed
        return {**context, "listed": listed, "suggestions": self.suggestions}


class AccountForm(forms.Form):
    """Where the money goes. Digits may be typed full-width or with hyphens."""

    bank = forms.CharField(
        label=pgettext_lazy("account", "Bank (name or code)"),
        max_length=60,
        help_text=_("For example みずほ銀行, ミズホ or 0001."),
    )
    branch = forms.CharField(
        label=pgettext_lazy("account", "Branch (name or number)"),
        max_length=60,
        help_text=_("For example 渋谷支店 or its three-digit number."),
    )
    kind = forms.ChoiceField(label=pgettext_lazy("account", "Kind of account"), choices=KINDS)
    number = forms.CharField(
        label=pgettext_lazy("account", "Account number"),
        max_length=20,
        help_text=_(
            "For Japan Post Bank not the sign and number of the passbook (記号・番号), "
            "but its branch number (店番, three digits) and account number (口座番号, seven digits)."
        ),
    )
    holder = forms.CharField(
        label=pgettext_lazy("account", "Account holder in katakana"),
        max_length=60,
        help_text=_("As printed in the bank book."),
    )

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
        """Katakana or Latin capitals of whatever kana, width and dashes were typed, a legal form as passbooks print it."""
        holder = short_legal_form(as_kana(self.cleaned_data["holder"]).upper())
        wrong = not_taken(holder)
        if wrong:
            text = _("Enter the account holder in katakana or capital Roman letters. “%(sign)s” cannot be used.")
            raise ValidationError(text, params={"sign": shown_sign(wrong)})
        return holder

    def clean(self) -> dict[str, Any]:
        """The bank and its branch by what was typed for them, with their codes."""
        cleaned = super().clean() or {}
        bank = self._found("bank", find_bank)
        branch = self._found("branch", lambda typed: find_branch(bank, typed)) if bank else None
        if bank and branch:
            cleaned |= {
                "bank": bank.full_name,
                "bank_code": bank.code,
                "branch": branch.name,
                "branch_code": branch.code,
            }
        return cleaned

    def _found(self, name: str, find: Callable[[str], Place]) -> Place | None:
        """What was typed in this field; an error says what may have been meant, which the field then offers."""
        typed = self.cleaned_data.get(name)
        if not typed:
            return None
        try:
            return find(typed)
        except Unclear as unclear:
            self._offer(name, unclear.near)
            self.add_error(name, _said(name, unclear.near))
            return None

    def _offer(self, name: str, places: Sequence[Place]) -> None:
        """A list below the field, without any script: the reader picks, or types on."""
        widget = self.fields[name].widget
        self.fields[name].widget = SuggestingInput([str(place) for place in places], attrs=widget.attrs)


def _said(name: str, near: Sequence[Place]) -> str:
    listed = ("、" if get_language() == "ja" else ", ").join(str(place) for place in near)
    if name == "bank":
        if near:
            return gettext("Which bank is meant? %(banks)s. Please enter one of these codes.") % {"banks": listed}
        return gettext("No bank has this name or code. Please enter the name as in the passbook, or its four-digit code.")
    if near:
        return gettext("Which branch is meant? %(branches)s. Please enter one of these numbers.") % {"branches": listed}
    return gettext("This bank has no branch of this name or number. Please enter the name as in the passbook, or its three-digit number.")
