"""Schools and organisations, their secrets, contracts, roles and groups."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.states import GroupKind, SchoolRoleKind, SchoolState
from ossma.core.mail_address_fields import AddressField


class School(models.Model):
    """学校・団体: whom a member belongs to."""

    name_ja = models.CharField(_("name (Japanese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=160)
    name_kana = models.CharField(_("name (kana)"), max_length=160)
    state = models.CharField(_("state"), max_length=12, choices=SchoolState, default=SchoolState.ACTIVE)
    # Since when it is ENDED: its data stays readable for settings.SCHOOL_READABLE_DAYS from here (contracts.md C7).
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    notify_addresses = ArrayField(AddressField(), verbose_name=_("notification addresses"), default=list, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False)

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["name_kana"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=SchoolState.ENDED, ended_at__isnull=False) | ~models.Q(state=SchoolState.ENDED) & models.Q(ended_at=None),
                name="ended_school_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_ja


class SchoolStateChange(models.Model):
    """A suspension, its end, or the end of a school's use of OSSMA: who decided, when and why. Append-only; a handful per school, kept with it."""

    school = models.ForeignKey(School, models.CASCADE, related_name="state_changes", verbose_name=_("school"))
    before = models.CharField(_("state before"), max_length=12, choices=SchoolState)
    after = models.CharField(_("state after"), max_length=12, choices=SchoolState)
    # The school reads it.
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey("members.User", models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("change of a school's state")
        verbose_name_plural = _("changes of schools' states")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="school_state_has_reason")]

    def __str__(self) -> str:
        return f"{self.school_id} {self.after} {self.at:%Y-%m-%d}"


class JoinPassword(models.Model):
    """学校・団体パスワード: kept as a keyed digest only; several may be valid at once while one replaces another."""

    school = models.ForeignKey(School, models.CASCADE, related_name="join_passwords", verbose_name=_("school"))
    digest = models.CharField(max_length=64, unique=True)
    valid_from = models.DateTimeField(_("valid from"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    suspended = models.BooleanField(_("suspended"), default=False)

    class Meta:
        verbose_name = _("join password")
        verbose_name_plural = _("join passwords")

    def __str__(self) -> str:
        return f"{self.school_id} {self.valid_from:%Y-%m-%d}"


class SchoolContract(models.Model):
    """What a school's members may apply for and who pays (contracts.md)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="contracts", verbose_name=_("school"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    # Codes of applications.states.ServiceCode and PayerKind: the contract is a lower room and knows them as words.
    services = ArrayField(models.CharField(max_length=12), verbose_name=_("services"))
    payers = ArrayField(models.CharField(max_length=12), verbose_name=_("who may pay"))
    licences = models.PositiveIntegerField(_("licences"), null=True, blank=True)
    needs_approval = models.BooleanField(_("applications need the school's approval"), default=False)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")), name="contract_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.starts_on}"


class SchoolRole(models.Model):
    """Who acts for a school, and as what. An account can act for several schools; each role began with its own consent (Invitation)."""

    school = models.ForeignKey(School, models.CASCADE, related_name="roles", verbose_name=_("school"))
    user = models.ForeignKey("members.User", models.CASCADE, related_name="school_roles", verbose_name=_("user"))
    kind = models.CharField(_("role"), max_length=16, choices=SchoolRoleKind)
    granted_at = models.DateTimeField(_("granted"))
    # Not empty: a delegate of this outside firm, approved by the office (contracts.md A1).
    firm = models.CharField(_("outside firm"), max_length=120, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("role in a school")
        verbose_name_plural = _("roles in schools")
        constraints = [models.UniqueConstraint(fields=["user", "school"], name="one_role_per_user_and_school")]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()}"


class Group(models.Model):
    """A department, class or tour whose members somebody follows (school-portal.md P4)."""

    school = models.ForeignKey(School, models.CASCADE, related_name="groups", verbose_name=_("school"))
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=GroupKind)
    members = models.ManyToManyField("members.Member", related_name="groups", verbose_name=_("members"), blank=True)
    supporters = models.ManyToManyField("members.User", related_name="supported_groups", verbose_name=_("supporters"), blank=True)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="group_name_once_per_school")]

    def __str__(self) -> str:
        return self.name
