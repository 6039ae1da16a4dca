"""Documents as they were issued: the bytes themselves, so that what was given out can be proved later."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IssuedDocument(models.Model):
    """One version of a numbered document (insurance.md, "Documents"). A trigger keeps number, version, hash and bytes as they were."""

    kind = models.CharField(_("kind"), max_length=40)
    number = models.CharField(_("number"), max_length=40)
    version = models.PositiveIntegerField(_("version"))
    subject_kind = models.CharField(_("subject"), max_length=40)
    subject_id = models.BigIntegerField(_("subject number"))
    member_id = models.BigIntegerField(_("member"), null=True, blank=True)
    media_type = models.CharField(_("media type"), max_length=80, default="application/pdf")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    content = models.BinaryField(_("content"))
    made_from = models.JSONField(_("made from"))
    issued_at = models.DateTimeField(_("issued"))
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        constraints = [models.UniqueConstraint(fields=["number", "version"], name="document_number_version")]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="document_subject")]

    def __str__(self) -> str:
        return f"{self.number} v{self.version}"
