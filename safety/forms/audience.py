"""The part of a form that says who is asked: groups of conditions, any of which is enough; members by name on top; exceptions."""

from datetime import datetime
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.audience import MOST_GROUPS, MOST_VALUES
from ossma.core.countries.queries import choices_by_region
from ossma.core.typed_lists import may_be_number, text_of, words_of
from ossma.core.viewer import Viewer
from safety.forms.conditions import EXCEPT, FIRST, Offered, Part, add_fields, conditions_of, prefixes, shown
from safety.queries import choices

MOST_BYTES = 2 * 1024 * 1024
NAMES_ROWS = forms.Textarea(attrs={"rows": 3})


class AudienceForm(forms.Form):
    """Fields of the audience. `audience()` gives the JSON that the engine stores."""

    named = forms.CharField(
        label=gettext_lazy("Members by name"), required=False, widget=NAMES_ROWS,
        help_text=gettext_lazy("Member numbers or e-mail addresses, one a line. They are asked wherever they are."),
    )  # fmt: skip
    named_file = forms.FileField(
        label=gettext_lazy("A file of them"), required=False, allow_empty_file=True,
        help_text=gettext_lazy("Text or CSV. What it holds is added to the list above, so that you can look it through."),
    )  # fmt: skip
    x_named = forms.CharField(
        label=gettext_lazy("Not these members"), required=False, widget=NAMES_ROWS,
        help_text=gettext_lazy("Member numbers or e-mail addresses, one a line."),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, viewer: Viewer, at: datetime, **kwargs: Any) -> None:
        self.viewer, self.at = viewer, at
        self.unread_file, self.unused_words = "", list[str]()
        if data is not None:
            data = self._with_file(data.copy(), files)
        super().__init__(data, files, **kwargs)
        present = choices.countries_now(viewer, at)
        here = {country.pk for country, _count in present}
        offered: Offered = {
            "countries": [(country.pk, _("%(name)s (%(count)d)") % {"name": country.label, "count": n}) for country, n in present],
            "other_countries": [(region, [pair for pair in rows if pair[0] not in here]) for region, rows in choices_by_region()],
            "groups": choices.groups(viewer),
            "schools": choices.schools(viewer),
        }
        self.prefixes = prefixes(self._wanted_groups())
        for prefix in (*self.prefixes, EXCEPT):
            add_fields(self, prefix, offered)

    def _with_file(self, data: Any, files: Any) -> Any:
        """The members of an uploaded list go into the field above it: whatever is wrong with the form, they are not lost.

        What names nobody is kept in `unused_words`, for the view to tell: a list may have other columns.
        """
        upload = files.get("named_file") if files else None
        if upload is None:
            return data
        if upload.size > MOST_BYTES:
            self.unread_file = _("This file is too large: up to 2 MB.")
            return data
        text = text_of(upload.read())
        if text is None:
            self.unread_file = _("This file cannot be read. Save it as text or CSV.")
            return data
        words = [word for word in words_of(text) if may_be_number(word)]
        if len(words) > MOST_VALUES:
            # Cut, it would leave people out without a word.
            self.unread_file = _("Up to %(most)d members by name.") % {"most": MOST_VALUES}
            return data
        self.unused_words = choices.members_named(self.viewer, words).unknown
        used = [word for word in words if word not in self.unused_words]
        if not used:
            self.unread_file = _("This file holds no member number or e-mail address of a member.")
        data["named"] = "\n".join([*filter(None, [data.get("named", "").strip()]), *used])
        return data

    def _wanted_groups(self) -> int:
        raw = self.data.get("groups_shown", "") if self.is_bound else self.initial.get("groups_shown", 1)
        count = int(raw) if str(raw).isdecimal() and len(str(raw)) <= 2 else 1
        return max(1, min(MOST_GROUPS, count + self.is_growing))

    @property
    def is_growing(self) -> bool:
        """Whether "add a group" was pressed: then nothing is checked yet, and everything stays as it was typed."""
        return "add_group" in self.data

    def full_clean(self) -> None:
        """Check what was sent, unless it was sent only to get room for more."""
        if self.is_bound and self.is_growing:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    @property
    def parts(self) -> list[Part]:
        """The groups of conditions, for the template."""
        return [Part(self, prefix, number) for number, prefix in enumerate(self.prefixes, 1)]

    @property
    def exceptions(self) -> Part:
        """The exceptions, for the template."""
        return Part(self, EXCEPT, 0)

    @property
    def may_grow(self) -> bool:
        """Whether there is room for one more group."""
        return len(self.prefixes) < MOST_GROUPS

    def clean_named_file(self) -> None:
        """The file was read before; only what was wrong with it is told here."""
        if self.unread_file:
            raise forms.ValidationError(self.unread_file)

    def clean_named(self) -> list[int]:
        """Member ids of what was typed; the error names what nobody has."""
        return self._members("named")

    def clean_x_named(self) -> list[int]:
        """The same for those who are not asked."""
        return self._members("x_named")

    def _members(self, name: str) -> list[int]:
        words = words_of(self.cleaned_data[name])
        if len(words) > MOST_VALUES:
            raise forms.ValidationError(_("Up to %(most)d members by name.") % {"most": MOST_VALUES})
        found = choices.members_named(self.viewer, words)
        if found.unknown:
            raise forms.ValidationError(_("No member has this number or address: %(words)s") % {"words": ", ".join(found.unknown)})
        return found.ids

    def clean(self) -> dict[str, Any]:
        """Somebody must be meant."""
        cleaned = super().clean() or {}
        self.chosen = [conditions_of(self, prefix) for prefix in self.prefixes]
        self.excepted = conditions_of(self, EXCEPT)
        if not self.errors and not cleaned.get("named") and not any(_means_somebody(group) for group in self.chosen):
            raise forms.ValidationError(_("Choose who is asked."))
        return cleaned

    def audience(self) -> dict[str, Any]:
        """The audience as JSON. Valid forms only."""
        first, *further = [_without_empty(group) for group in self.chosen]
        found = {**first, "or": [group for group in further if _means_somebody(group)], "named": self.cleaned_data["named"]}
        return found | {"except": _without_empty(self.excepted | {"named": self.cleaned_data["x_named"]})}


def _means_somebody(group: dict[str, Any]) -> bool:
    return any(value for name, value in group.items() if name != "arriving_only")


def _without_empty(group: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if value}


def audience_initial(viewer: Viewer, stored: dict[str, Any]) -> dict[str, Any]:
    """What the fields show of a stored audience."""
    further, excepted = stored.get("or", []), stored.get("except", {})
    found = shown(FIRST, stored)
    for prefix, group in zip(prefixes(len(further) + 1)[1:], further, strict=False):
        found |= shown(prefix, group)
    found |= shown(EXCEPT, excepted)
    return found | {
        "groups_shown": len(further) + 1,
        "named": "\n".join(choices.numbers_of(viewer, stored.get("named", []))),
        "x_named": "\n".join(choices.numbers_of(viewer, excepted.get("named", []))),
    }
