"""What members set up for themselves: check-ins, the family line, how exactly they are seen, how they can be reached (safety.md S3, S4)."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.located import city_label
from ossma.core.access_log import OfPerson
from safety.promises import clock_runs_from
from safety.states import Channel, CheckInState, Precision


class SafetyPreference(models.Model):
    """What a member chose. No row: the defaults."""

    member = models.OneToOneField("members.Member", models.CASCADE, related_name="+", primary_key=True, verbose_name=_("member"))
    precision = models.CharField(_("how exactly my position is shown"), max_length=8, choices=Precision, default=Precision.EXACT)

    class Meta:
        verbose_name = _("safety preference")
        verbose_name_plural = _("safety preferences")

    def __str__(self) -> str:
        return str(self.member_id)


class FamilyLink(models.Model):
    """A link for one person close to the member: last safe time and city, never more. At most three alive per member."""

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    name = models.CharField(_("name"), max_length=100)
    relation = models.CharField(_("relation"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("order"))
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("family link")
        verbose_name_plural = _("family links")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["member", "position"], condition=Q(revoked_at=None), name="three_family_links"),
            models.CheckConstraint(condition=Q(position__range=(1, 3)), name="family_link_one_to_three"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}/{self.position}"

    @property
    def works_until(self) -> datetime:
        """The last moment at which it works: the day that pages name."""
        return self.expires_at - timedelta(seconds=1)


class Reachability(models.Model):
    """When a human being last answered through a channel."""

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    last_human_at = models.DateTimeField(_("last answered by a human"))

    class Meta:
        verbose_name = _("reachability")
        verbose_name_plural = _("reachability")
        constraints = [models.UniqueConstraint(fields=["member", "channel"], name="reach_once_per_channel")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.channel}"


class ReachTap(models.Model):
    """The monthly ten-second question "does this reach you?": promised once per member and month."""

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    month = models.DateField(_("month"))
    asked_at = models.DateTimeField(_("asked"))
    tapped_at = models.DateTimeField(_("tapped"), null=True, blank=True)

    class Meta:
        verbose_name = _("monthly tap")
        verbose_name_plural = _("monthly taps")
        constraints = [models.UniqueConstraint(fields=["member", "month"], name="one_tap_a_month")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.month:%Y-%m}"


class CheckIn(OfPerson):
    """ "I will report by 21:00 in Cusco": not reported by then plus a grace, somebody looks after it (safety.md S4)."""

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    place = models.CharField(_("place"), max_length=120)
    country = models.ForeignKey("core.Country", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("country"))
    zone = models.CharField(_("time zone"), max_length=64)
    note = models.CharField(_("plan"), max_length=500, blank=True)
    due_at = models.DateTimeField(_("report by"))
    # A valid plan: "no signal expected until …". Then the clock runs from here.
    no_signal_until = models.DateTimeField(_("no signal expected until"), null=True, blank=True)
    grace_minutes = models.PositiveSmallIntegerField(_("grace (minutes)"), default=30)
    # Orders of the emergency contacts who are told when it is missed.
    told_contacts = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("contacts to be told"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CheckInState, default=CheckInState.PLANNED)
    created_at = models.DateTimeField(_("made"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-due_at"]
        indexes = [models.Index(fields=["due_at"], name="checkin_running", condition=Q(state__in=["planned", "reminded"]))]

    def __str__(self) -> str:
        return f"{self.member_id} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def place_label(self) -> str:
        """The place in the reader's language, where it is a city known in both."""
        return city_label(self.country_id or "", self.place)

    @property
    def runs_from(self) -> datetime:
        """The moment by which a report is expected."""
        return clock_runs_from(self.due_at, self.no_signal_until)
