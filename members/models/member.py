"""会員: the person with a membership profile."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.states import MemberKind, Sex
from ossma.core import phones
from ossma.core.access_log import OfPerson
from ossma.core.duties import Duty
from ossma.core.encrypted import EncryptedTextField
from ossma.core.mail_address_fields import AddressField
from ossma.core.search_field import SearchKeyField
from ossma.core.viewer import Face, Viewer


class MemberQuerySet(models.QuerySet["Member"]):
    """Members behind their wall."""

    def visible_to(self, viewer: Viewer) -> "MemberQuerySet":
        """The members this viewer may know of (product.md: own / own school / own groups / all)."""
        match viewer.face:
            case Face.OFFICE | Face.SYSTEM if viewer.may(Duty.FIND_MEMBER):
                return self
            case Face.SCHOOL:
                return self.filter(school_id=viewer.school_id)
            case Face.SUPPORTER:
                return self.filter(school_id=viewer.school_id, groups__in=viewer.group_ids).distinct()
            case Face.MEMBER | Face.LINK:
                return self.filter(pk=viewer.member_id)
        return self.none()


class Member(OfPerson):
    """A person of one school (member-portal.md M1). Names as in the passport where it says Roman letters."""

    person_column = "id"

    user = models.OneToOneField("members.User", models.PROTECT, related_name="member", verbose_name=_("user"))
    school = models.ForeignKey("members.School", models.PROTECT, related_name="members", verbose_name=_("school"))
    number = models.CharField(_("member number"), max_length=16, unique=True)
    kind = models.CharField(_("member kind"), max_length=8, choices=MemberKind)
    family_name = models.CharField(_("family name"), max_length=60)
    # The three given names are empty where the passport has one name only.
    given_name = models.CharField(_("given name"), max_length=60, blank=True)
    family_kana = models.CharField(_("family name (kana)"), max_length=60)
    given_kana = models.CharField(_("given name (kana)"), max_length=60, blank=True)
    family_roman = models.CharField(_("family name (Roman letters)"), max_length=60)
    given_roman = models.CharField(_("given name (Roman letters)"), max_length=60, blank=True)
    birth_date = models.DateField(_("birth date"))
    sex = models.CharField(_("sex"), max_length=8, choices=Sex, blank=True)
    student_number = models.CharField(_("student number"), max_length=30, blank=True)
    department = models.CharField(_("department or faculty"), max_length=100, blank=True)
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16)
    address = models.CharField(_("postal address"), max_length=300)
    mobile = models.CharField(_("mobile phone"), max_length=32)
    # Tried when the first address stays silent (safety.md S3).
    second_email = AddressField(_("second e-mail address"), max_length=254, blank=True, default="", db_default="")
    # Until its owner has confirmed it by the link mailed to it, it gets no answer links.
    second_email_confirmed_at = models.DateTimeField(_("second e-mail address confirmed"), null=True, blank=True)
    # ISO code, not a Country row: Japan itself has no ministry code.
    nationality = models.CharField(_("nationality"), max_length=2, default="JP")
    blood_type = EncryptedTextField(_("blood type"), blank=True)
    allergies = EncryptedTextField(_("allergies"), blank=True)
    illnesses = EncryptedTextField(_("chronic illness"), blank=True)
    medication = EncryptedTextField(_("medication"), blank=True)
    search_key = SearchKeyField(editable=False, default="", db_default="")
    has_placeholders = models.BooleanField(_("phone and emergency contact still to be corrected"), default=False)
    registered_at = models.DateTimeField(_("registered"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["family_kana", "given_kana", "pk"]
        indexes = [
            models.Index(fields=["school", "family_kana", "given_kana"], name="member_school_kana"),
            models.Index(fields=["school", "student_number"], name="member_school_student", condition=~Q(student_number="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name as the reader writes it: kanji in Japanese, Roman letters in English."""
        return self.roman_name if get_language() == "en" else self.japanese_name

    @property
    def japanese_name(self) -> str:
        """Family name first; one name alone where there is one only."""
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def kana_name(self) -> str:
        """The reading, family name first."""
        return f"{self.family_kana} {self.given_kana}".strip()

    @property
    def roman_name(self) -> str:
        """As in the passport, given name first."""
        return f"{self.given_roman} {self.family_roman}".strip()

    @property
    def is_single_name(self) -> bool:
        """Whether the passport has one name only."""
        return not self.given_roman

    def search_texts(self) -> list[str]:
        """What this member is found by; each name in both orders, because it may be typed in one word."""
        pairs = ((self.family_name, self.given_name), (self.family_kana, self.given_kana), (self.family_roman, self.given_roman))
        both = [name for family, given in pairs for name in (family + given, given + family)]
        return [*both, self.number, self.student_number, self.mobile, phones.national(self.mobile)]

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save; what the member is found by follows by itself."""
        super().save(*args, update_fields=None if update_fields is None else {*update_fields, "search_key"}, **kwargs)

    def set_contacts(self, contacts: list[dict[str, str]]) -> None:
        """Replace the emergency contacts, numbered from 1 in the order given. The caller holds the transaction."""
        self.emergency_contacts.all().delete()
        rows = [EmergencyContact(member=self, position=position, **contact) for position, contact in enumerate(contacts, start=1)]
        EmergencyContact.objects.bulk_create(rows)


class EmergencyContact(OfPerson):
    """Whom to call for a member: one to three, in order."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="emergency_contacts", verbose_name=_("member"))
    position = models.PositiveSmallIntegerField(_("order"))
    name = models.CharField(_("name"), max_length=100)
    relation = models.CharField(_("relation"), max_length=40)
    phone = models.CharField(_("phone"), max_length=32)
    email = AddressField(_("e-mail address"), blank=True)
    address = models.CharField(_("postal address"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("emergency contact")
        verbose_name_plural = _("emergency contacts")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["member", "position"], name="contact_position_once"),
            models.CheckConstraint(condition=Q(position__range=(1, 3)), name="contact_one_to_three"),
        ]

    def __str__(self) -> str:
        return self.name
