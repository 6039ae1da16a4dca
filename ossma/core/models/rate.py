"""Counters behind the rate limits."""

from django.db import models


class RateCounter(models.Model):
    """How often one key was used in one window of time. The key is a hash: no address stands here in clear."""

    key = models.CharField(max_length=64)
    window = models.DateTimeField()
    hits = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_key_window")]
        indexes = [models.Index(fields=["window"], name="rate_window")]

    def __str__(self) -> str:
        return self.key[:8]
