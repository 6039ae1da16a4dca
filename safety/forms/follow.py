"""Small forms of following up: answering for somebody, and the steps of a help case."""

from django import forms
from django.utils.translation import gettext_lazy

from safety.states import AnswerKind

KNOWN = [(kind.value, kind.label) for kind in (AnswerKind.OK, AnswerKind.HELP, AnswerKind.NOT_THERE)]


class ProxyForm(forms.Form):
    """What a named person says about somebody, and how they know."""

    kind = forms.ChoiceField(label=gettext_lazy("Answer"), choices=KNOWN, widget=forms.RadioSelect)
    how_known = forms.CharField(
        label=gettext_lazy("How you know"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Whom you spoke to, when and how. It stays on record with your name."),
    )  # fmt: skip
    comment = forms.CharField(label=gettext_lazy("Comment"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ResolveForm(forms.Form):
    """How a help case ended."""

    resolution = forms.CharField(label=gettext_lazy("How it ended"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
