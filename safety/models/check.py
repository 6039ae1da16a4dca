"""The question: incidents, checks, rounds, recipients, deliveries."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from notices.rules import highest
from ossma.core.access_log import OfPerson
from ossma.core.duties import Duty
from ossma.core.models import Claimable
from ossma.core.viewer import Face, Viewer
from safety.states import Channel, CheckKind, CheckState, Reason, Standing


class Incident(models.Model):
    """Something that happened. Checks about the same event hang on one incident."""

    title_ja = models.CharField(_("title (Japanese)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return self.title_ja

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_en if get_language() == "en" else self.title_ja


class CheckQuerySet(models.QuerySet["SafetyCheck"]):
    """Checks behind their wall."""

    def visible_to(self, viewer: Viewer) -> "CheckQuerySet":
        """The office sees all; a school its own and those that the office sent to its members; supporters those with their members."""
        match viewer.face:
            case Face.OFFICE | Face.SYSTEM if viewer.may(Duty.SEE_CASES):
                return self
            case Face.SCHOOL:
                asked = Recipient.objects.filter(check_row=models.OuterRef("pk"), school=viewer.school_id)
                return self.filter(Q(school_id=viewer.school_id) | Q(school=None) & Q(models.Exists(asked)))
            case Face.SUPPORTER:
                asked = Recipient.objects.filter(check_row=models.OuterRef("pk"), member__groups__in=viewer.group_ids)
                return self.filter(models.Exists(asked))
        return self.none()


class SafetyCheck(models.Model):
    """One question to many (safety.md S1). `school` empty: the office asks."""

    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="checks", verbose_name=_("incident"))
    advisory = models.ForeignKey("notices.Advisory", models.SET_NULL, null=True, blank=True, related_name="checks", verbose_name=_("advisory"))
    # The highest danger or infection level the advisory named when this was drafted; empty where that is not known any more.
    advisory_level = models.PositiveSmallIntegerField(_("level of the advisory when drafted"), null=True, blank=True)
    school = models.ForeignKey("members.School", models.PROTECT, null=True, blank=True, related_name="checks", verbose_name=_("school"))
    kind = models.CharField(_("kind"), max_length=8, choices=CheckKind, default=CheckKind.AD_HOC)
    state = models.CharField(_("state"), max_length=10, choices=CheckState, default=CheckState.DRAFT)
    title_ja = models.CharField(_("title (Japanese)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=120)
    text_ja = models.TextField(_("text (Japanese)"), max_length=2000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=2000, blank=True)
    # Where and when it happened: every message says so, with the zone.
    place_ja = models.CharField(_("place (Japanese)"), max_length=120, blank=True)
    place_en = models.CharField(_("place (English)"), max_length=120, blank=True)
    event_at = models.DateTimeField(_("when it happened"), null=True, blank=True)
    event_zone = models.CharField(_("time zone of the event"), max_length=64, default="Asia/Tokyo")
    audience = models.JSONField(_("audience"), default=dict)
    # A later wave of an incident: whether those who have answered about it are asked once more.
    ask_again = models.BooleanField(_("ask those again who have answered"), default=False)
    # Empty: the member's mail and push, the channels that are always on.
    channels = ArrayField(models.CharField(max_length=8, choices=Channel), verbose_name=_("channels"), default=list, blank=True)
    reminders = ArrayField(models.PositiveIntegerField(), verbose_name=_("reminders (minutes after sending)"), default=list, blank=True)
    deadline_at = models.DateTimeField(_("answer by"), null=True, blank=True)
    correction_ja = models.TextField(_("correction for a drill taken for real (Japanese)"), max_length=500, blank=True)
    correction_en = models.TextField(_("correction for a drill taken for real (English)"), max_length=500, blank=True)
    scheduled_for = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    # A check of a schedule: its occasion, and the hour at the member's own place at which it reaches each of them.
    schedule = models.ForeignKey("safety.CheckSchedule", models.SET_NULL, null=True, blank=True, related_name="checks", verbose_name=_("schedule"))
    occasion = models.DateField(_("occasion"), null=True, blank=True)
    local_time = models.TimeField(_("local time"), null=True, blank=True)
    # Drafted by a rule: until then the office may think it over, after it the work list calls.
    rule = models.ForeignKey("safety.AdvisoryRule", models.SET_NULL, null=True, blank=True, related_name="checks", verbose_name=_("rule"))
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    created_by = models.ForeignKey("members.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    recipient_count = models.PositiveIntegerField(_("recipients"), default=0)
    # The closing report: figures as they were when the check ended (safety.md S3).
    report = models.JSONField(_("closing report"), null=True, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("safety check")
        verbose_name_plural = _("safety checks")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="open") | Q(sent_at__isnull=False), name="open_check_was_sent"),
            models.UniqueConstraint(fields=["schedule", "occasion"], name="one_check_per_occasion"),
            # Two readings of one advisory at once draft once; a higher level under the same key is news.
            models.UniqueConstraint(fields=["rule", "advisory", "advisory_level"], name="one_draft_per_rule_and_level"),
        ]
        indexes = [
            models.Index(fields=["scheduled_for"], name="check_scheduled", condition=Q(state="scheduled")),
            models.Index(fields=["school", "-created_at"], name="check_school"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_en if get_language() == "en" else self.title_ja

    @property
    def risen_level(self) -> int | None:
        """The advisory's highest level now, if it has risen since this was drafted."""
        if self.advisory is None or self.advisory_level is None:
            return None
        level = highest([*self.advisory.risk_levels, *self.advisory.infection_levels])
        return level if level > self.advisory_level else None

    @property
    def headline(self) -> str:
        """The title with 訓練 or DRILL as its first word, where it is one."""
        return f"{gettext('[DRILL]')} {self.title}" if self.kind == CheckKind.DRILL else self.title

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return self.text_en if get_language() == "en" else self.text_ja

    @property
    def place(self) -> str:
        """The place in the reader's language."""
        return self.place_en if get_language() == "en" else self.place_ja


