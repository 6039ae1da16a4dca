"""Rows that a worker takes, does and ticks off: the common columns of the outbox and of safety deliveries."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Progress(models.TextChoices):
    """States of a promised message. due → sent | gave_up | cancelled; a lease on a due row means "somebody is at it"."""

    DUE = "due", _("due")
    SENT = "sent", _("sent")
    GAVE_UP = "gave_up", _("given up")
    CANCELLED = "cancelled", _("cancelled")


class Claimable(models.Model):
    """A promised message. `begun_at` marks the one mail in a connection whose fate is unknown if the process dies there."""

    state = models.CharField(_("state"), max_length=12, choices=Progress, default=Progress.DUE)
    due_at = models.DateTimeField(_("due"))
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    lease_key = models.UUIDField(null=True, blank=True, default=None, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    repeats = models.PositiveSmallIntegerField(_("possible repeats"), default=0)
    ended_at = models.DateTimeField(_("sent or given up"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def new_lease() -> uuid.UUID:
        """A key that only the claimer knows, so that a worker that was too slow cannot tick off another's row."""
        return uuid.uuid4()
