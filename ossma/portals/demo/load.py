"""Loading the whole demo in one transaction: all of it or nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from helpline.seed import load_demo_helpline
from members.join_passwords import digest
from members.models import JoinPassword, LegalAcceptance, LegalDocument, Member, School
from ossma.portals.demo import browsers, changes, checks, legal, money, own, people, trips
from ossma.portals.demo.world import World

SEED = 2026


def already_there() -> bool:
    """Whether people are in the database, demo or real: the demo never mixes with either."""
    return School.objects.exists() or Member.objects.exists()


def load(*, members: int, abroad: int, at: datetime) -> Iterator[str]:
    """Make everything, saying what was made. Raises ValueError for numbers that do not fit."""
    if not 3 <= abroad + 1 <= members:
        raise ValueError("there must be more members than members abroad, and at least two abroad")
    with transaction.atomic():
        yield from _load(members, abroad, at)


def _load(members: int, abroad: int, at: datetime) -> Iterator[str]:
    random = Random(SEED)
    legal.make_legal(at.date())
    schools = people.make_schools(at)
    JoinPassword.objects.bulk_create(
        JoinPassword(school=school, digest=digest(seed.join_password), valid_from=at - timedelta(days=400))
        for school, seed in zip(schools, people.SCHOOLS, strict=True)
    )
    yield f"{len(schools)} schools"
    everybody = people.make_members(schools, count=members, random=random, at=at)
    groups = people.make_groups(schools, everybody)
    staff = people.make_staff(schools, groups[-1], at=at)
    for user in staff.values():
        TOTP.activate(user, people.TOTP_SECRET)
        RecoveryCodes.activate(user)
    _accept_terms(everybody, at)
    yield f"{len(everybody)} members in {len(groups)} groups, {len(staff)} staff accounts"
    world = World(random)
    tables = trips.make_fees(at.date())
    planned = trips.plan(everybody, abroad=abroad, random=random, world=world, today=at.date())
    quoted = trips.make_applications(planned, tables=tables, random=random, at=at)
    applications = [application for application, _quote in quoted]
    stays = trips.make_stays(planned, applications, random=random, world=world)
    yield f"{len(applications)} applications with {stays} itinerary items"
    yield f"{money.make_payments(quoted, random=random, at=at)} payments"
    yield f"{changes.make_changes(applications, at=at)} changes of period: one waits for its difference, one brought money back"
    check = checks.make_closed_check(applications, schools[0], staff["doi"], random=random, at=at)
    yield f"1 closed safety check with {check.recipients.count()} recipients"
    own.make_own(next(member for member in everybody if member.user.email == people.NAMED_MEMBERS[0].email), random=random, at=at)
    yield f"{own.make_reach(applications, random=random, at=at)} members who said that messages reach them"
    yield f"{browsers.make_devices(at)} devices that take push messages"
    load_demo_helpline(at)
    yield "helpline numbers (invented) and FAQ"


def _accept_terms(everybody: list[Member], at: datetime) -> None:
    documents = list(LegalDocument.objects.all())
    LegalAcceptance.objects.bulk_create(
        (
            LegalAcceptance(user_id=member.user_id, document=document, opened_at=member.registered_at, accepted_at=member.registered_at)
            for member in everybody
            for document in documents
        ),
        batch_size=5000,
    )
