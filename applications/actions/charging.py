"""Asking a member for the fee of an application."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.letters import Letters
from applications.models import Application, PeriodChange, Quote
from applications.queries.money import APPLICATION, CHANGE
from applications.rules.changing import due_of_change
from applications.rules.deciding import due_day
from applications.rules.differences import Difference
from applications.rules.period import day_in_japan
from members.models import Member
from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from payments import actions as payments
from payments.models import Payment
from payments.states import Method, Purpose


@inner_action
def charge(*, application: Application, member: Member, quote: Quote, actor: Viewer, at: datetime) -> None:
    """Write what is owed, line by line in both languages, and promise the mail that says where to pay. The member is locked by the caller."""
    japanese, english = (_wording(application, quote, language) for language in ("ja", "en"))
    amounts = [quote.net + quote.tax, quote.handling]
    payment = payments.owe(
        member_id=member.pk,
        purpose=Purpose.MEMBERSHIP_FEE,
        subject=(APPLICATION, application.pk),
        title_ja=japanese[0],
        title_en=english[0],
        lines=[(ja, en, amount) for ja, en, amount in zip(japanese[1:], english[1:], amounts, strict=True) if amount],
        methods=[Method.CARD, Method.KONBINI],
        due_on=due_day(day_in_japan(at), application.first_day),
        tax_rate=quote.table.tax_rate,
        actor=actor,
        at=at,
    )
    Letters(application, member, at).pay(quote, payment)
    audit.record(
        actor=actor,
        at=at,
        action="application.charged",
        subject=("application", application.pk),
        member_id=member.pk,
        school_id=member.school_id,
        detail={"payment": payment.pk, "total": quote.total},
    )


@inner_action
def charge_difference(*, application: Application, change: PeriodChange, difference: Difference, actor: Viewer, at: datetime) -> Payment:
    """Write what is owed for a longer period: the difference of the fee, and that of the handling fee if there is one."""
    japanese, english = (_wording_of_change(application, language) for language in ("ja", "en"))
    lines = list(zip(japanese[1:], english[1:], (difference.fee, difference.handling), strict=True))
    payment = payments.owe(
        member_id=application.member_id,
        purpose=Purpose.PERIOD_DIFFERENCE,
        subject=(CHANGE, change.pk),
        title_ja=japanese[0],
        title_en=english[0],
        lines=lines if difference.handling else lines[:1],
        methods=[Method.CARD, Method.KONBINI],
        due_on=due_of_change((application.first_day, application.last_day), change.first_day, day_in_japan(at)),
        tax_rate=change.quote.table.tax_rate,
        actor=actor,
        at=at,
    )
    audit.record(
        actor=actor,
        at=at,
        action="application.difference_charged",
        subject=("application", application.pk),
        member_id=application.member_id,
        detail={"payment": payment.pk, "change": change.pk, "total": payment.total},
    )
    return payment


def _wording_of_change(application: Application, language: str) -> tuple[str, str, str]:
    with translation.override(language):
        words = {"service": application.get_service_display(), "number": application.number}
        return (
            _("%(service)s difference after a change of period, application %(number)s") % words,
            _("Difference of the membership fee (tax included)"),
            _("Difference of the handling fee"),
        )


def _wording(application: Application, quote: Quote, language: str) -> tuple[str, str, str]:
    with translation.override(language):
        months = ngettext("%(months)s month", "%(months)s months", quote.months) % {"months": quote.months}
        service = application.get_service_display()
        return (
            _("%(service)s membership fee, application %(number)s") % {"service": service, "number": application.number},
            _("Membership fee %(service)s (%(months)s, tax included)") % {"service": service, "months": months},
            _("Handling fee"),
        )
