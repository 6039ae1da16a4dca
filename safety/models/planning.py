"""Checks that come by themselves: texts kept ready, schedules, rules over advisories, and the ladder for the silent (safety.md S1, S3)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ossma.core.models import NeedsApproval, proposed_once
from safety.states import CheckKind, Rhythm, Rung


class CheckTemplate(models.Model):
    """Words kept ready for a check. Without a school: the office's, offered to all."""

    school = models.ForeignKey("members.School", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("school"))
    kind = models.CharField(_("kind"), max_length=8, choices=CheckKind)
    name_ja = models.CharField(_("name (Japanese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    title_ja = models.CharField(_("title (Japanese)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=120)
    text_ja = models.TextField(_("text (Japanese)"), max_length=2000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=2000, blank=True)
    correction_ja = models.TextField(_("correction for a drill taken for real (Japanese)"), max_length=500, blank=True)
    correction_en = models.TextField(_("correction for a drill taken for real (English)"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("template of a check")
        verbose_name_plural = _("templates of checks")
        ordering = ["kind", "name_ja"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_ja


class CheckSchedule(models.Model):
    """A check that comes again and again at an hour of the member's own place (safety.md S1). Without a school: the office's."""

    school = models.ForeignKey("members.School", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("school"))
    name = models.CharField(_("name"), max_length=80)
    rhythm = models.CharField(_("rhythm"), max_length=12, choices=Rhythm)
    # Weekly and every second week: 0 is Monday. Monthly: 1 to 31, the last day of shorter months. After departure: days, 0 is the first day.
    weekday = models.PositiveSmallIntegerField(_("day of the week"), null=True, blank=True)
    day = models.PositiveSmallIntegerField(_("day"), null=True, blank=True)
    local_time = models.TimeField(_("local time at the member's place"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    kind = models.CharField(_("kind"), max_length=8, choices=CheckKind, default=CheckKind.REGULAR)
    title_ja = models.CharField(_("title (Japanese)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=120)
    text_ja = models.TextField(_("text (Japanese)"), max_length=2000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=2000, blank=True)
    correction_ja = models.TextField(_("correction for a drill taken for real (Japanese)"), max_length=500, blank=True)
    correction_en = models.TextField(_("correction for a drill taken for real (English)"), max_length=500, blank=True)
    audience = models.JSONField(_("audience"), default=dict)
    reminders = ArrayField(models.PositiveIntegerField(), verbose_name=_("reminders (minutes after sending)"), default=list, blank=True)
    created_by = models.ForeignKey("members.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("schedule of checks")
        verbose_name_plural = _("schedules of checks")
        ordering = ["-is_active", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday=None) | Q(weekday__lte=6), name="schedule_weekday"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="schedule_forward"),
        ]

    def __str__(self) -> str:
        return self.name


class AdvisoryRule(models.Model):
    """When the ministry says this, a check is drafted for the office to confirm. Never sent by itself."""

    name = models.CharField(_("name"), max_length=80)
    # Empty: any. The ministry's two-digit type of information and its danger or infection level.
    info_types = ArrayField(models.CharField(max_length=4), verbose_name=_("types of information"), default=list, blank=True)
    countries = models.ManyToManyField("core.Country", verbose_name=_("countries"), related_name="+", blank=True)
    least_level = models.PositiveSmallIntegerField(_("from danger level"), default=0)
    # Only if somebody is there, or travels there within so many days.
    travelling_days = models.PositiveSmallIntegerField(_("also those travelling there within days"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=CheckKind, default=CheckKind.AD_HOC)
    hold_minutes = models.PositiveIntegerField(_("minutes to think it over"), default=30)
    template = models.ForeignKey(CheckTemplate, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("template"))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("rule over advisories")
        verbose_name_plural = _("rules over advisories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class EscalationPolicy(NeedsApproval):
    """How silence escalates by kind of check: whole sets of steps, effective-dated. The newest approved one before the sending counts."""

    kind = models.CharField(_("kind"), max_length=8, choices=CheckKind)
    valid_from = models.DateField(_("in force from"))

    class Meta(NeedsApproval.Meta):
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")
        ordering = ["kind", "-valid_from", "-pk"]
        constraints = [
            *NeedsApproval.Meta.constraints,
            # Of approved ones of a day the last one counts: so a mistake that was approved can still be put right before its day.
            proposed_once("kind", "valid_from", name="escalation_policy_proposed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.valid_from}"


class LadderStep(models.Model):
    """One step of a policy: what happens how long after the sending to those who stay silent."""

    policy = models.ForeignKey(EscalationPolicy, models.CASCADE, related_name="steps", verbose_name=_("escalation policy"))
    minutes = models.PositiveIntegerField(_("minutes after sending"))
    # For those who sleep at that hour at their place.
    asleep_minutes = models.PositiveIntegerField(_("minutes for those asleep"))
    rung = models.CharField(_("rung"), max_length=8, choices=Rung)

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ["minutes", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "minutes", "rung"], name="step_once"),
            models.CheckConstraint(condition=Q(asleep_minutes__gte=models.F("minutes")), name="sleep_is_no_haste"),
        ]

    def __str__(self) -> str:
        return self.get_rung_display()
