"""What was decided once and must not be decided again: who was left out of a check, what became of an occasion, of an advisory under a rule."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ossma.core.access_log import OfPerson
from safety.models.check import SafetyCheck
from safety.models.planning import AdvisoryRule, CheckSchedule
from safety.states import LeftOut, OccasionOutcome, RuleOutcome


class Omission(OfPerson):
    """Somebody whom the audience of a check meant when it was frozen, and who was not asked: kept for "why was she not asked?"."""

    check_row = models.ForeignKey(
        SafetyCheck, models.CASCADE, related_name="omissions", verbose_name=_("safety check"), db_column="check_id", db_index=False
    )
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    reason = models.CharField(_("why not asked"), max_length=16, choices=LeftOut)

    class Meta:
        verbose_name = _("member left out")
        verbose_name_plural = _("members left out")
        constraints = [models.UniqueConstraint(fields=["check_row", "member"], name="left_out_once")]

    def __str__(self) -> str:
        return f"{self.check_row_id}/{self.member_id} {self.reason}"


class Occasion(models.Model):
    """One day of a schedule whose hour came: asked, nobody there, or too late. The key is what makes two dispatchers one."""

    schedule = models.ForeignKey(CheckSchedule, models.CASCADE, related_name="occasions", verbose_name=_("schedule"), db_index=False)
    day = models.DateField(_("day"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=OccasionOutcome)
    decided_at = models.DateTimeField(_("decided"))
    check_row = models.ForeignKey(
        SafetyCheck, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("safety check"), db_column="check_id"
    )

    class Meta:
        verbose_name = _("occasion of a schedule")
        verbose_name_plural = _("occasions of schedules")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["schedule", "day"], name="occasion_decided_once")]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.day} {self.outcome}"


class RuleDecision(models.Model):
    """What a rule made of an advisory, by the version and level it saw. What was drafted is drafted again at a higher level only."""

    rule = models.ForeignKey(AdvisoryRule, models.CASCADE, related_name="decisions", verbose_name=_("rule"), db_index=False)
    advisory = models.ForeignKey("notices.Advisory", models.CASCADE, related_name="+", verbose_name=_("advisory"))
    version = models.PositiveIntegerField(_("version"))
    # The highest level of that version; empty for decisions older than this field whose advisory has changed since.
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=RuleOutcome)
    decided_at = models.DateTimeField(_("decided"))
    check_row = models.ForeignKey(
        SafetyCheck, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("safety check"), db_column="check_id"
    )

    class Meta:
        verbose_name = _("decision of a rule")
        verbose_name_plural = _("decisions of rules")
        ordering = ["-decided_at"]
        constraints = [models.UniqueConstraint(fields=["rule", "advisory"], name="rule_decides_once")]

    def __str__(self) -> str:
        return f"{self.rule_id}/{self.advisory_id} {self.outcome}"
