"""A new travel period that was asked for (member-portal.md M2)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from applications.models.fees import Quote
from applications.states import OPEN_CHANGES, ChangeState


class PeriodChange(models.Model):
    """One change of an application's period, with its quote. Destination, purpose and host change at once; the period once this is applied."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="period_changes", verbose_name=_("application"))
    state = models.CharField(_("state"), max_length=20, choices=ChangeState)
    first_day = models.DateField(_("first day abroad"))
    last_day = models.DateField(_("last day abroad"))
    # What held before.
    old_first_day = models.DateField(_("first day before"))
    old_last_day = models.DateField(_("last day before"))
    # Written with the change, also where it waits: the quote in force is the newest one whose change was applied.
    quote = models.OneToOneField(Quote, models.PROTECT, related_name="period_change", verbose_name=_("quote"))
    # The payment of the difference, once the member has to make one.
    payment = models.OneToOneField("payments.Payment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment"))
    refusal = models.CharField(_("reason for the refusal"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of period")
        verbose_name_plural = _("changes of period")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="change_period_forward"),
            models.UniqueConstraint(fields=["application"], condition=Q(state__in=OPEN_CHANGES), name="one_open_change"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.first_day} – {self.last_day}"
