"""Who of the office may do what: the table of office.md, "Duties and roles". Pages, admin tables, custom admin views, actions and exports ask it."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from ossma.core.refusals import NotFound

F = TypeVar("F", bound=Callable[..., Any])


class OfficeRole(models.TextChoices):
    """Roles of the office; each is a Django group of this name. An account can have several."""

    OPERATOR = "operator", _("Helpline operator")
    CLERK = "clerk", _("Clerk")
    PUBLISHER = "publisher", _("Publisher")
    MANAGER = "manager", _("Manager")


class Duty(models.TextChoices):
    """One thing that is done in the office. Whoever has no role with the duty finds nothing there (404)."""

    FIND_MEMBER = "find_member", _("Find a person and read the member's file")
    SEE_CASES = "see_cases", _("See safety checks, answers, places and cases")
    REVEAL = "reveal", _("Open medical notes and exact positions (open case or incident, on record)")
    WORK_CASES = "work_cases", _("Cases: take charge, log calls, answer for somebody, hand over, resolve")
    SEND_CHECK = "send_check", _("Safety checks: draft, preview, send, remind, stop (the managers are told of every sending)")
    MANAGE_CHECKS = "manage_checks", _("Close any check; schedules, templates, rules over advisories (operators close their own checks)")
    EXPORT_CHECK = "export_check", _("Export the people of a check")
    EXPORT_MEMBERS = "export_members", _("Export members")
    HANDLE_PAYMENTS = "handle_payments", _("Payments: read what happened, log a resolution, propose a refund")
    APPROVE_REFUND = "approve_refund", _("Approve or refuse refunds, goodwill, penalties, credits (never one's own proposal)")
    CONFIRM_TRANSFER = "confirm_transfer", _("Confirm that a bank transfer was made (never who approved it)")
    HANDLE_APPLICATIONS = "handle_applications", _("Applications, travel periods and corrections for a member")
    PREPARE_CERTIFICATE = "prepare_certificate", _("Prepare English certificates")
    APPROVE_CERTIFICATE = "approve_certificate", _("Approve and issue English certificates")
    SET_PRICES = "set_prices", _("Tables of fees, premiums and cancellations, escalation policy (a second manager approves)")
    PUBLISH_NOTICES = "publish_notices", _("Notices, FAQ and courses: write and publish")
    WRITE_REFERENCE = "write_reference", _("Helpline numbers and legal documents: write")
    PUBLISH_REFERENCE = "publish_reference", _("Helpline numbers and legal documents: publish (never one's own)")
    BILLING = "billing", _("Invoices and bank import")
    MANAGE_CONTRACTS = "manage_contracts", _("Schools and contracts")
    MANAGE_ACCOUNTS = "manage_accounts", _("Accounts, roles, retention, legal holds, disclosure records, audit")
    SEE_HEALTH = "see_health", _("Health of the system")


_OPERATOR, _CLERK, _PUBLISHER, _MANAGER = OfficeRole
DUTIES: dict[Duty, frozenset[OfficeRole]] = {
    Duty.FIND_MEMBER: frozenset({_OPERATOR, _CLERK, _MANAGER}),
    Duty.SEE_CASES: frozenset({_OPERATOR, _MANAGER}),
    Duty.REVEAL: frozenset({_OPERATOR, _MANAGER}),
    Duty.WORK_CASES: frozenset({_OPERATOR, _MANAGER}),
    Duty.SEND_CHECK: frozenset({_OPERATOR, _MANAGER}),
    Duty.MANAGE_CHECKS: frozenset({_MANAGER}),
    Duty.EXPORT_CHECK: frozenset({_OPERATOR, _MANAGER}),
    Duty.EXPORT_MEMBERS: frozenset({_MANAGER}),
    Duty.HANDLE_PAYMENTS: frozenset({_CLERK, _MANAGER}),
    Duty.APPROVE_REFUND: frozenset({_MANAGER}),
    Duty.CONFIRM_TRANSFER: frozenset({_CLERK, _MANAGER}),
    Duty.HANDLE_APPLICATIONS: frozenset({_CLERK, _MANAGER}),
    Duty.PREPARE_CERTIFICATE: frozenset({_CLERK}),
    Duty.APPROVE_CERTIFICATE: frozenset({_MANAGER}),
    Duty.SET_PRICES: frozenset({_MANAGER}),
    Duty.PUBLISH_NOTICES: frozenset({_PUBLISHER, _MANAGER}),
    Duty.WRITE_REFERENCE: frozenset({_PUBLISHER}),
    Duty.PUBLISH_REFERENCE: frozenset({_MANAGER}),
    Duty.BILLING: frozenset({_CLERK, _MANAGER}),
    Duty.MANAGE_CONTRACTS: frozenset({_MANAGER}),
    Duty.MANAGE_ACCOUNTS: frozenset({_MANAGER}),
    Duty.SEE_HEALTH: frozenset(OfficeRole),
}


class Access(StrEnum):
    """What an action says of office actors; an architecture test finds actions that say nothing."""

    DUTY = "duty"
    NEVER = "never"
    INNER = "inner"


def has_duty(roles: frozenset[str], *duties: Duty) -> bool:
    """Whether one of these roles has one of these duties."""
    return any(not roles.isdisjoint(DUTIES[duty]) for duty in duties)


def office_duty(*duties: Duty) -> Callable[[F], F]:
    """For an action: an actor of the office needs one of these duties, else NotFound. Members, schools and programs pass: queries judge them."""

    def mark(action: F) -> F:
        @wraps(action)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if kwargs["actor"].is_office and not kwargs["actor"].may(*duties):
                raise NotFound
            return action(*args, **kwargs)

        checked.access, checked.duties = Access.DUTY, duties  # type: ignore[attr-defined]
        return cast(F, checked)

    return mark


def duty_of_table(action: F) -> F:
    """For an action on rows of several tables: like `office_duty`, with the duties that the caller's table needs in its `duties` argument."""

    @wraps(action)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if not kwargs["actor"].may(*kwargs["duties"]):
            raise NotFound
        return action(*args, **kwargs)

    checked.access = Access.DUTY  # type: ignore[attr-defined]
    return cast(F, checked)


def not_for_office(action: F) -> F:
    """For an action of members, schools or programs: an actor of the office gets NotFound."""

    @wraps(action)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if kwargs["actor"].is_office:
            raise NotFound
        return action(*args, **kwargs)

    checked.access = Access.NEVER  # type: ignore[attr-defined]
    return cast(F, checked)


def inner_action(action: F) -> F:
    """For a step of a program, or of other actions, which have asked for the duty: views and admin must not call it (architecture test)."""
    action.access = Access.INNER  # type: ignore[attr-defined]
    return action
