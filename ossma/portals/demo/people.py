"""Schools and their people."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group as DjangoGroup
from faker import Faker

from members.actions.invitations import Wanted, invite
from members.models import EmergencyContact, Group, Member, School, SchoolContract, SchoolRole, User
from members.states import GroupKind, MemberKind, SchoolRoleKind, Sex
from members.viewers import Side, viewer_for
from ossma.core.duties import OfficeRole

PASSWORD = "Demo-Pass-2026"  # noqa: S105 - printed by `make demo`; start-up outside the demo refuses while such accounts exist
TOTP_SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - as above


@dataclass(frozen=True, slots=True)
class SchoolSeed:
    """One invented school and its share of the members."""

    name_ja: str
    name_en: str
    name_kana: str
    join_password: str
    share: int
    payers: tuple[str, ...] = ("member", "school")
    services: tuple[str, ...] = ("ossma", "plus")


SCHOOLS = (
    SchoolSeed("青葉国際大学", "Aoba International University", "アオバコクサイダイガク", "aoba-2026", 40),
    SchoolSeed("港北学院大学", "Kohoku Gakuin University", "コウホクガクインダイガク", "kohoku-2026", 25, payers=("member",)),
    SchoolSeed("桜丘女子大学", "Sakuragaoka Women's University", "サクラガオカジョシダイガク", "sakuragaoka-2026", 12),
    SchoolSeed("瑞穂工科大学", "Mizuho Institute of Technology", "ミズホコウカダイガク", "mizuho-2026", 12, payers=("school",)),
    SchoolSeed("白樺外国語短期大学", "Shirakaba College of Languages", "シラカバガイコクゴタンキダイガク", "shirakaba-2026", 6, services=("ossma",)),
    SchoolSeed("みらい国際交流協会", "Mirai Exchange Association", "ミライコクサイコウリュウキョウカイ", "mirai-2026", 5),
)
DEPARTMENTS = ("文学部", "経済学部", "工学部", "国際教養学部", "看護学部", "法学部")


@dataclass(frozen=True, slots=True)
class Named:
    """A demo account that the README names."""

    email: str
    family: tuple[str, str, str]
    given: tuple[str, str, str]
    school: int
    kind: str = "student"


NAMED_MEMBERS = (
    Named("aya@demo.example", ("山田", "ヤマダ", "Yamada"), ("あや", "アヤ", "Aya"), 0),
    Named("ben@demo.example", ("高橋", "タカハシ", "Takahashi"), ("勉", "ベン", "Ben"), 0),
    Named("chika@demo.example", ("中村", "ナカムラ", "Nakamura"), ("千佳", "チカ", "Chika"), 1),
)


def make_schools(at: datetime) -> list[School]:
    """The six schools with a contract each."""
    schools = School.objects.bulk_create(
        School(
            name_ja=seed.name_ja, name_en=seed.name_en, name_kana=seed.name_kana, phone="+81312345678", is_demo=True,
            notify_addresses=[f"kokusai@school{number}.demo.example"],
        )
        for number, seed in enumerate(SCHOOLS, start=1)
    )  # fmt: skip
    SchoolContract.objects.bulk_create(
        SchoolContract(school=school, starts_on=at.date() - timedelta(days=500), services=list(seed.services), payers=list(seed.payers))
        for school, seed in zip(schools, SCHOOLS, strict=True)
    )
    return schools


def _birth_date(random: Random, kind: str, today: date) -> date:
    years = random.randint(18, 24) if kind == MemberKind.STUDENT else random.randint(30, 60)
    return date(today.year - years, random.randint(1, 12), random.randint(1, 28))


def make_members(schools: list[School], *, count: int, random: Random, at: datetime) -> list[Member]:
    """`count` members over the schools by share; the named ones come first."""
    fake = Faker("ja_JP")
    fake.seed_instance(random.randint(0, 2**31))
    password, unusable = make_password(PASSWORD), make_password(None)
    seats = random.choices(range(len(schools)), weights=[seed.share for seed in SCHOOLS], k=count)
    people = [(n.email, n.family, n.given, n.school, n.kind) for n in NAMED_MEMBERS]
    for number in range(len(people), count):
        kind = MemberKind.STAFF if random.random() < 0.06 else MemberKind.STUDENT
        given = fake.first_name_female_pair() if random.random() < 0.55 else fake.first_name_male_pair()
        people.append((f"member{number:05d}@demo.example", fake.last_name_pair(), given, seats[number], kind))
    users = User.objects.bulk_create(
        (
            User(
                email=email, name=f"{family[0]} {given[0]}", password=password if number < len(NAMED_MEMBERS) else unusable,
                is_demo=True, date_joined=at, language="en" if number > 10 and random.random() < 0.08 else "ja",
            )
            for number, (email, family, given, _school, _kind) in enumerate(people)
        ),
        batch_size=2000,
    )  # fmt: skip
    EmailAddress.objects.bulk_create((EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users), batch_size=2000)
    members = Member.objects.bulk_create(
        (_member(user, person, number, schools, random, at) for number, (user, person) in enumerate(zip(users, people, strict=True), start=1)),
        batch_size=2000,
    )
    EmergencyContact.objects.bulk_create(
        (
            EmergencyContact(
                member=member, position=1, name=f"{member.family_name} {fake.first_name_pair()[0]}", relation=random.choice(("父", "母")),
                phone=f"+8190{random.randint(10000000, 99999999):08d}", email=f"family{member.pk}@demo.example",
            )
            for member in members
        ),
        batch_size=2000,
    )  # fmt: skip
    return members


def _member(user: User, person: tuple, number: int, schools: list[School], random: Random, at: datetime) -> Member:
    _email, family, given, school, kind = person
    return Member(
        user=user, school=schools[school], number=f"D{number:07d}", kind=kind,
        family_name=family[0], given_name=given[0], family_kana=family[1], given_kana=given[1],
        family_roman=family[2].upper(), given_roman=given[2].upper(),
        birth_date=_birth_date(random, kind, at.date()), sex=random.choice(list(Sex)[:2]),
        student_number=f"{random.randint(22, 26)}{number:05d}" if kind == MemberKind.STUDENT else "",
        department=random.choice(DEPARTMENTS), grade=str(random.randint(1, 4)) if kind == MemberKind.STUDENT else "",
        postal_code="100-0000", address="東京都千代田区見本町1-2-3", mobile=f"+8180{random.randint(10000000, 99999999):08d}",
        registered_at=at - timedelta(days=random.randint(30, 400)), is_demo=True,
    )  # fmt: skip


def make_groups(schools: list[School], members: list[Member]) -> list[Group]:
    """A department group per school and department, and Aya's exchange class."""
    groups = Group.objects.bulk_create(Group(school=school, name=name, kind=GroupKind.DEPARTMENT) for school in schools for name in DEPARTMENTS)
    by_key = {(group.school_id, group.name): group.pk for group in groups}
    through = Group.members.through
    through.objects.bulk_create(
        (through(group_id=by_key[member.school_id, member.department], member_id=member.pk) for member in members), batch_size=5000
    )
    tour = Group.objects.create(school=schools[0], name="パリ交換留学 2026", kind=GroupKind.TOUR)
    tour.members.set([member for member in members[2:60] if member.school_id == schools[0].pk] + [members[0]])
    return [*groups, tour]


