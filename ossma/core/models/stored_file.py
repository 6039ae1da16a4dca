"""Pictures that people sent in: the row tells what lies under settings.FILES_ROOT."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A re-encoded picture. Its name on disk is random and says nothing about its owner."""

    uid = models.UUIDField(_("name on disk"), default=uuid.uuid4, unique=True, editable=False)
    owner_kind = models.CharField(_("belongs to"), max_length=40)
    owner_id = models.CharField(_("number of the owner"), max_length=60)
    mime = models.CharField(_("media type"), max_length=40)
    size = models.PositiveIntegerField(_("bytes"))
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    created_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        indexes = [models.Index(fields=["owner_kind", "owner_id"], name="stored_file_owner")]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_id}"
