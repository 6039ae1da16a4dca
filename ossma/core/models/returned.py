"""What came to the address for returned mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ossma.core.encrypted import EncryptedTextField


class Understood(models.TextChoices):
    """What a returned mail turned out to be."""

    FAILED = "failed", _("a mail of ours came back")
    STRANGE = "strange", _("came back, but is none of ours")
    WAITING = "waiting", _("delayed, still being tried")
    AUTOMATIC = "automatic", _("an automatic answer")
    COMPLAINT = "complaint", _("reported as spam by its reader")
    UNKNOWN = "unknown", _("not understood")


class ReturnedMail(models.Model):
    """One mail, raw until it is understood: what nobody understands stays and is shown to the office. The same bytes twice are one row."""

    digest = models.CharField(max_length=64, unique=True)
    source = models.CharField(_("came by"), max_length=10)
    received_at = models.DateTimeField(_("received"))
    understood = models.CharField(_("what it is"), max_length=10, choices=Understood)
    detail = models.CharField(_("what the mail server said"), max_length=300, blank=True)
    # Why it was refused (bounces.classify.BounceClass), and a member's address that its words name: a hint, never a mark.
    reason = models.CharField(_("why"), max_length=10, blank=True, default="", db_default="")
    hint = models.CharField(_("address it may be about"), max_length=254, blank=True, default="", db_default="")
    # What nobody understood is closed by a person, who says whose it was and what was done.
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by_id = models.BigIntegerField(_("closed by"), null=True, blank=True)
    note = models.CharField(_("what was done"), max_length=300, blank=True, default="", db_default="")
    content = EncryptedTextField(_("content"), blank=True)

    class Meta:
        verbose_name = _("returned mail")
        verbose_name_plural = _("returned mails")
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["received_at"], name="returned_trouble", condition=models.Q(understood__in=["unknown", "strange"], closed_at=None)),
            models.Index(fields=["received_at"], name="returned_policy", condition=models.Q(reason="policy")),
        ]

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M} {self.understood}"
