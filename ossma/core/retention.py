"""How long rows are kept: rules that delete what is over, and how the rows of every table end.

Rules hang in `registries.retention`, the end of each table (a rule, or the reason why none deletes it) in
`registries.kept`: a new table without one fails the build.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from ossma.core import audit, registries
from ossma.core.registries import Kept
from ossma.core.viewer import SYSTEM

CHUNK = 2_000
# Longer than the year within which anybody asks about a season abroad.
A_YEAR_AND_MORE = timedelta(days=400)
A_SEASON = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Rule:
    """Delete the rows of a table (its label) when `since`, one of its moments, is `kept` ago; of these `only` some.

    In chunks, each in a transaction and with an audit line of its own.
    """

    table: str
    since: str
    kept: timedelta
    only: Q = field(default_factory=Q)

    def rows(self, at: datetime) -> QuerySet:
        """What is over at `at`."""
        model: type[Model] = apps.get_model(self.table)
        return model._default_manager.filter(self.only, **{f"{self.since}__lt": at - self.kept})

    def __call__(self, at: datetime, dry_run: bool) -> int:
        """How many were over. Safe at any time and twice at once."""
        rows = self.rows(at)
        if dry_run:
            return rows.count()
        done = 0
        while ids := list(rows.values_list("pk", flat=True)[:CHUNK]):
            with transaction.atomic():
                rows.model._default_manager.filter(pk__in=ids).delete()
                audit.record(actor=SYSTEM, at=at, action="retention.deleted", subject=(self.table, len(ids)))
            done += len(ids)
        return done


def ended_by(rule: str, *tables: str) -> None:
    """These tables (labels) are emptied by this rule of `registries.retention`."""
    for table in tables:
        registries.kept.register(table, Kept(rule=rule))


def kept_because(reason: str, *tables: str) -> None:
    """No rule deletes these tables, and why."""
    for table in tables:
        registries.kept.register(table, Kept(reason=reason))


def hang_in() -> None:
    """The floor's own tables and those of libraries."""
    rules = {
        "core.outbox": Rule("core.OutboxMessage", "ended_at", A_YEAR_AND_MORE, ~Q(state="due")),
        "core.push_messages": Rule("core.PushMessage", "ended_at", A_SEASON, ~Q(state="due")),
        "core.bounced": Rule("core.BouncedAddress", "last_at", A_YEAR_AND_MORE),
        "core.admin_log": Rule("admin.LogEntry", "action_time", A_YEAR_AND_MORE),
    }
    for name, rule in rules.items():
        registries.retention.register(name, rule)
        ended_by(name, rule.table)
    ended_by("core.push_devices", "core.PushDevice")
    ended_by("core.files", "core.StoredFile")
    ended_by("core.rates", "core.RateCounter")
    ended_by("core.sessions", "sessions.Session", "usersessions.UserSession")
    ended_by("core.returned", "core.ReturnedMail")
    kept_because("The trail of who did and read what: append-only, a trigger refuses deletion.", "core.AuditEntry")
    kept_because("What was issued must be provable later: a trigger keeps the bytes.", "core.IssuedDocument")
    kept_because("Master data: some hundred rows, replaced by data steps.", "core.Country", "core.City")
    kept_because("A few rows a year, entered by the office.", "core.OfficeClosure")
    kept_because("Written by migrations only.", "auth.Permission", "auth.Group", "contenttypes.ContentType")
    kept_because("Part of an account: goes with it.", "account.EmailAddress", "mfa.Authenticator")
    kept_because("Not written: codes live in the session.", "account.EmailConfirmation")
