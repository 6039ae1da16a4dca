"""Invitations to act for a school: nobody gets a role without accepting one (contracts.md A1)."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from members.states import LIVE_INVITATIONS, InvitationState, SchoolRoleKind
from ossma.core.mail_address_fields import AddressField


class Invitation(models.Model):
    """What one person typed about another, and what came of it. Deleted INVITATION_KEPT_DAYS after its end (registries.retention).

    The address is a text, never a reference to an account: who invites learns nothing about it until the invitation is accepted.
    """

    school = models.ForeignKey("members.School", models.CASCADE, related_name="invitations", verbose_name=_("school"))
    kind = models.CharField(_("role"), max_length=16, choices=SchoolRoleKind)
    email = AddressField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=60)
    groups = models.ManyToManyField("members.Group", related_name="invitations", verbose_name=_("groups"), blank=True)
    # Not empty: a delegate of this outside firm; the office approves before the role begins.
    firm = models.CharField(_("outside firm"), max_length=120, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=InvitationState, default=InvitationState.OPEN)
    invited_by = models.ForeignKey("members.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by"))
    by_office = models.BooleanField(_("invited by the office"), default=False)
    invited_at = models.DateTimeField(_("invited"))
    sent_at = models.DateTimeField(_("last sent"))
    sent_count = models.PositiveSmallIntegerField(_("times sent"), default=1)
    expires_at = models.DateTimeField(_("expires"))
    accepted_by = models.ForeignKey("members.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("accepted by"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint("school", Lower("email"), name="one_live_invitation", condition=models.Q(state__in=LIVE_INVITATIONS)),
            models.CheckConstraint(
                condition=models.Q(state__in=LIVE_INVITATIONS, ended_at=None) | ~models.Q(state__in=LIVE_INVITATIONS) & ~models.Q(ended_at=None),
                name="invitation_ended_or_live",
            ),
        ]
        indexes = [
            models.Index(fields=["accepted_at"], name="invitation_waiting", condition=models.Q(state=InvitationState.WAITING)),
            models.Index(fields=["ended_at"], name="invitation_ended", condition=models.Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.kind} {self.state}"

    def is_expired(self, at: datetime) -> bool:
        """Whether its link no longer opens."""
        return self.state == InvitationState.OPEN and self.expires_at <= at

    @property
    def inviter_name(self) -> str:
        """Who invited, as the invited person reads it."""
        if self.by_office:
            return str(_("OSSMA Office"))
        return self.invited_by.get_full_name() if self.invited_by else str(_("A former administrator"))
