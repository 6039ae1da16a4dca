"""Files of bank transfers: what the office hands to its bank in one go."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ossma.core.encrypted import EncryptedTextField
from payments.states import TransferFileState, TransferLineState


class TransferFile(models.Model):
    """Transfers made out by one person and confirmed by another: database included."""

    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey("members.User", models.PROTECT, related_name="+", verbose_name=_("made by"))
    transfer_on = models.DateField(_("day of the transfers"))
    count = models.PositiveIntegerField(_("number of transfers"))
    total = models.PositiveBigIntegerField(_("sum (yen)"))
    state = models.CharField(_("state"), max_length=10, choices=TransferFileState, default=TransferFileState.MADE)
    # JSON of what stands in the file, accounts included. Emptied 90 days after the file ended.
    content = EncryptedTextField(blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey("members.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by"))
    ended_at = models.DateTimeField(pgettext_lazy("payment", "ended"), null=True, blank=True)
    # Why it was discarded.
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("transfer file")
        verbose_name_plural = _("transfer files")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("made_by")), name="transfer_file_two_people"),
            models.CheckConstraint(
                condition=Q(state__in=["made", "discarded"]) | Q(confirmed_by__isnull=False),
                name="transfer_file_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.transfer_on}"


class TransferLine(models.Model):
    """One refund in a file. Its number is the customer code that the bank sends back."""

    file = models.ForeignKey(TransferFile, models.PROTECT, related_name="lines")
    refund = models.ForeignKey("payments.Refund", models.PROTECT, related_name="transfer_lines")
    amount = models.PositiveIntegerField(_("amount (yen)"))
    state = models.CharField(max_length=10, choices=TransferLineState, default=TransferLineState.WAITING)
    # What the bank said.
    note = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["pk"]
        constraints = [
            # Money that is in a file cannot be in another one.
            models.UniqueConstraint(fields=["refund"], condition=Q(state="waiting"), name="one_waiting_transfer_per_refund"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.amount}"
