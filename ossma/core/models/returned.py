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
    UNKNOWN = "unknown", _("not understood")


class ReturnedMail(models.Model):
    """One mail, raw until it is understood: what nobody understands stays and is shown to the office. The same bytes twice are one row."""

    digest = models.CharField(max_length=64, unique=True)
    source = models.CharField(_("came by"), max_length=10)
    received_at = models.DateTimeField(_("received"))
    understood = models.CharField(_("what it is"), max_length=10, choices=Understood)
    detail = models.CharField(_("what the post said"), max_length=300, blank=True)
    content = EncryptedTextField(_("content"), blank=True)

    class Meta:
        verbose_name = _("returned mail")
        verbose_name_plural = _("returned mails")
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["received_at"], name="returned_trouble", condition=models.Q(understood__in=["unknown", "strange"]))]

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M} {self.understood}"
