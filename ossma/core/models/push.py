"""Devices that take web push, and addresses the post brings back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PushDevice(models.Model):
    """One browser's subscription to web push (member-portal.md M9). Deleted when the push service says that it is gone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_devices", verbose_name=_("user"))
    endpoint = models.URLField(_("address at the push service"), max_length=500, unique=True)
    # The browser's public key (P-256, uncompressed, base64url) and its secret for authentication.
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    name = models.CharField(_("device"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=2, default="ja")
    created_at = models.DateTimeField(_("since"))
    last_ok_at = models.DateTimeField(_("last message taken"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)

    class Meta:
        verbose_name = _("device for push messages")
        verbose_name_plural = _("devices for push messages")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name or str(self.pk)


class BouncedAddress(models.Model):
    """An e-mail address from which messages come back: shown on the person until it works again or is changed."""

    # In lower case.
    address = models.CharField(_("e-mail address"), max_length=254, unique=True)
    is_final = models.BooleanField(_("for good"), default=False)
    detail = models.CharField(_("what the post said"), max_length=300, blank=True)
    first_at = models.DateTimeField(_("first came back"))
    last_at = models.DateTimeField(_("last came back"))
    count = models.PositiveIntegerField(_("times"), default=1)

    class Meta:
        verbose_name = _("address that does not work")
        verbose_name_plural = _("addresses that do not work")
        ordering = ["-last_at"]

    def __str__(self) -> str:
        return self.address
