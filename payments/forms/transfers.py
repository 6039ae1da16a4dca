"""What the office types about files of bank transfers."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.forms.fields import TextField
from ossma.core.time_fields import DayField
from payments.transfer_table import MOST_BYTES


class MakeFileForm(forms.Form):
    """The day of the transfers; and which transfers the page showed."""

    transfer_on = DayField(label=_("Day of the transfers"), help_text=_("A day on which banks are open."))
    refund_ids = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["transfer_on"].initial = today

    def clean_refund_ids(self) -> list[int]:
        """Their numbers."""
        try:
            return [int(number) for number in self.cleaned_data["refund_ids"].split(",")]
        except ValueError as error:
            raise ValidationError(_("Please open this page again.")) from error


class DiscardForm(forms.Form):
    """Why a file is discarded."""

    reason = TextField(label=_("Reason"), max_length=300)


class ResultForm(forms.Form):
    """The bank's result."""

    content = forms.FileField(
        label=_("File from the bank"),
        help_text=_("The result of the bank (CSV), or the file of 全銀 once the bank has taken it."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose it again.")},
    )

    def clean_content(self) -> bytes:
        """Its bytes."""
        file = self.cleaned_data["content"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is too large. It may have 5 MB."))
        return bytes(file.read())
