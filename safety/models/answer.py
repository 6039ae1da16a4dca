"""The answers: every version kept, and the cases that come of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ossma.core.access_log import OfPerson
from ossma.core.encrypted import EncryptedTextField
from safety.states import BY_ANSWER, BY_DRILL, AnswerKind, AnswerSource, CallResult, CallWay, CaseCause, CaseEnding, CaseState, Need, ViewedItem


class Answer(OfPerson):
    """One thing said by or about one member. Append-only in spirit: a correction is a new row, the newest confirmed one counts."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    # Empty: the member's own report, without a check.
    recipient = models.ForeignKey("safety.Recipient", models.CASCADE, null=True, blank=True, related_name="answers", verbose_name=_("recipient"))
    kind = models.CharField(_("answer"), max_length=10, choices=AnswerKind)
    need = models.CharField(_("what kind of help"), max_length=10, choices=Need, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=AnswerSource)
    # For proxies and family: who says so and how they know.
    said_by = models.CharField(_("said by"), max_length=200, blank=True)
    how_known = models.CharField(_("how they know"), max_length=300, blank=True)
    # When it was said (the phone may have been offline) and when it reached us.
    said_at = models.DateTimeField(_("answered"))
    received_at = models.DateTimeField(_("received"))
    late = models.BooleanField(_("late"), default=False)
    # Within seconds of sending by a known mail scanner: kept, does not count until a human confirms.
    unconfirmed = models.BooleanField(_("unconfirmed"), default=False)
    # {"lat":…, "lon":…, "accuracy_m":…, "at":…}: encrypted, coarsened 90 days after the check closes.
    position = EncryptedTextField(_("position"), blank=True)
    # The same to about 20 km, in clear: what maps show without opening a single exact one.
    coarse_latitude = models.FloatField(_("latitude (about 20 km)"), null=True, blank=True)
    coarse_longitude = models.FloatField(_("longitude (about 20 km)"), null=True, blank=True)
    country = models.ForeignKey("core.Country", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("country"))
    city = models.CharField(_("city"), max_length=100, blank=True)
    picture = models.ForeignKey("core.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture"))
    # Made by the page or the phone, so that sending again stores once.
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-said_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(source__in=["proxy", "family"]) | ~Q(said_by=""), name="who_said_it_is_named"),
        ]
        indexes = [
            models.Index(fields=["member", "-said_at"], name="answer_member"),
            # Exact positions are to be coarsened in time: they are few, and must be found without reading every answer.
            models.Index(fields=["received_at"], name="answer_exact", condition=~Q(position="")),
            # Pictures are few: lists ask for each person whether there is one, and they are to be deleted in time.
            models.Index(fields=["recipient"], name="answer_with_picture", condition=Q(picture__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"


class SafetyCase(OfPerson):
    """Somebody to be followed up: needs help, stays silent, or missed a check-in. One open case per member (drills apart) whatever its causes."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    school = models.ForeignKey("members.School", models.PROTECT, related_name="+", verbose_name=_("school"))
    recipient = models.ForeignKey("safety.Recipient", models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("recipient"))
    cause = models.CharField(_("cause"), max_length=10, choices=CaseCause, default=CaseCause.HELP)
    need = models.CharField(_("what kind of help"), max_length=10, choices=Need, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CaseState, default=CaseState.NEW)
    owner = models.ForeignKey("members.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("in charge"))
    is_drill = models.BooleanField(_("drill"), default=False)
    opened_at = models.DateTimeField(_("opened"))
    # The place said with the call for help, else the place believed at that moment.
    country = models.ForeignKey("core.Country", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("country"))
    city = models.CharField(_("city"), max_length=100, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    call_back = models.CharField(_("call back on"), max_length=32, blank=True)
    # The echo to the member: who read it first, and who is on the telephone to them now (a lease: nobody is called twice at once).
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    read_by = models.ForeignKey("members.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("read by"))
    calling_by = models.ForeignKey("members.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("calling"))
    calling_until = models.DateTimeField(_("calling until"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    # What the next shift must know.
    handover = models.CharField(_("note for the next shift"), max_length=500, blank=True)
    first_contact_at = models.DateTimeField(_("first human contact"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    resolution = models.CharField(_("how it ended"), max_length=300, blank=True)
    # A call for help that was ended without contact and without a newer "safe": why, as a named person decided.
    ending_reason = models.CharField(_("why without contact"), max_length=10, choices=CaseEnding, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["member", "is_drill"], condition=~Q(state="resolved"), name="one_open_case_per_member"),
            models.CheckConstraint(condition=~Q(state="resolved") | ~Q(resolution=""), name="resolved_says_how"),
        ]
        indexes = [
            models.Index(fields=["school", "opened_at"], name="case_open", condition=~Q(state="resolved")),
            models.Index(fields=["next_try_at", "opened_at"], name="case_next_try", condition=~Q(state="resolved")),
            models.Index(fields=["member", "-opened_at"], name="case_member"),
            # Calls for help that nobody has heard yet: asked for by every page of the staff.
            models.Index(fields=["opened_at"], name="case_unheard", condition=Q(cause="help", first_contact_at=None) & ~Q(state="resolved")),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.state}"

    @property
    def ending(self) -> str:
        """How it ended, in the reader's language where it ended by itself."""
        endings = {BY_ANSWER: gettext("They answered."), BY_DRILL: gettext("The drill was closed.")}
        return endings.get(self.resolution, self.resolution)


class CallEntry(models.Model):
    """One try to reach somebody, as the person who tried wrote it down. Append-only."""

    case = models.ForeignKey(SafetyCase, models.CASCADE, related_name="calls", verbose_name=_("case"))
    by = models.ForeignKey("members.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))
    way = models.CharField(_("way"), max_length=10, choices=CallWay)
    # Whom: the member, or a contact as "name (relation)".
    whom = models.CharField(_("whom"), max_length=160, blank=True)
    result = models.CharField(_("result"), max_length=12, choices=CallResult)
    note = models.CharField(_("note"), max_length=500, blank=True)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)

    class Meta:
        verbose_name = _("call entry")
        verbose_name_plural = _("call entries")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d %H:%M}"


class PositionLook(models.Model):
    """Somebody opened an exact position or a picture: who, when and, for a position, why. The member sees this log."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="looks", verbose_name=_("answer"))
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    by = models.ForeignKey("members.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    # Shown to the member even when the account is gone: "Name, school or office".
    by_name = models.CharField(_("name"), max_length=200)
    at = models.DateTimeField(_("time"))
    item = models.CharField(_("what"), max_length=10, choices=ViewedItem, default=ViewedItem.POSITION, db_default=ViewedItem.POSITION)
    # Pictures are sent to be seen: no reason is asked for.
    reason = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("look at a position")
        verbose_name_plural = _("looks at positions")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["member", "-at"], name="look_member")]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.at:%Y-%m-%d %H:%M}"


class SignOfLife(models.Model):
    """The newest time something told us that a member is alive: one row per member, moved forward only."""

    member = models.OneToOneField("members.Member", models.CASCADE, related_name="sign_of_life", verbose_name=_("member"), primary_key=True)
    at = models.DateTimeField(_("time"))
    source = models.CharField(_("source"), max_length=20)
    place = models.CharField(_("place"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("last sign of life")
        verbose_name_plural = _("last signs of life")

    def __str__(self) -> str:
        return f"{self.member_id} {self.at:%Y-%m-%d %H:%M}"
