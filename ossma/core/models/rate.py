"""Counters behind the rate limits."""

from django.db import models


class RateCounter(models.Model):
    """How often one key was used in one window of time, or at all where waits grow. The key is a hash: no address stands here in clear.

    Retention: `ossma.core.ratelimit.forget_old`.
    """

    key = models.CharField(max_length=64)
    window = models.DateTimeField()
    hits = models.PositiveIntegerField(default=0)
    # Where waits grow: the next use is taken from then on.
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_key_window")]
        indexes = [models.Index(fields=["window"], name="rate_window")]

    def __str__(self) -> str:
        return self.key[:8]
