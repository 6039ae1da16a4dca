"""The part of a check's form that says who is asked. Everything chosen must hold together; named members come on top."""

import re
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.states import ServiceCode
from members.states import MemberKind
from ossma.core.countries.queries import choices_by_region
from ossma.core.viewer import Viewer
from safety.models import SafetyCheck
from safety.queries import choices

WORD_BREAKS = re.compile(r"[\s,;、，；]+")
LINE_BREAKS = re.compile(r"[\n,;、，；]+")


class AudienceForm(forms.Form):
    """Fields of the audience. `audience()` gives the JSON that the engine stores."""

    everyone_abroad = forms.BooleanField(label=gettext_lazy("Everyone abroad now"), required=False)
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("In these countries (where members are now)"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other_countries = forms.MultipleChoiceField(label=gettext_lazy("Other countries"), required=False, widget=forms.CheckboxSelectMultiple)
    cities = forms.CharField(
        label=gettext_lazy("Only in these cities"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One a line, for example パリ. Leave empty for the whole country."),
    )  # fmt: skip
    groups = forms.TypedMultipleChoiceField(label=gettext_lazy("Groups"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple)
    schools = forms.TypedMultipleChoiceField(label=gettext_lazy("Schools"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple)
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services"), required=False, choices=ServiceCode.choices, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Member kinds"), required=False, choices=MemberKind.choices, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    named = forms.CharField(
        label=gettext_lazy("Members by name"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Member numbers or e-mail addresses, one a line. They are asked wherever they are."),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: Viewer, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        present = choices.countries_now(viewer, at)
        here = {country.pk for country, _count in present}
        self._offer("countries", [(country.pk, _("%(name)s (%(count)d)") % {"name": country.label, "count": n}) for country, n in present])
        self._offer("other_countries", [(region, [pair for pair in rows if pair[0] not in here]) for region, rows in choices_by_region()])
        self._offer("groups", choices.groups(viewer))
        self._offer("schools", choices.schools(viewer))

    def _offer(self, name: str, offered: list[Any]) -> None:
        """Give a field its choices; a field with nothing to choose from is left out."""
        if offered:
            self._choose(name, offered)
        else:
            del self.fields[name]

    def _choose(self, name: str, offered: list[Any]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = offered

    def clean_named(self) -> list[int]:
        """Member ids of what was typed; the error names what nobody has."""
        found = choices.members_named(self.viewer, filter(None, WORD_BREAKS.split(self.cleaned_data["named"])))
        if found.unknown:
            raise forms.ValidationError(_("No member has this number or address: %(words)s") % {"words": ", ".join(found.unknown)})
        return found.ids

    def clean_cities(self) -> list[int]:
        """City ids of what was typed; the error names what is not in the list of cities."""
        words = [word.strip() for word in LINE_BREAKS.split(self.cleaned_data["cities"])]
        found = choices.cities_named(filter(None, words))
        if found.unknown:
            raise forms.ValidationError(_("Not in the list of cities: %(words)s. Choose the country instead.") % {"words": ", ".join(found.unknown)})
        return found.ids

    def clean(self) -> dict[str, Any]:
        """Somebody must be meant."""
        cleaned = super().clean() or {}
        if not self.errors and not any(self.audience().values()):
            raise forms.ValidationError(_("Choose who is asked."))
        return cleaned

    def audience(self) -> dict[str, Any]:
        """The audience as JSON. Valid forms only."""
        data = self.cleaned_data
        lists = {name: data.get(name) or [] for name in ("cities", "groups", "schools", "services", "kinds", "named")}
        countries = [*(data.get("countries") or []), *(data.get("other_countries") or [])]
        return {"everyone_abroad": bool(data.get("everyone_abroad")), "countries": countries, **lists}


def audience_initial(viewer: Viewer, check: SafetyCheck) -> dict[str, Any]:
    """What the fields show of a stored audience."""
    stored = check.audience
    countries = stored.get("countries", [])
    return {
        **stored,
        "countries": countries,
        "other_countries": countries,
        "cities": "\n".join(choices.city_names(stored.get("cities", []))),
        "named": "\n".join(choices.numbers_of(viewer, stored.get("named", []))),
    }
