"""Numbers to call, local emergency numbers, questions and answers (support.md H1, H2)."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from helpline.states import FromMobile, NumberKind
from ossma.core.formats import is_japanese
from ossma.core.models import NeedsApproval, proposed_once

E164 = r"^\+[1-9][0-9]{6,14}$"
SHORT_NUMBERS = r"^[0-9]+( [0-9]+)*$"
COUNTRY = _("country or region")


def _in_readers_language(japanese: str, english: str) -> str:
    return japanese if is_japanese(get_language() or "ja") else english or japanese


class NumberFields(models.Model):
    """One way to call the helpline; without a country it can be called from everywhere."""

    country = models.ForeignKey(
        "core.Country",
        models.PROTECT,
        related_name="+",
        verbose_name=COUNTRY,
        null=True,
        blank=True,
        help_text=_("Empty: reachable from every country."),
    )
    kind = models.CharField(_("kind of number"), max_length=20, choices=NumberKind)
    dial_as_shown = models.CharField(_("dial as shown"), max_length=40, help_text=_("As one dials it from there, with the prefix for calls abroad."))
    e164 = models.CharField(
        _("international form"),
        max_length=16,
        help_text=_("For the call link: + and digits only."),
        validators=[RegexValidator(E164, _("Write + and 7 to 15 digits, without spaces."))],
    )
    from_mobile = models.CharField(_("from a mobile phone"), max_length=8, choices=FromMobile, default=FromMobile.UNKNOWN)
    note_ja = models.CharField(_("note (Japanese)"), max_length=300, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=300, blank=True)
    sort = models.PositiveSmallIntegerField(_("sort order"), default=0)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    confirmed = models.BooleanField(_("confirmed by the office"), default=False, help_text=_("Until then a red banner warns of the number."))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.dial_as_shown}"


class HelplineNumber(NumberFields):
    """A number as members see it. The office changes it by a `NumberProposal` only."""

    class Meta:
        verbose_name = _("helpline number")
        verbose_name_plural = _("helpline numbers")
        ordering = ["country", "sort", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(e164__regex=E164), name="helpline_number_e164"),
            models.UniqueConstraint(fields=["country", "kind", "e164"], name="helpline_number_once", nulls_distinct=False),
        ]

    @property
    def label(self) -> str:
        """Words for a call button."""
        return str(_("Call the helpline"))

    @property
    def tel(self) -> str:
        """The address of a tap-to-call link."""
        return f"tel:{self.e164}"

    @property
    def note(self) -> str:
        """Restrictions, in the reader's language."""
        return _in_readers_language(self.note_ja, self.note_en)


class EmergencyFields(models.Model):
    """Police, ambulance and fire brigade of a country: short numbers that only work there, several with a space between."""

    police = models.CharField(_("police"), max_length=30, blank=True, validators=[RegexValidator(SHORT_NUMBERS)])
    ambulance = models.CharField(_("ambulance"), max_length=30, blank=True, validators=[RegexValidator(SHORT_NUMBERS)])
    fire = models.CharField(_("fire brigade"), max_length=30, blank=True, validators=[RegexValidator(SHORT_NUMBERS)])
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    source_url = models.URLField(_("source of the numbers"), max_length=300, blank=True)

    class Meta:
        abstract = True


class LocalEmergency(EmergencyFields):
    """The numbers of a country as members see them. The office changes them by an `EmergencyProposal` only."""

    country = models.OneToOneField("core.Country", models.PROTECT, related_name="emergency", verbose_name=COUNTRY)

    class Meta:
        verbose_name = _("local emergency numbers")
        verbose_name_plural = _("local emergency numbers")
        ordering = ["country"]

    def __str__(self) -> str:
        return str(self.country)

    @property
    def services(self) -> list[tuple[str, list[str]]]:
        """What is known: [(service, [number, ...]), ...]."""
        every = [(_("Police"), self.police), (_("Ambulance"), self.ambulance), (_("Fire brigade"), self.fire)]
        return [(str(name), numbers.split()) for name, numbers in every if numbers]


class FaqEntry(models.Model):
    """A question people ask, and its answer."""

    category_ja = models.CharField(_("category (Japanese)"), max_length=60)
    category_en = models.CharField(_("category (English)"), max_length=60)
    question_ja = models.CharField(_("question (Japanese)"), max_length=200)
    question_en = models.CharField(_("question (English)"), max_length=200)
    answer_ja = models.TextField(_("answer (Japanese)"))
    answer_en = models.TextField(_("answer (English)"))
    sort = models.PositiveSmallIntegerField(_("sort order"), default=0)

    class Meta:
        verbose_name = _("FAQ entry")
        verbose_name_plural = _("FAQ entries")
        ordering = ["sort", "pk"]

    def __str__(self) -> str:
        return self.question

    @property
    def category(self) -> str:
        """In the reader's language."""
        return _in_readers_language(self.category_ja, self.category_en)

    @property
    def question(self) -> str:
        """In the reader's language."""
        return _in_readers_language(self.question_ja, self.question_en)

    @property
    def answer(self) -> str:
        """In the reader's language; plain text, an empty line between paragraphs."""
        return _in_readers_language(self.answer_ja, self.answer_en)


class NumberProposal(NumberFields, NeedsApproval):
    """A helpline number to be added, changed or taken away. Until a second person publishes it, members see what they saw before."""

    replaces = models.ForeignKey(HelplineNumber, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("number to change"))
    removes = models.BooleanField(_("take this number away"), default=False)

    class Meta(NeedsApproval.Meta):
        verbose_name = _("proposed helpline number")
        verbose_name_plural = _("proposed helpline numbers")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            *NeedsApproval.Meta.constraints,
            models.CheckConstraint(condition=models.Q(e164__regex=E164), name="number_proposal_e164"),
            proposed_once("replaces", name="number_proposed_once"),
        ]


class EmergencyProposal(EmergencyFields, NeedsApproval):
    """Local emergency numbers to be added, changed or taken away. Until a second person publishes them, members see what they saw before."""

    country = models.ForeignKey("core.Country", models.PROTECT, related_name="+", verbose_name=COUNTRY)
    replaces = models.ForeignKey(LocalEmergency, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("numbers to change"))
    removes = models.BooleanField(_("take these numbers away"), default=False)

    class Meta(NeedsApproval.Meta):
        verbose_name = _("proposed local emergency numbers")
        verbose_name_plural = _("proposed local emergency numbers")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            *NeedsApproval.Meta.constraints,
            proposed_once("replaces", name="emergency_proposed_once"),
        ]

    def __str__(self) -> str:
        return str(self.country)
