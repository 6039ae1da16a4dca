"""Small forms of following up: answering for somebody, and the steps of a help case."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members.forms.fields import LongTextField
from safety.states import AnswerKind, CaseEnding

KNOWN = [(kind.value, kind.label) for kind in (AnswerKind.OK, AnswerKind.HELP, AnswerKind.NOT_THERE)]


class ProxyForm(forms.Form):
    """What a named person says about somebody, and how they know."""

    kind = forms.ChoiceField(label=gettext_lazy("Answer"), choices=KNOWN, widget=forms.RadioSelect)
    how_known = LongTextField(
        label=gettext_lazy("How you know"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Whom you spoke to, when and how. It stays on record with your name."),
    )  # fmt: skip
    comment = LongTextField(label=gettext_lazy("Comment"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ResolveForm(forms.Form):
    """How a case ended. `unheard`: of a call for help after which nobody has spoken with the member it also asks why, and for their number."""

    reason = forms.ChoiceField(label=gettext_lazy("Why it ends without contact"), widget=forms.RadioSelect, required=False)
    resolution = LongTextField(label=gettext_lazy("How it ended"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    typed_number = forms.CharField(label=gettext_lazy("Member's number"), max_length=20, required=False)

    def __init__(self, *args: Any, unheard: bool, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not unheard:
            del self.fields["reason"], self.fields["typed_number"]
            return
        cast(forms.ChoiceField, self.fields["reason"]).choices = CaseEnding.choices
        self.fields["resolution"].help_text = _("What you know, and from whom.")
        self.fields["typed_number"].help_text = _("Type %(number)s to confirm that this call for help ends.") % {"number": number}


class CloseForm(forms.Form):
    """What becomes of those who have not answered when a check ends."""

    silent = forms.ChoiceField(label=gettext_lazy("People without an answer"), widget=forms.RadioSelect, initial="follow")
    typed_silent = forms.IntegerField(label=gettext_lazy("Number of people without an answer"), required=False, min_value=0)

    def __init__(self, *args: Any, silent: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        follow = ngettext("Follow %(n)d person up", "Follow all %(n)d people up", silent) % {"n": silent}
        cast(forms.ChoiceField, self.fields["silent"]).choices = [("follow", follow), ("leave", _("Do not follow them up"))]
        self.fields["typed_silent"].help_text = _("Only if you do not follow them up: type %(n)d to confirm.") % {"n": silent}

    def decision(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        return {"leave_silent": data["silent"] == "leave", "typed_silent": data["typed_silent"]}
