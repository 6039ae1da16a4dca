"""利用規約 and 個人情報保護方針: versions, and who opened and accepted which of them when."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.states import LegalKind
from ossma.core.encrypted import EncryptedTextField
from ossma.core.models import NeedsApproval


class LegalDocument(NeedsApproval):
    """One version in both languages (contracts.md D1); shown and asked to be accepted once somebody else than its writer has published it."""

    kind = models.CharField(_("kind"), max_length=8, choices=LegalKind)
    version = models.CharField(_("version"), max_length=20)
    body_ja = models.TextField(_("text (Japanese)"))
    body_en = models.TextField(_("text (English)"))
    published_on = models.DateField(_("published"))
    effective_on = models.DateField(_("in effect from"))

    class Meta(NeedsApproval.Meta):
        verbose_name = _("legal document")
        verbose_name_plural = _("legal documents")
        ordering = ["kind", "-effective_on"]
        constraints = [*NeedsApproval.Meta.constraints, models.UniqueConstraint(fields=["kind", "version"], name="legal_version_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    @property
    def body(self) -> str:
        """The text in the reader's language."""
        return self.body_en if get_language() == "en" else self.body_ja


class LegalAcceptance(models.Model):
    """Proof: this user opened this version then, and accepted it then."""

    user = models.ForeignKey("members.User", models.CASCADE, related_name="legal_acceptances", verbose_name=_("user"))
    document = models.ForeignKey(LegalDocument, models.PROTECT, related_name="acceptances", verbose_name=_("document"))
    opened_at = models.DateTimeField(_("opened"))
    accepted_at = models.DateTimeField(_("accepted"))

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        constraints = [models.UniqueConstraint(fields=["user", "document"], name="accepted_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.document_id}"


class SignupDraft(models.Model):
    """A registration half-way: what is known so far, so that it resumes at the join password on any device (M1)."""

    user = models.OneToOneField("members.User", models.CASCADE, related_name="signup_draft", verbose_name=_("user"))
    school = models.ForeignKey("members.School", models.SET_NULL, null=True, blank=True, verbose_name=_("school"))
    school_confirmed = models.BooleanField(_("school confirmed"), default=False)
    # What was typed, as JSON; it holds medical notes, so it is encrypted like them.
    profile = EncryptedTextField(_("profile"), blank=True)
    updated_at = models.DateTimeField(_("updated"))

    class Meta:
        verbose_name = _("registration half-way")
        verbose_name_plural = _("registrations half-way")

    def __str__(self) -> str:
        return str(self.user_id)
