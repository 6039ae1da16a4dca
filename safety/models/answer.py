"""The answers: every version kept, and the cases that come of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ossma.core.encrypted import EncryptedTextField
from safety.states import AnswerKind, AnswerSource, CaseState, Need


class Answer(models.Model):
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
        indexes = [models.Index(fields=["member", "-said_at"], name="answer_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"


class HelpCase(models.Model):
    """Somebody needs help: opened at once, one open case per member, closed only by a named person."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    school = models.ForeignKey("members.School", models.PROTECT, related_name="+", verbose_name=_("school"))
    recipient = models.ForeignKey("safety.Recipient", models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("recipient"))
    need = models.CharField(_("what kind of help"), max_length=10, choices=Need, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CaseState, default=CaseState.NEW)
    owner = models.ForeignKey("members.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("in charge"))
    is_drill = models.BooleanField(_("drill"), default=False)
    opened_at = models.DateTimeField(_("opened"))
    first_contact_at = models.DateTimeField(_("first human contact"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    resolution = models.CharField(_("how it ended"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("help case")
        verbose_name_plural = _("help cases")
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["member", "is_drill"], condition=~Q(state="resolved"), name="one_open_case_per_member"),
            models.CheckConstraint(condition=~Q(state="resolved") | ~Q(resolution=""), name="resolved_says_how"),
        ]
        indexes = [models.Index(fields=["school", "opened_at"], name="case_open", condition=~Q(state="resolved"))]

    def __str__(self) -> str:
        return f"{self.member_id} {self.state}"


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
