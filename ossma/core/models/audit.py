"""Who did what to whom, when."""

from collections.abc import Collection
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from ossma.core.access_log import OfPerson, note_account


class AuditEntry(OfPerson):
    """One act. Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE (architecture.md, "Habits")."""

    at = models.DateTimeField(_("time"))
    actor_face = models.CharField(_("as"), max_length=16)
    # Plain numbers, not foreign keys: the trail outlives what it speaks of.
    actor_user_id = models.BigIntegerField(_("user"), null=True, blank=True)
    actor_name = models.CharField(_("name"), max_length=200, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    action = models.CharField(_("action"), max_length=80)
    subject_kind = models.CharField(_("subject"), max_length=40, blank=True)
    subject_id = models.CharField(_("subject number"), max_length=60, blank=True)
    member_id = models.BigIntegerField(_("member"), null=True, blank=True)
    school_id = models.BigIntegerField(_("school"), null=True, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["member_id", "-at"], name="audit_member"),
            models.Index(fields=["school_id", "-at"], name="audit_school"),
            models.Index(fields=["subject_kind", "subject_id"], name="audit_subject"),
            models.Index(fields=["actor_user_id", "-at"], name="audit_actor"),
            # Lines that name several members: who read this person's data?
            GinIndex(
                OpClass(KeyTransform("member_ids", "detail"), name="jsonb_path_ops"),
                name="audit_named",
                condition=models.Q(detail__has_key="member_ids"),
            ),
        ]

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:
        """Load a line. Reading the trail is reading about its people: the member it is about, and who acted."""
        row = super().from_db(db, field_names, values, **options)
        note_account(row.__dict__.get("actor_user_id"))
        return row

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
