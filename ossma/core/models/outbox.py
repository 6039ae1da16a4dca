"""Messages that were promised: on record before they are sent, retried until sent or visibly given up."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ossma.core.encrypted import EncryptedTextField
from ossma.core.mail_address_fields import AddressField
from ossma.core.models.claimable import Claimable


class OutboxMessage(Claimable):
    """One mail to one address on one occasion. `key` is unique per occasion, recipient and channel."""

    key = models.CharField(_("key"), max_length=200, unique=True)
    to_address = AddressField(_("to"), max_length=254)
    language = models.CharField(_("language"), max_length=4, choices=[("ja", "日本語"), ("en", "English"), ("both", "日本語 / English")])
    template = models.CharField(_("template"), max_length=80)
    # What the template needs, as JSON; may hold a code or a name, so it is encrypted, and emptied once the mail has gone.
    context = EncryptedTextField(_("content"), blank=True)
    # Caused by somebody we do not know (sign-up, reset, an address that was typed): sent when nothing else waits, and its return says nothing.
    by_stranger = models.BooleanField(_("caused by a stranger"), default=False, db_default=False)
    member_id = models.BigIntegerField(_("member"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [models.Index(fields=["due_at", "id"], name="outbox_due", condition=models.Q(state="due"))]

    def __str__(self) -> str:
        return self.key