# The order in which the silent are called as far as the row itself knows it: 0 unreachable, 1 opened, 2 never opened, 3 said "later".
# What came back after it was opened is unreachable now: nobody reads on there, if it was a person who opened at all.
SILENCE = Case(
    When(snoozed_at__isnull=False, then=Value(3)),
    When(bounced_at__gt=F("opened_at"), then=Value(0)),
    When(opened_at__isnull=False, then=Value(1)),
    When(bounced_at__isnull=False, then=Value(0)),
    default=Value(2),
    output_field=models.SmallIntegerField(),
)


class Recipient(OfPerson):
    """One member of the frozen audience: where they were believed to be, why they are in it, and where they stand."""

    # No index of its own: the unique constraint begins with it.
    check_row = models.ForeignKey(
        SafetyCheck, models.CASCADE, related_name="recipients", verbose_name=_("safety check"), db_column="check_id", db_index=False
    )
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    school = models.ForeignKey("members.School", models.PROTECT, related_name="+", verbose_name=_("school"), db_index=False)
    reason = models.CharField(_("why asked"), max_length=12, choices=Reason)
    # The stay or application that said so.
    reason_id = models.BigIntegerField(null=True, blank=True)
    country = models.ForeignKey("core.Country", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("country"), db_index=False)
    city = models.CharField(_("city"), max_length=100, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.SILENT)
    # When the answer was given that counts now, and when the first one was.
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    first_answered_at = models.DateTimeField(_("answered first"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    late = models.BooleanField(_("late"), default=False)
    snoozed_at = models.DateTimeField(_("said later"), null=True, blank=True)
    # The newest message came back: this person does not know that they are asked.
    bounced_at = models.DateTimeField(_("message came back"), null=True, blank=True)
    # A case of silence was opened for them: an answer given in that very moment finds the row changed, looks again, and ends the case.
    followed_at = models.DateTimeField(_("followed up since"), null=True, blank=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [models.UniqueConstraint(fields=["check_row", "member"], name="asked_once_per_check")]
        indexes = [
            models.Index(fields=["check_row", "school", "standing"], name="recipient_counts"),
            models.Index(fields=["check_row", "standing", "country"], name="recipient_places"),
            models.Index("check_row", SILENCE, "zone", name="recipient_silence", condition=Q(standing="silent")),
        ]

    def __str__(self) -> str:
        return f"{self.check_row_id}/{self.member_id}"


class Round(models.Model):
    """The first sending (0) and each reminder: written when the check is sent, queued when due, once."""

    check_row = models.ForeignKey(SafetyCheck, models.CASCADE, related_name="rounds", verbose_name=_("safety check"), db_column="check_id")
    number = models.PositiveSmallIntegerField(_("round"))
    due_at = models.DateTimeField(_("due"))
    # When those asleep at `due_at` at their place get it instead; empty: at once, whatever the hour.
    asleep_due_at = models.DateTimeField(_("due for those asleep"), null=True, blank=True)
    # Empty: the channels of the check.
    channels = ArrayField(models.CharField(max_length=8, choices=Channel), verbose_name=_("channels"), default=list, blank=True)
    queued_at = models.DateTimeField(_("queued"), null=True, blank=True)
    # How many messages it wrote; empty before it was queued, and of rounds from before this was counted.
    messages = models.PositiveIntegerField(_("messages"), null=True, blank=True)

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [models.UniqueConstraint(fields=["check_row", "number"], name="round_once")]
        indexes = [models.Index(fields=["due_at"], name="round_due", condition=Q(queued_at=None))]

    def __str__(self) -> str:
        return f"{self.check_row_id}#{self.number}"


class Delivery(Claimable):
    """One message to one recipient in one round by one channel: the unique key is what makes "never twice" true."""

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="deliveries", verbose_name=_("recipient"), db_index=False)
    check_row = models.ForeignKey(SafetyCheck, models.CASCADE, related_name="+", verbose_name=_("safety check"), db_column="check_id", db_index=False)
    round_number = models.PositiveSmallIntegerField(_("round"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    to_address = models.CharField(_("to"), max_length=254)
    language = models.CharField(_("language"), max_length=2)
    # Taken by the server, and brought back by the post later.
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["recipient", "round_number", "channel"], name="delivered_once")]
        indexes = [
            models.Index(fields=["channel", "due_at", "id"], name="delivery_waiting", condition=Q(state="due")),
            models.Index(fields=["check_row", "state"], name="delivery_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}#{self.round_number} {self.channel}"
