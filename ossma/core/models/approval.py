"""Rows that hold only once a second person has approved them (office.md, "Duties and roles": nobody approves what they proposed)."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PROPOSED_ALREADY = _("A proposal for this waits already. Change that one.")
_APPROVER_IS_NO_WRITER = IsNull(Func(F("writers"), F("approved_by"), function="array_position", output_field=IntegerField()), True)
_NOT_APPROVED = Q(approved_at=None, approved_by=None)
# From before there were approvals, from a migration or from the demo: nobody is on record.
_BY_PROGRAM = Q(approved_at__isnull=False, approved_by=None, proposed_by=None)
_BY_TWO_PEOPLE = Q(approved_at__isnull=False, approved_by__isnull=False, proposed_by__isnull=False) & ~Q(proposed_by=F("approved_by"))


def proposed_once(*fields: str, name: str) -> models.UniqueConstraint:
    """At most one open proposal for the same place. Approved ones may share it: the one approved last counts."""
    return models.UniqueConstraint(fields=fields, condition=Q(approved_at=None), name=name, violation_error_message=PROPOSED_ALREADY)


class ApprovalQuerySet(models.QuerySet):
    """Proposals and approved rows lie in one table: whatever computes or shows asks for the approved ones."""

    def approved(self) -> "ApprovalQuerySet":
        """What a second person has approved."""
        return self.filter(approved_at__isnull=False)

    def proposed(self) -> "ApprovalQuerySet":
        """What is written and not approved, refused proposals included."""
        return self.filter(approved_at=None)

    def waiting(self) -> "ApprovalQuerySet":
        """What nobody has decided about."""
        return self.filter(approved_at=None, refused_at=None)


class NeedsApproval(models.Model):
    """A version that one person proposes and another approves. Once approved it never changes: a newer version takes its place.

    Written by people of the office, a few a year: no retention rule.
    """

    # Who changed the proposal last; `writers` holds everybody who ever did, and none of them can approve it.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True, editable=False)
    writers = ArrayField(models.BigIntegerField(), verbose_name=_("written by"), default=list, db_default=[], blank=True, editable=False)
    # Counts changes of the proposal, so that the approver decides about what was on the page.
    revision = models.PositiveIntegerField(_("revision"), default=1, db_default=1, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    # A refused proposal waits for its writer: changed, it is proposed again.
    refused_at = models.DateTimeField(pgettext_lazy("proposal", "refused"), null=True, blank=True, editable=False)
    refusal = models.CharField(_("reason of the refusal"), max_length=300, blank=True, db_default="", editable=False)

    objects: ClassVar[models.Manager] = ApprovalQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=_NOT_APPROVED | _BY_PROGRAM | _BY_TWO_PEOPLE, name="%(app_label)s_%(class)s_two_people"),
            models.CheckConstraint(condition=_APPROVER_IS_NO_WRITER, name="%(app_label)s_%(class)s_approver_is_no_writer"),
            models.CheckConstraint(condition=Q(approved_at=None) | Q(refused_at=None), name="%(app_label)s_%(class)s_decided_once"),
        ]
