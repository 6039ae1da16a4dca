"""What happens at the gateway: attempts, notices, money and trouble."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ossma.core.encrypted import EncryptedTextField
from payments.states import LIVE, PAID_ONCE, AttemptState, LedgerKind, Method, NoticeState, TroubleKind


class Attempt(models.Model):
    """One order at the gateway: own order id, link, expiry. A payment has at most one live attempt."""

    payment = models.ForeignKey("payments.Payment", models.PROTECT, related_name="attempts", verbose_name=_("payment"))
    gateway = models.CharField(_("gateway"), max_length=12)
    order_id = models.CharField(pgettext_lazy("payment", "order"), max_length=27, unique=True)
    amount = models.PositiveIntegerField(_("amount (yen)"))
    state = models.CharField(_("state"), max_length=12, choices=AttemptState, default=AttemptState.CREATED)
    method = models.CharField(_("method"), max_length=8, choices=Method, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    # The gateway's own name for the order, where it has one.
    reference = models.CharField(_("reference"), max_length=100, blank=True, db_default="")
    # Its name for the payment itself, by which disputes and refunds made in its dashboard are found.
    intent = models.CharField(_("payment at the gateway"), max_length=100, blank=True, default="", db_default="")
    # A slip for a convenience store, once one was issued: the gateway's code of the store, its numbers, the last moment.
    store = models.CharField(_("store"), max_length=8, blank=True, db_default="")
    confirmation_number = models.CharField(_("confirmation number"), max_length=40, blank=True, db_default="")
    receipt_number = models.CharField(_("receipt number"), max_length=40, blank=True, db_default="")
    pay_by = models.DateTimeField(_("pay at the store by"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    access_id = EncryptedTextField(blank=True)
    access_pass = EncryptedTextField(blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"))
    expires_at = models.DateTimeField(_("expires"))
    asked_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    # When the payer paid, by the gateway's word; it can be long before we hear of it.
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    # What the gateway said it holds when it was asked last; empty before any money was seen there.
    held_there = models.PositiveIntegerField(_("held at the gateway (yen)"), null=True, blank=True)
    # Since when nobody can say whether the card was charged: the card network did not answer. Empty otherwise.
    in_doubt_since = models.DateTimeField(_("in doubt since"), null=True, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("payment", "ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["payment"], condition=Q(state__in=LIVE), name="one_live_attempt")]
        indexes = [
            models.Index(fields=["asked_at"], name="attempt_live", condition=Q(state__in=LIVE)),
            models.Index(fields=["asked_at"], name="attempt_paid", condition=Q(state__in=PAID_ONCE)),
            models.Index(fields=["intent"], name="attempt_intent", condition=~Q(intent="")),
        ]

    def __str__(self) -> str:
        return self.order_id


class GatewayNotice(models.Model):
    """A result notice as it came in. The digest makes the same event arrive once, however often it is sent."""

    gateway = models.CharField(_("gateway"), max_length=12)
    received_at = models.DateTimeField(_("received"))
    remote_address = models.GenericIPAddressField(pgettext_lazy("address", "from"), null=True, blank=True)
    body = models.BinaryField(_("body"))
    signature = models.CharField(_("signature"), max_length=500, blank=True, db_default="")
    digest = models.CharField(max_length=64)
    order_id = models.CharField(pgettext_lazy("payment", "order"), max_length=64, blank=True)
    times = models.PositiveIntegerField(_("times received"), default=1)
    state = models.CharField(_("state"), max_length=8, choices=NoticeState, default=NoticeState.STORED)
    due_at = models.DateTimeField(_("due for trying"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("attempt"))
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)
    done_at = models.DateTimeField(_("dealt with"), null=True, blank=True)

    class Meta:
        verbose_name = _("gateway notice")
        verbose_name_plural = _("gateway notices")
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["gateway", "digest"], name="notice_once")]
        indexes = [
            models.Index(fields=["due_at"], name="notice_waiting", condition=Q(state="stored")),
            models.Index(fields=["order_id"], name="notice_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.received_at:%Y-%m-%d %H:%M}"


class LedgerLine(models.Model):
    """Money that moved, never changed: positive in, negative out. One line per attempt and kind of event.

    The lines of an order sum to what the gateway holds of it; the lines of a payment, to what stands under that payment.
    """

    payment = models.ForeignKey("payments.Payment", models.PROTECT, related_name="ledger", verbose_name=_("payment"))
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, blank=True, related_name="ledger", verbose_name=_("attempt"))
    kind = models.CharField(_("kind"), max_length=12, choices=LedgerKind)
    amount = models.IntegerField(_("amount (yen)"))
    reference = models.CharField(_("reference"), max_length=64)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["attempt", "kind", "reference"], name="ledger_once")]

    def __str__(self) -> str:
        return f"{self.amount}"


class Trouble(models.Model):
    """Money that needs a person: on the work list until somebody has dealt with it, never settled silently, never lost."""

    kind = models.CharField(_("kind"), max_length=16, choices=TroubleKind)
    payment = models.ForeignKey("payments.Payment", models.PROTECT, null=True, blank=True, related_name="troubles", verbose_name=_("payment"))
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, blank=True, related_name="troubles", verbose_name=_("attempt"))
    notice = models.ForeignKey(GatewayNotice, models.PROTECT, null=True, blank=True, related_name="troubles", verbose_name=_("gateway notice"))
    # One entry per thing that is wrong, however often it is found again.
    key = models.CharField(max_length=120, unique=True)
    detail = models.JSONField(_("detail"), default=dict)
    opened_at = models.DateTimeField(pgettext_lazy("trouble", "opened"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolution = models.CharField(_("resolution"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("money to look at")
        verbose_name_plural = _("money to look at")
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"
