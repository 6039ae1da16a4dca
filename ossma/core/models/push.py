"""Devices that take web push, and addresses the post brings back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ossma.core.models.claimable import Claimable


class PushDevice(models.Model):
    """One browser's subscription to web push (member-portal.md M9). Deleted when the push service says that it is gone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_devices", verbose_name=_("user"))
    endpoint = models.URLField(_("address at the push service"), max_length=500, unique=True)
    # The browser's public key (P-256, uncompressed, base64url) and its secret for authentication.
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    name = models.CharField(_("device"), max_length=100, blank=True)
    # Of the login session that put it on the list or was seen on it last: the device ends with it. Empty: not seen since this is kept.
    session_mark = models.CharField(max_length=32, blank=True)
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


class PushMessage(Claimable):
    """One push message to one person on one occasion, or to one device of theirs. No personal data; what it is about stands behind `path`."""

    key = models.CharField(_("key"), max_length=200, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    device = models.ForeignKey(PushDevice, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("device"))
    title_ja = models.CharField(_("title (Japanese)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=120)
    body_ja = models.CharField(_("text (Japanese)"), max_length=300, blank=True)
    body_en = models.CharField(_("text (English)"), max_length=300, blank=True)
    path = models.CharField(_("page"), max_length=200)
    is_urgent = models.BooleanField(_("urgent"), default=True)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("outgoing push message")
        verbose_name_plural = _("outgoing push messages")
        indexes = [models.Index(fields=["due_at", "id"], name="push_due", condition=models.Q(state="due"))]

    def __str__(self) -> str:
        return self.key


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
