"""What a member asks to have changed and somebody else decides."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.states import KindRequestState, MemberKind


class KindRequest(models.Model):
    """A member asks for another 会員種別: which services they may apply for depends on it.

    Kept as long as its member: it says who decided what the member is.
    """

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="kind_requests", verbose_name=_("member"))
    from_kind = models.CharField(_("present kind"), max_length=8, choices=MemberKind)
    to_kind = models.CharField(_("kind asked for"), max_length=8, choices=MemberKind)
    state = models.CharField(_("state"), max_length=12, choices=KindRequestState, default=KindRequestState.OPEN)
    asked_at = models.DateTimeField(_("asked for"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("request for another member kind")
        verbose_name_plural = _("requests for another member kind")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(state="open"), name="kind_request_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.from_kind} → {self.to_kind}"
