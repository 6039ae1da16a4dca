"""Cancellation rules as effective-dated rows, and what they led to (money.md, "Fees")."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from applications.states import ServiceCode
from ossma.core.models import NeedsApproval, proposed_once


class CancellationTable(NeedsApproval):
    """What a member gets back by the days left before the first day, once approved. The table in force on the day of the cancellation counts."""

    service = models.CharField(
        _("service"), max_length=12, choices=ServiceCode, blank=True, help_text=_("Empty: for every service without a table of its own.")
    )
    version = models.CharField(_("version"), max_length=40)
    valid_from = models.DateField(_("in force from"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(NeedsApproval.Meta):
        verbose_name = _("cancellation table")
        verbose_name_plural = _("cancellation tables")
        ordering = ["service", "-valid_from"]
        constraints = [
            *NeedsApproval.Meta.constraints,
            proposed_once("service", "valid_from", name="cancellation_table_proposed_once"),
            models.UniqueConstraint(fields=["service", "version"], name="cancellation_table_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} {self.version}".strip()


class CancellationRow(models.Model):
    """So many days or more before the first day: this share of the fee goes back. Below the smallest row nothing does."""

    table = models.ForeignKey(CancellationTable, models.CASCADE, related_name="rows", verbose_name=_("cancellation table"))
    days_before = models.PositiveSmallIntegerField(_("days before the first day"))
    share = models.DecimalField(_("share returned"), max_digits=5, decimal_places=4)

    class Meta:
        verbose_name = _("cancellation rule")
        verbose_name_plural = _("cancellation rules")
        ordering = ["-days_before"]
        constraints = [
            models.UniqueConstraint(fields=["table", "days_before"], name="cancellation_row_days_once"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="cancellation_share"),
            # There is no cancellation from the first day on.
            models.CheckConstraint(condition=Q(days_before__gt=0), name="cancellation_days"),
        ]

    def __str__(self) -> str:
        return f"{self.days_before}: {self.share}"


class Cancellation(models.Model):
    """What a cancelled application brought back, and by which rule. Append-only: a trigger refuses changes."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="cancellation", verbose_name=_("application"))
    table = models.ForeignKey(CancellationTable, models.PROTECT, related_name="+", verbose_name=_("cancellation table"))
    days_before = models.PositiveSmallIntegerField(_("days before the first day"))
    share = models.DecimalField(_("share returned"), max_digits=5, decimal_places=4)
    fee = models.PositiveIntegerField(_("settled fee with tax (yen)"))
    handling = models.PositiveIntegerField(_("settled handling fee (yen)"))
    amount = models.PositiveIntegerField(_("to give back (yen)"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("cancellation")
        verbose_name_plural = _("cancellations")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.amount}"


class GiveBack(models.Model):
    """Money of one payment that goes back, and by which rule. It waits here while another refund of the same order is under way."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="give_backs", verbose_name=_("application"))
    payment = models.ForeignKey("payments.Payment", models.PROTECT, related_name="+", verbose_name=_("payment"))
    amount = models.PositiveIntegerField(_("amount (yen)"))
    # What could go back besides, if the office says so (money.md).
    handling = models.PositiveIntegerField(_("handling fee that could be returned (yen)"), default=0)
    rule = models.CharField(_("rule"), max_length=120)
    refund = models.OneToOneField("payments.Refund", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("refund"))
    # Who of the office changed or cancelled the application: they do not approve the refund that it becomes, however late.
    proposed_by = models.ForeignKey("members.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("money to give back")
        verbose_name_plural = _("money to give back")
        ordering = ["made_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="give_back_positive")]
        indexes = [models.Index(fields=["made_at"], name="give_back_waiting", condition=Q(refund=None))]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.amount}"
