"""Rules over advisories in the office's admin: what the ministry must say for a check to be drafted. Nothing is ever sent by a rule."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from members.admin.audited import AuditedAdmin, ReadOnlyAdmin
from notices.feeds.info_types import InfoType
from ossma.core.duties import Duty
from safety.models import AdvisoryRule, CheckTemplate, RuleDecision

HIGHEST_LEVEL = 4


class AdvisoryRuleForm(forms.ModelForm):
    """One rule. Empty means any: any country, any type."""

    info_types = forms.MultipleChoiceField(
        label=_("types of information"), required=False, choices=InfoType.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: any."),
    )  # fmt: skip
    least_level = forms.IntegerField(
        label=_("from danger level"), min_value=0, max_value=HIGHEST_LEVEL, initial=0, help_text=_("0: also without a level.")
    )  # fmt: skip

    class Meta:
        model = AdvisoryRule
        fields = ("name", "is_active", "info_types", "least_level", "countries", "travelling_days", "kind", "template", "hold_minutes")


@admin.register(AdvisoryRule)
class AdvisoryRuleAdmin(AuditedAdmin):
    """A rule that rests drafts nothing; what it drafted stays."""

    reads = (Duty.SEND_CHECK,)
    writes = (Duty.MANAGE_CHECKS,)
    form = AdvisoryRuleForm
    list_display = ("name", "is_active", "least_level", "kind", "hold_minutes")
    list_filter = ("is_active",)
    filter_horizontal = ("countries",)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """The office drafts in its own words, not in a school's."""
        if db_field.name == "template":
            kwargs["queryset"] = CheckTemplate.objects.filter(school=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(RuleDecision)
class RuleDecisionAdmin(ReadOnlyAdmin):
    """What each rule made of each advisory."""

    reads = (Duty.SEND_CHECK,)
    list_display = ("rule", "advisory", "outcome", "decided_at", "check_row")
    list_filter = ("outcome", "rule")
    list_select_related = ("rule", "advisory", "check_row")
