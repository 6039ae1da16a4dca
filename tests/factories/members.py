"""Schools, accounts and members as tests need them."""

from datetime import UTC, date, datetime, timedelta

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import Group as DjangoGroup
from django.utils import timezone

from members import invitation_links, join_passwords, rules
from members.models import (
    EmergencyContact,
    Group,
    Invitation,
    JoinPassword,
    LegalDocument,
    Member,
    School,
    SchoolContract,
    SchoolRole,
    User,
)
from members.states import GroupKind, LegalKind, MemberKind, SchoolRoleKind

LONG_AGO = datetime(2025, 4, 1, tzinfo=UTC)
PASSWORD = "Demo-Pass-2026"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"
# One cheap hash for everybody: hashing is not what these tests are about.
HASH = PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-all-tests", iterations=1)


class SchoolFactory(factory.django.DjangoModelFactory):
    """An active school."""

    class Meta:
        model = School

    name_ja = factory.Sequence(lambda n: f"第{n}大学")
    name_en = factory.Sequence(lambda n: f"University {n}")
    name_kana = factory.Sequence(lambda n: f"ダイ{n}ダイガク")


class ContractFactory(factory.django.DjangoModelFactory):
    """A contract that allows everything and ends never."""

    class Meta:
        model = SchoolContract

    school = factory.SubFactory(SchoolFactory)
    starts_on = date(2025, 4, 1)
    services = factory.LazyFunction(lambda: ["ossma", "plus"])
    payers = factory.LazyFunction(lambda: ["member", "school"])


class JoinPasswordFactory(factory.django.DjangoModelFactory):
    """A join password by its clear text: `JoinPasswordFactory(clear="aoba-2026")`."""

    class Meta:
        model = JoinPassword

    class Params:
        clear = factory.Sequence(lambda n: f"join-{n}")

    school = factory.SubFactory(SchoolFactory)
    digest = factory.LazyAttribute(lambda row: join_passwords.digest(row.clear))
    valid_from = LONG_AGO


class UserFactory(factory.django.DjangoModelFactory):
    """An account with a confirmed address and the password of all tests."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.jp")
    password = HASH

    @factory.post_generation
    def confirmed(self, create, extracted, **kwargs):
        """`confirmed=False` leaves the address to be confirmed by code."""
        EmailAddress.objects.create(user=self, email=self.email, verified=extracted is not False, primary=True)

    @factory.post_generation
    def totp(self, create, extracted, **kwargs):
        """`totp=True` sets up the authenticator app of all tests."""
        if extracted:
            TOTP.activate(self, TOTP_SECRET)

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        """`roles=["clerk"]` gives roles of the office (with `is_staff=True`)."""
        for role in extracted or ():
            self.groups.add(DjangoGroup.objects.get_or_create(name=role)[0])


class MemberFactory(factory.django.DjangoModelFactory):
    """A student with one emergency contact."""

    class Meta:
        model = Member
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    school = factory.SubFactory(SchoolFactory)
    number = factory.LazyAttribute(lambda row: rules.member_number(row.user.pk))
    kind = MemberKind.STUDENT
    family_name = "山田"
    given_name = factory.Sequence(lambda n: f"花{n}".translate(str.maketrans("0123456789", "零一二三四五六七八九")))
    family_kana = "ヤマダ"
    given_kana = "ハナ"
    family_roman = "YAMADA"
    given_roman = "HANA"
    birth_date = date(2004, 5, 1)
    student_number = factory.Sequence(lambda n: f"S{n:05d}")
    postal_code = "100-0001"
    address = "東京都千代田区千代田1-1"
    mobile = "+819012340000"
    registered_at = LONG_AGO

    @factory.post_generation
    def contacts(self, create, extracted, **kwargs):
        """One contact, unless `contacts=0`."""
        if extracted != 0:
            EmergencyContact.objects.create(member=self, position=1, name="山田 母", relation="母", phone="+819011111111")


class RoleFactory(factory.django.DjangoModelFactory):
    """An administrator with an authenticator app."""

    class Meta:
        model = SchoolRole

    school = factory.SubFactory(SchoolFactory)
    user = factory.SubFactory(UserFactory, totp=True)
    kind = SchoolRoleKind.ADMINISTRATOR
    granted_at = LONG_AGO


class InvitationFactory(factory.django.DjangoModelFactory):
    """An open invitation whose link ends in `token`: `InvitationFactory(school=…, email=…, clear=token)`."""

    class Meta:
        model = Invitation

    class Params:
        clear = factory.Sequence(lambda n: f"token-of-a-mail-{n}")

    school = factory.SubFactory(SchoolFactory)
    kind = SchoolRoleKind.ADMINISTRATOR
    email = factory.Sequence(lambda n: f"invited{n}@example.jp")
    name = "招待 された人"
    token_digest = factory.LazyAttribute(lambda row: invitation_links.digests(row.clear)[0])
    invited_at = factory.LazyFunction(timezone.now)
    sent_at = factory.SelfAttribute("invited_at")
    expires_at = factory.LazyAttribute(lambda row: row.invited_at + timedelta(days=14))
    accepted_at = factory.LazyAttribute(lambda row: row.invited_at if row.accepted_by else None)
    accepted_by = None


class GroupFactory(factory.django.DjangoModelFactory):
    """A class of a school."""

    class Meta:
        model = Group

    school = factory.SubFactory(SchoolFactory)
    name = factory.Sequence(lambda n: f"{n}組")
    kind = GroupKind.CLASS


class LegalDocumentFactory(factory.django.DjangoModelFactory):
    """The terms in effect."""

    class Meta:
        model = LegalDocument

    kind = LegalKind.TERMS
    version = "1.0"
    body_ja = "第1条　この規約は……"
    body_en = "Article 1. These terms …"
    published_on = date(2025, 3, 1)
    effective_on = date(2025, 4, 1)
    approved_at = datetime(2025, 3, 1, tzinfo=UTC)
