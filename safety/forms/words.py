"""What a check says: shared by checks, templates and schedules."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.forms.fields import LongTextField, TextField
from safety.models import CheckTemplate
from safety.states import CheckKind

WORDS = ("kind", "title_ja", "title_en", "text_ja", "text_en", "correction_ja", "correction_en")


class WordsForm(forms.Form):
    """Kind, title and text in both languages, and the correction that a drill needs."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CheckKind.choices, widget=forms.RadioSelect, initial=CheckKind.AD_HOC)
    title_ja = TextField(label=gettext_lazy("Title (Japanese)"), max_length=120)
    title_en = TextField(label=gettext_lazy("Title (English)"), max_length=120, required=False)
    text_ja = LongTextField(
        label=gettext_lazy("Text (Japanese)"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What happened, and what members should do now."),
    )  # fmt: skip
    text_en = LongTextField(label=gettext_lazy("Text (English)"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    correction_ja = LongTextField(
        label=gettext_lazy("Correction of a drill (Japanese)"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed for drills: sent if somebody takes the drill for real."),
    )  # fmt: skip
    correction_en = LongTextField(
        label=gettext_lazy("Correction of a drill (English)"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A drill needs its correction."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == CheckKind.DRILL and not (cleaned.get("correction_ja") or cleaned.get("correction_en")):
            self.add_error("correction_ja", _("Write the correction: it is sent if somebody takes the drill for real."))
        return cleaned

    def words(self) -> dict[str, Any]:
        """What was written. Valid forms only."""
        return {name: self.cleaned_data[name] for name in WORDS}


class TemplateForm(WordsForm):
    """Words kept ready, under a name by which they are found."""

    name_ja = TextField(label=gettext_lazy("Name (Japanese)"), max_length=80)
    name_en = TextField(label=gettext_lazy("Name (English)"), max_length=80, required=False)

    field_order = ("name_ja", "name_en")

    def content(self) -> dict[str, Any]:
        """What is stored. Valid forms only."""
        return self.words() | {name: self.cleaned_data[name] for name in ("name_ja", "name_en")}


def words_initial(row: Any) -> dict[str, Any]:
    """What the fields show of a check, a template or a schedule."""
    return {name: getattr(row, name) for name in WORDS}


def template_initial(row: CheckTemplate) -> dict[str, Any]:
    """The same with the names of a template."""
    return words_initial(row) | {"name_ja": row.name_ja, "name_en": row.name_en}
