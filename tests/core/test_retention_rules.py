"""What each rule of retention deletes, and what it must leave."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from applications.models import ApplicationDraft
from members.models import SignupDraft
from notices.models import Advisory
from ossma.core import registries
from ossma.core.models import AuditEntry, BouncedAddress, OutboxMessage, PushMessage
from ossma.core.retention import CHUNK, Rule
from safety.models import (
    AdvisoryRule,
    Answer,
    CheckIn,
    CheckSchedule,
    FamilyLink,
    Occasion,
    PositionLook,
    ReachTap,
    RuleDecision,
    SafetyCheck,
)
from tests.cast import make_cast
from tests.factories.notices import AdvisoryFactory
from tests.factories.safety import NOW, draft

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
RULES = {name: rule for name, rule in registries.retention if isinstance(rule, Rule)}


@pytest.fixture
def cast(db):
    return make_cast()


def outbox(cast, at, **more):
    values = {
        "key": str(uuid4()),
        "to_address": "a@example.jp",
        "language": "ja",
        "template": "x",
        "created_at": at,
        "due_at": at,
    }
    return OutboxMessage.objects.create(**values | {"state": "sent", "ended_at": at} | more)


def push(cast, at, **more):
    values = {
        "key": str(uuid4()),
        "user": cast.aya.user,
        "title_ja": "x",
        "title_en": "x",
        "path": "/",
        "created_at": at,
        "due_at": at,
    }
    return PushMessage.objects.create(**values | {"state": "sent", "ended_at": at} | more)


def bounced(cast, at):
    return BouncedAddress.objects.create(address=f"{uuid4()}@example.jp", first_at=at - 300 * DAY, last_at=at)


def admin_log(cast, at):
    kind = ContentType.objects.get_for_model(Advisory)
    row = LogEntry.objects.create(user=cast.office, content_type=kind, object_id="1", object_repr="x", action_flag=1)
    LogEntry.objects.filter(pk=row.pk).update(action_time=at)
    return row


def sign_up(cast, at):
    return SignupDraft.objects.create(user=[cast.aya, cast.ben][SignupDraft.objects.count()].user, updated_at=at)


def application(cast, at):
    return ApplicationDraft.objects.create(member=[cast.aya, cast.ben][ApplicationDraft.objects.count()], key=uuid4(), updated_at=at)


def look(cast, at):
    answer = Answer.objects.create(member=cast.aya, kind="ok", source="app", said_at=at, received_at=at, key=uuid4())
    return PositionLook.objects.create(answer=answer, member=cast.aya, by=cast.office, by_name="x", at=at)


def tap(cast, at):
    return ReachTap.objects.create(member=[cast.aya, cast.ben][ReachTap.objects.count()], month=at.date().replace(day=1), asked_at=at)


def check_in(cast, at, **more):
    values = {"member": cast.aya, "place": "x", "zone": "Europe/Paris", "due_at": at, "created_at": at, "key": uuid4()}
    return CheckIn.objects.create(**values | {"state": "reported", "ended_at": at} | more)


def family_link(cast, at):
    return FamilyLink.objects.create(member=cast.aya, name="母", position=1 + FamilyLink.objects.count(), created_at=at - 9 * DAY, expires_at=at)


def occasion(cast, at):
    schedule = CheckSchedule.objects.first() or CheckSchedule.objects.create(
        name="x", kind="regular", starts_on=NOW.date(), created_at=NOW, title_ja="x", title_en="x", local_time="09:00"
    )
    return Occasion.objects.create(schedule=schedule, day=NOW.date() + Occasion.objects.count() * DAY, outcome="asked", decided_at=at)


ROWS = {
    "core.outbox": outbox,
    "core.push_messages": push,
    "core.bounced": bounced,
    "core.admin_log": admin_log,
    "members.sign_ups": sign_up,
    "applications.drafts": application,
    "safety.advisories": lambda cast, at: AdvisoryFactory(changed_at=at),
    "safety.looks": look,
    "safety.taps": tap,
    "safety.checkins": check_in,
    "safety.family_links": family_link,
    "safety.occasions": occasion,
}


@pytest.mark.parametrize("name", sorted(RULES))
def test_what_is_over_goes_and_what_is_not_stays(cast, name):
    rule, make = RULES[name], ROWS[name]
    old, young = make(cast, NOW - rule.kept - timedelta(hours=1)), make(cast, NOW - rule.kept + timedelta(hours=1))
    model = apps.get_model(rule.table)
    assert rule(NOW, True) == 1
    assert model.objects.filter(pk=old.pk).exists()
    assert rule(NOW, False) == 1
    assert set(model.objects.values_list("pk", flat=True)) & {old.pk, young.pk} == {young.pk}
    assert rule(NOW, False) == 0
    entry = AuditEntry.objects.get(action="retention.deleted")
    assert (entry.subject_kind, entry.subject_id) == (rule.table, "1")


def test_what_is_not_ended_stays_however_old_it_is(cast):
    long_ago = NOW - 999 * DAY
    waiting = outbox(cast, long_ago, state="due", ended_at=None), push(cast, long_ago, state="due", ended_at=None)
    planned = check_in(cast, long_ago, state="planned", ended_at=None)
    for rule in RULES.values():
        rule(NOW, False)
    assert [type(row).objects.filter(pk=row.pk).exists() for row in (*waiting, planned)] == [True] * 3


def test_levels_of_countries_and_what_checks_were_drafted_from_stay(cast):
    long_ago = NOW - 999 * DAY
    danger, infection = (
        AdvisoryFactory(info_type="T40", changed_at=long_ago),
        AdvisoryFactory(info_type="T81", changed_at=long_ago),
    )
    asked, plain = AdvisoryFactory(changed_at=long_ago), AdvisoryFactory(changed_at=long_ago)
    check = draft(cast.viewer(cast.office))
    SafetyCheck.objects.filter(pk=check.pk).update(advisory=asked)
    RuleDecision.objects.create(rule=AdvisoryRule.objects.create(name="x"), advisory=plain, version=1, outcome="nobody", decided_at=long_ago)
    assert RULES["safety.advisories"](NOW, False) == 1
    assert set(Advisory.objects.all()) == {danger, infection, asked}
    assert not RuleDecision.objects.exists()


def test_many_rows_go_in_chunks(cast):
    BouncedAddress.objects.bulk_create(
        BouncedAddress(address=f"{n}@example.jp", first_at=NOW - 500 * DAY, last_at=NOW - 500 * DAY) for n in range(CHUNK + 1)
    )
    assert RULES["core.bounced"](NOW, False) == CHUNK + 1
    assert AuditEntry.objects.filter(action="retention.deleted").count() == 2


def test_the_command_reports_every_rule(cast, capsys):
    call_command("purge_personal_data", "--dry-run")
    told = capsys.readouterr().out
    assert [name for name, _rule in registries.retention if f"{name}: 0 to forget" not in told] == []
