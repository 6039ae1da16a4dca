"""Safety advisories as they came from the ministry's feed (support.md N2)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.rules import Weight


class FeedRun(models.Model):
    """One reading of a feed: when, from where, what came of it. The last good one says how fresh the data is."""

    started_at = models.DateTimeField(_("started"))
    source = models.CharField(_("source"), max_length=300)
    ok = models.BooleanField(_("good"))
    error = models.CharField(_("error"), max_length=300, blank=True)
    feed_time = models.DateTimeField(_("time of the feed"), null=True, blank=True)
    items = models.PositiveIntegerField(_("items"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    withdrawn = models.PositiveIntegerField(_("taken back by the ministry"), default=0)
    returned = models.PositiveIntegerField(_("there again"), default=0)
    # Items without a key cannot be kept; items that vanished in doubtful numbers are kept as current. Either way a
    # person must look.
    unusable = models.PositiveIntegerField(_("items without a usable key"), default=0)
    doubtful = models.PositiveIntegerField(_("items gone in doubtful numbers"), default=0)

    class Meta:
        verbose_name = _("feed reading")
        verbose_name_plural = _("feed readings")
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["-started_at"], name="feed_run_time")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class FeedState(models.Model):
    """How far each of the ministry's feeds has come, whatever became of the readings: an older file takes nothing back.

    One row per feed ("02" new arrivals, "04:0033" a country): no retention rule.
    """

    name = models.CharField(_("feed"), max_length=40, unique=True)
    # The ministry's own time of the newest file ever read (never later than our reading of it), and when we first read
    # that file.
    newest_time = models.DateTimeField(_("time of the newest file"))
    read_at = models.DateTimeField(_("first read"))

    class Meta:
        verbose_name = _("state of a feed")
        verbose_name_plural = _("states of feeds")

    def __str__(self) -> str:
        return f"{self.name} {self.newest_time:%Y-%m-%d %H:%M}"


class Advisory(models.Model):
    """One item of the ministry, stored once per key; its content may change and is then told again.

    Sorted by our own time of the last news in it: danger levels come without a clock time (reference, part 1.2).
    """

    key_cd = models.CharField(_("key"), max_length=20, unique=True)
    info_type = models.CharField(_("type"), max_length=8)
    title = models.CharField(_("title"), max_length=400)
    lead = models.TextField(_("summary"))
    url = models.URLField(_("link"), max_length=300)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    countries = models.ManyToManyField("core.Country", related_name="advisories", verbose_name=_("countries"), blank=True)
    unknown_countries = ArrayField(models.CharField(max_length=8), verbose_name=_("unknown country codes"), default=list, blank=True)
    mission_cd = models.CharField(_("mission"), max_length=8, blank=True)
    # Japanese names of the cities it speaks of; empty where it may concern its countries as a whole.
    city_names = ArrayField(models.CharField(max_length=100), verbose_name=_("cities"), default=list, blank=True)
    risk_levels = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("danger levels"), default=list, blank=True)
    infection_levels = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("infection levels"), default=list, blank=True)
    content_hash = models.CharField(max_length=64)
    version = models.PositiveIntegerField(_("version"), default=1)
    weight = models.PositiveSmallIntegerField(_("weight"), default=Weight.MAIL.value)
    # The time of the file this content was read from; empty for rows older than this field.
    as_of = models.DateTimeField(_("time of its file"), null=True, blank=True)
    # Gone from a newer file while it should still have stood there: the ministry took it back. Emptied when it is there
    # again.
    withdrawn_at = models.DateTimeField(_("no longer in the feed since"), null=True, blank=True)
    first_seen_at = models.DateTimeField(_("first seen"))
    changed_at = models.DateTimeField(_("changed"))
    # The duty desk looks at what cannot be matched: unknown type, unknown code, no country at all.
    needs_look = models.BooleanField(_("duty desk must look"), default=False)
    # What the reader did not know what to make of (Oddness); empty for rows older than this field.
    oddities = ArrayField(models.CharField(max_length=20), verbose_name=_("what is unclear"), default=list, blank=True)
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("safety advisory")
        verbose_name_plural = _("safety advisories")
        ordering = ["-changed_at", "-pk"]
        indexes = [
            models.Index(fields=["-changed_at", "-id"], name="advisory_changed"),
            # The lists of those whom it concerns: the gravest first, then the newest.
            models.Index(fields=["-weight", "-changed_at", "-id"], name="advisory_gravest", condition=models.Q(withdrawn_at=None)),
            # Which of the young ones a newer file no longer holds.
            models.Index(fields=["issued_on"], name="advisory_issued", condition=models.Q(withdrawn_at=None)),
            models.Index(fields=["first_seen_at"], name="advisory_desk", condition=models.Q(needs_look=True, looked_at=None)),
        ]

    def __str__(self) -> str:
        return self.title
