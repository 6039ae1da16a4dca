"""Payment: one thing owed (money.md)."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ossma.core.access_log import OfPerson
from ossma.core.duties import Duty
from ossma.core.viewer import Face, Viewer
from payments.states import LIVE, OPEN_STATES, WAITING, AttemptState, Method, PaymentState, Purpose


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments behind their wall."""

    def visible_to(self, viewer: Viewer) -> "PaymentQuerySet":
        """Own / own school's members' / all."""
        match viewer.face:
            case Face.OFFICE | Face.SYSTEM if viewer.may(Duty.FIND_MEMBER):
                return self
            case Face.SCHOOL:
                return self.filter(member__school_id=viewer.school_id)
            case Face.MEMBER:
                return self.filter(member_id=viewer.member_id)
        return self.none()


class Payment(OfPerson):
    """What for, for whom, how much, until when, and where it stands. The total is the sum of its lines and never changes."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="payments", verbose_name=_("member"))
    purpose = models.CharField(pgettext_lazy("payment", "for"), max_length=20, choices=Purpose)
    # The row of an upper room that this is owed for: the application, the top-up.
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    title_ja = models.CharField(_("title (Japanese)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    total = models.PositiveIntegerField(_("total (yen)"))
    due_on = models.DateField(_("due day"), null=True, blank=True)
    methods = ArrayField(models.CharField(max_length=8, choices=Method), verbose_name=_("methods"))
    state = models.CharField(_("state"), max_length=20, choices=PaymentState, default=PaymentState.OWED)
    created_at = models.DateTimeField(_("written"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    # When the till or the card company took the money, by the gateway's word; empty where it says nothing.
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    settled_method = models.CharField(_("paid by"), max_length=8, choices=Method, blank=True)

    objects = PaymentQuerySet.as_manager()
    # Filled by queries.payments: the office is checking money of this payment.
    held: bool
    # Likewise: something was begun at the gateway, and it has not answered yet.
    unanswered: bool
    # Likewise: yen that go back as soon as the member has entered a bank account, None without such a refund.
    account_wanted: int | None

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="payment_positive"),
            # A membership fee is owed once per application, however often the button is pressed.
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"], condition=Q(purpose="membership_fee") & ~Q(state="cancelled"), name="one_fee_per_subject"
            ),
            models.CheckConstraint(condition=Q(settled_at=None) | Q(state__in=["settled", "refund_requested", "refunded"]), name="settled_has_state"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["member", "-created_at"], name="payment_member"),
            models.Index(fields=["subject_kind", "subject_id"], name="payment_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title_ja}"

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_en if get_language() == "en" else self.title_ja

    @property
    def paid_on(self) -> datetime | None:
        """When it was paid: at the till or on the card, else when it was settled here."""
        return self.paid_at or self.settled_at

    @cached_property
    def slip_until(self) -> datetime | None:
        """Until when a number for the store that is out can be paid; None without one. Lists fill it in their query."""
        return self.attempts.filter(state=AttemptState.AWAITING).values_list("pay_by", flat=True).first()

    @cached_property
    def in_doubt(self) -> bool:
        """Whether nobody can say at the moment if a card was charged for it. Lists fill it in their query."""
        return self.attempts.filter(state__in=LIVE, in_doubt_since__isnull=False).exists()

    @property
    def is_open(self) -> bool:
        """Whether the member still has to deal with it."""
        return self.state in OPEN_STATES

    @property
    def is_waiting(self) -> bool:
        """Whether something was begun at the gateway and has not ended."""
        return self.state in WAITING


class PaymentLine(models.Model):
    """One line of what is owed, in both languages, in yen with tax."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="lines", verbose_name=_("payment"))
    position = models.PositiveSmallIntegerField()
    text_ja = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200)
    amount = models.IntegerField(_("amount (yen)"))
    # The consumption tax in it (0.1 is 10 %; 0: none). Empty where it was never written down.
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = _("payment line")
        verbose_name_plural = _("payment lines")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["payment", "position"], name="payment_line_position")]

    def __str__(self) -> str:
        return self.text_ja

    @property
    def text(self) -> str:
        """The line in the reader's language."""
        return self.text_en if get_language() == "en" else self.text_ja


class PaymentMove(models.Model):
    """One change of a payment's state: when, why, on what evidence. Append-only."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="moves", verbose_name=_("payment"))
    at = models.DateTimeField(_("time"))
    from_state = models.CharField(pgettext_lazy("state", "from"), max_length=20, choices=PaymentState)
    to_state = models.CharField(pgettext_lazy("state", "to"), max_length=20, choices=PaymentState)
    cause = models.CharField(_("cause"), max_length=40)
    evidence = models.JSONField(_("evidence"), default=dict)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(from_state=F("to_state")), name="move_moves")]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
