"""Money to be given back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ossma.core.encrypted import EncryptedTextField
from payments.states import RefundState, RefundWay


class Refund(models.Model):
    """Money to be given back out of one order; it names its rule (money.md, "Payment"). A transfer needs two people: database included."""

    payment = models.ForeignKey("payments.Payment", models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    attempt = models.ForeignKey("payments.Attempt", models.PROTECT, related_name="refunds", verbose_name=_("attempt"))
    amount = models.PositiveIntegerField(_("amount (yen)"))
    # Money beyond what settled the payment (paid twice, paid too much): giving it back leaves the payment as it stands.
    surplus = models.BooleanField(_("beyond what was owed"), default=False, db_default=False)
    rule = models.CharField(_("rule"), max_length=120)
    # By a person's decision instead of a rule; what it was paid for stays in force.
    goodwill = models.BooleanField(_("goodwill"), default=False, db_default=False)
    # Why, in the words of whoever of the office proposed it or asked for it again. For the office only.
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="", db_default="")
    # The refused refund in whose place it was asked for.
    again_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="asked_again", verbose_name=_("asked for again after")
    )
    # What the member paid for handling and gets back only if the office says so; once it did, `amount` has it in it.
    handling = models.PositiveIntegerField(_("handling fee (yen)"), default=0, db_default=0)
    handling_returned = models.BooleanField(_("handling fee given back too"), default=False, db_default=False)
    way = models.CharField(_("way"), max_length=8, choices=RefundWay, default=RefundWay.TRANSFER)
    state = models.CharField(_("state"), max_length=10, choices=RefundState, default=RefundState.REQUESTED)
    # JSON of gateways' and banks' words: bank, branch, kind, number, holder in kana. Emptied 90 days after the refund ended.
    account = EncryptedTextField(_("bank account"), blank=True)
    # When the account was entered or changed last, how often that was, and when a change took the approval back.
    account_at = models.DateTimeField(_("bank account entered"), null=True, blank=True)
    account_version = models.PositiveSmallIntegerField(default=0, db_default=0)
    withdrawn_at = models.DateTimeField(_("approval withdrawn"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    reference = models.CharField(_("reference"), max_length=64, blank=True)
    requested_at = models.DateTimeField(_("requested"))
    # Of the office; empty when a rule, the member or the school asked.
    proposed_by = models.ForeignKey("members.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by"))
    approved_by = models.ForeignKey("members.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    done_by = models.ForeignKey("members.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("transferred by"))
    due_at = models.DateTimeField(_("due for trying"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("payment", "ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(proposed_by=None) | Q(approved_by=None) | ~Q(proposed_by=F("approved_by")), name="refund_not_approved_by_proposer"
            ),
            models.CheckConstraint(
                condition=Q(goodwill=False) | (Q(proposed_by__isnull=False) & ~Q(reason="") & Q(surplus=False)),
                name="goodwill_has_proposer_and_reason",
            ),
            models.CheckConstraint(condition=Q(done_by=None) | ~Q(done_by=F("approved_by")), name="refund_two_pairs_of_eyes"),
            # One at a time per order: what an order still holds is then never a guess.
            models.UniqueConstraint(fields=["attempt"], condition=Q(state__in=["requested", "approved"]), name="one_open_refund_per_order"),
        ]
        indexes = [models.Index(fields=["due_at"], name="refund_due", condition=Q(state="approved", way="card"))]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.amount}"

    @property
    def needs_account(self) -> bool:
        """Whether it stands still until the member has entered a bank account."""
        return self.way == RefundWay.TRANSFER and self.ended_at is None and not self.account