def make_staff(schools: list[School], tour: Group, *, at: datetime) -> dict[str, User]:
    """The administrator, the supporter and the office's people, each ready to log in with the second factor."""
    staff = {
        "doi": _account("doi@demo.example", "土井 誠", at),
        "doi2": _account("doi-kohoku@demo.example", "岡 真理", at),
        "emi": _account("emi@demo.example", "江見 恵美", at),
        "fumi": _account("fumi@demo.example", "藤井 文", at),
        "office": _account("office@demo.example", "佐々木 薫", at, role=OfficeRole.MANAGER),
        "operator": _account("operator@demo.example", "小川 望", at, role=OfficeRole.OPERATOR),
        "manager": _account("manager@demo.example", "三宅 聡", at, role=OfficeRole.MANAGER),
        "clerk": _account("clerk@demo.example", "村井 紗季", at, role=OfficeRole.CLERK),
        "publisher": _account("publisher@demo.example", "西田 航", at, role=OfficeRole.PUBLISHER),
    }
    roles = (
        ("doi", 0, SchoolRoleKind.OWNER), ("doi2", 1, SchoolRoleKind.OWNER), ("emi", 0, SchoolRoleKind.SUPPORTER),
        ("fumi", 0, SchoolRoleKind.ADMINISTRATOR), ("fumi", 1, SchoolRoleKind.SUPPORTER),
    )  # fmt: skip
    for who, school, kind in roles:
        SchoolRole.objects.create(user=staff[who], school=schools[school], kind=kind, granted_at=at)
    tour.supporters.add(staff["emi"])
    Group.objects.filter(school=schools[1]).order_by("pk")[0].supporters.add(staff["fumi"])
    _invite_one(staff["doi"], schools[0], tour, at)
    return staff


def _invite_one(inviter: User, school: School, tour: Group, at: datetime) -> None:
    """An invitation that nobody has answered; its mail, with the link, is caught under /dev/mail/."""
    wanted = Wanted(SchoolRoleKind.SUPPORTER, "gaku@demo.example", "引率 学", frozenset({tour.pk}))
    invite(school_id=school.pk, wanted=wanted, actor=viewer_for(inviter, Side.SCHOOL, ""), at=at)


def _account(email: str, name: str, at: datetime, role: OfficeRole | None = None) -> User:
    user = User.objects.create_user(email, PASSWORD, name=name, is_demo=True, date_joined=at, is_staff=role is not None)
    if role:
        user.groups.add(DjangoGroup.objects.get_or_create(name=role)[0])
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
