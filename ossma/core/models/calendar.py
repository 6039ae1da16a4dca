"""Days on which the office is shut although the bank calendar does not say so."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OfficeClosure(models.Model):
    """Year end, summer, or a special day: first to last day, both shut. Kept by the office."""

    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason_ja = models.CharField(_("reason (Japanese)"), max_length=80)
    reason_en = models.CharField(_("reason (English)"), max_length=80)

    class Meta:
        verbose_name = _("office closure")
        verbose_name_plural = _("office closures")
        ordering = ["-first_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="closure_first_before_last",
                violation_error_message=_("The last day must not be before the first day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} - {self.last_day}"
