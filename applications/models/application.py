"""サービス申込 and where it goes."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from applications.models.located import Located, city_label
from applications.states import ApplicationState, PayerKind, Purpose, ServiceCode, StayKind, StaySource
from ossma.core.access_log import OfPerson
from ossma.core.duties import Duty
from ossma.core.viewer import Face, Viewer

MOST_STOPS = 3


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications behind their wall."""

    def visible_to(self, viewer: Viewer) -> "ApplicationQuerySet":
        """Own / own school's / own groups' / all."""
        match viewer.face:
            case Face.OFFICE | Face.SYSTEM if viewer.may(Duty.FIND_MEMBER):
                return self
            case Face.SCHOOL:
                return self.filter(member__school_id=viewer.school_id)
            case Face.SUPPORTER:
                return self.filter(member__school_id=viewer.school_id, member__groups__in=viewer.group_ids).distinct()
            case Face.MEMBER:
                return self.filter(member_id=viewer.member_id)
        return self.none()


class Application(OfPerson):
    """One request for one service for one stay abroad."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="applications", verbose_name=_("member"))
    number = models.CharField(_("number"), max_length=16, unique=True)
    service = models.CharField(_("service"), max_length=12, choices=ServiceCode)
    payer = models.CharField(_("who pays"), max_length=8, choices=PayerKind)
    state = models.CharField(_("state"), max_length=20, choices=ApplicationState)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    host = models.CharField(_("host institution"), max_length=160, blank=True)
    first_day = models.DateField(_("first day abroad"))
    last_day = models.DateField(_("last day abroad"))
    # The period that a change asks for and that does not hold yet. Whoever has asked to stay longer is abroad, paid or not (safety.md S1):
    # who-is-abroad counts from the earlier first day to the later last day.
    asked_first_day = models.DateField(_("first day asked for"), null=True, blank=True, editable=False)
    asked_last_day = models.DateField(_("last day asked for"), null=True, blank=True, editable=False)
    tabireg_wanted = models.BooleanField(_("Tabi-Regi link"), default=False)
    tabireg_consented_at = models.DateTimeField(_("Tabi-Regi consent"), null=True, blank=True)
    # The confirmation page's one-time key: pressing twice, or in two tabs, applies once.
    key = models.UUIDField(unique=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted"))
    ended_at = models.DateTimeField(_("cancelled or refused"), null=True, blank=True)
    refusal = models.CharField(_("reason for the refusal"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="application_period_forward"),
            # "+" is greyed out while another application waits for payment: the database agrees, also in two tabs at once.
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(state__in=["awaiting_payment", "awaiting_approval"]),
                name="one_waiting_application",
            ),
        ]
        indexes = [
            models.Index(
                fields=["first_day", "last_day"],
                name="application_days",
                condition=Q(state__in=["awaiting_approval", "awaiting_payment", "in_force"]),
            ),
            # Who-is-abroad asks for exactly these two expressions (LEAST and GREATEST pass over NULL).
            models.Index(
                Least("first_day", "asked_first_day"),
                Greatest("last_day", "asked_last_day"),
                name="application_abroad",
                condition=Q(state__in=["awaiting_approval", "awaiting_payment", "in_force"]),
            ),
            models.Index(fields=["member", "-submitted_at"], name="application_member"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def abroad_from(self) -> date:
        """The first day on which the member may be abroad, paid or not."""
        return min(self.first_day, self.asked_first_day or self.first_day)

    @property
    def abroad_until(self) -> date:
        """The last such day."""
        return max(self.last_day, self.asked_last_day or self.last_day)


class Destination(Located):
    """渡航先: one stop of an application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="destinations", verbose_name=_("application"))
    position = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("destination")
        verbose_name_plural = _("destinations")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="destination_position_once"),
            # The first stop is number 1: where-is-everybody-now joins on it.
            models.CheckConstraint(condition=Q(position__range=(1, MOST_STOPS)), name="destination_one_to_three"),
        ]

    def __str__(self) -> str:
        return self.city


class Stay(Located):
    """旅程: one leg or stay, with times in UTC and the zone of the place. The one that holds "now" says where the member is (M5).

    A flight or train leads from one place (`from_…`) to another (the columns of `Located`), each with its own clock; `starts_at` was read by
    the first clock, `ends_at` by the second.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="stays", verbose_name=_("application"))
    # Copied from the application: where-is-everybody-now asks by member.
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="stays", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=8, choices=StayKind)
    source = models.CharField(_("source"), max_length=12, choices=StaySource, default=StaySource.ITINERARY)
    # Empty for stays, and for transport from before both ends were asked: that one is marked `to_check`, its times stand as they were read.
    from_country = models.ForeignKey("core.Country", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("country of departure"))
    from_city = models.CharField(_("city of departure"), max_length=100, blank=True, db_default="")
    from_zone = models.CharField(_("time zone of departure"), max_length=64, blank=True, db_default="")
    from_latitude = models.FloatField(null=True, blank=True)
    from_longitude = models.FloatField(null=True, blank=True)
    to_check = models.BooleanField(_("times to be checked"), default=False, db_default=False)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    place = models.CharField(_("place"), max_length=160, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("local phone"), max_length=32, blank=True)
    local_contact = models.CharField(_("local emergency contact"), max_length=160, blank=True)
    booking = models.CharField(_("booking reference"), max_length=60, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("itinerary item")
        verbose_name_plural = _("itinerary items")
        ordering = ["starts_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="stay_forward")]
        indexes = [
            models.Index(fields=["member", "starts_at", "ends_at"], name="stay_member_times"),
            # Who is in the air now: flights that began not long ago.
            models.Index(fields=["starts_at"], name="stay_flights", condition=Q(kind="flight")),
            # Where somebody is before and after a journey, and who says that they are somewhere else: both are few.
            models.Index(fields=["starts_at"], name="stay_transport", condition=Q(from_country__isnull=False)),
            models.Index(fields=["ends_at"], name="stay_own_reports", condition=Q(source="own_report")),
        ]

    def __str__(self) -> str:
        return f"{self.city} {self.starts_at:%Y-%m-%d}"

    def is_report_at(self, at: datetime) -> bool:
        """Whether it is the member's own word on where they are at `at`."""
        return self.source == StaySource.OWN_REPORT and self.starts_at <= at < self.ends_at

    @property
    def last_day(self) -> date:
        """The day on which it ends by its own clock; what ends with a midnight ends on the day before."""
        return (self.ends_at.astimezone(ZoneInfo(self.zone)) - timedelta(minutes=1)).date()

    @property
    def starts_zone(self) -> str:
        """The clock of its beginning: that of the place of departure, where there is one."""
        return self.from_zone or self.zone

    @property
    def from_city_label(self) -> str:
        """The city of departure in the reader's language; empty where nobody was asked."""
        return city_label(self.from_country_id or "", self.from_city) if self.from_city else ""


class ApplicationDraft(models.Model):
    """What a member has typed so far: kept until it is applied for, so that nothing is lost on the way."""

    member = models.OneToOneField("members.Member", models.CASCADE, related_name="application_draft", verbose_name=_("member"))
    data = models.JSONField(_("content"), default=dict)
    key = models.UUIDField(editable=False)
    updated_at = models.DateTimeField(_("updated"))

    class Meta:
        verbose_name = _("application half-way")
        verbose_name_plural = _("applications half-way")

    def __str__(self) -> str:
        return str(self.member_id)
