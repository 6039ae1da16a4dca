"""Business numbers as effective-dated rows, and quotes that never change (money.md, "Fees")."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from applications.rules.fees import Price
from applications.states import ServiceCode
from ossma.core.models import NeedsApproval, proposed_once


class FeeTable(NeedsApproval):
    """The fees of one service from a day on, once approved. The table in force on the day of application counts."""

    service = models.CharField(_("service"), max_length=12, choices=ServiceCode)
    version = models.CharField(_("version"), max_length=40)
    valid_from = models.DateField(_("in force from"))
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(NeedsApproval.Meta):
        verbose_name = _("fee table")
        verbose_name_plural = _("fee tables")
        ordering = ["service", "-valid_from"]
        constraints = [
            *NeedsApproval.Meta.constraints,
            # Of approved ones of a day the last one counts: so a mistake that was approved can still be put right before its day.
            proposed_once("service", "valid_from", name="fee_table_proposed_once"),
            models.UniqueConstraint(fields=["service", "version"], name="fee_table_version_once"),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lt=1), name="fee_tax_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} {self.version}"


class FeeRow(models.Model):
    """Up to so many months: so many yen without tax."""

    table = models.ForeignKey(FeeTable, models.CASCADE, related_name="rows", verbose_name=_("fee table"))
    up_to_months = models.PositiveSmallIntegerField(_("up to months"))
    amount = models.PositiveIntegerField(_("amount without tax (yen)"))

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        ordering = ["up_to_months"]
        constraints = [models.UniqueConstraint(fields=["table", "up_to_months"], name="fee_row_months_once")]

    def __str__(self) -> str:
        return f"{self.up_to_months}: {self.amount}"


class HandlingRate(NeedsApproval):
    """The handling fee that a paying member adds: a share of the amount, rounded half up."""

    valid_from = models.DateField(_("in force from"))
    rate = models.DecimalField(_("rate"), max_digits=5, decimal_places=4)

    class Meta(NeedsApproval.Meta):
        verbose_name = _("handling fee rate")
        verbose_name_plural = _("handling fee rates")
        ordering = ["-valid_from"]
        constraints = [
            *NeedsApproval.Meta.constraints,
            proposed_once("valid_from", name="handling_rate_proposed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.rate}"


class Quote(models.Model):
    """What was quoted, line by line, with the table's version. Append-only: a trigger refuses changes."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="quotes", verbose_name=_("application"))
    table = models.ForeignKey(FeeTable, models.PROTECT, related_name="+", verbose_name=_("fee table"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    months = models.PositiveSmallIntegerField(_("months"))
    net = models.PositiveIntegerField(_("fee without tax (yen)"))
    tax = models.PositiveIntegerField(_("tax (yen)"))
    handling = models.PositiveIntegerField(_("handling fee (yen)"))
    total = models.PositiveIntegerField(_("total (yen)"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.total}"

    @classmethod
    def write(cls, *, application: Application, price: Price, table: FeeTable, period: tuple[date, date], at: datetime) -> "Quote":
        """Store what was quoted, line by line with the table's version; it never changes later."""
        return cls.objects.create(
            application=application,
            table=table,
            first_day=period[0],
            last_day=period[1],
            months=price.months,
            net=price.net,
            tax=price.tax,
            handling=price.handling,
            total=price.total,
            made_at=at,
        )

    @property
    def fee(self) -> int:
        """The membership fee with its tax."""
        return self.net + self.tax
