"""The escalation policy needs a second manager (office.md, "Duties and roles"): what it is compared with, and when it can begin."""

from datetime import date

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ossma.core import formats
from ossma.core.approval import facts_of, require_later_day, require_lines
from ossma.core.duties import Duty
from ossma.core.registries import Approvable, Fact
from safety.models import EscalationPolicy
from safety.queries.ladder import policy_in_force

MANAGERS = (Duty.SET_PRICES,)


def _facts(policy: EscalationPolicy) -> list[Fact]:
    language = get_language() or "ja"
    words = _("%(rung)s: %(after)s after sending, asleep %(asleep)s")
    steps = [
        words
        % {
            "rung": capfirst(step.get_rung_display()),
            "after": formats.hours_and_minutes(step.minutes, language),
            "asleep": formats.hours_and_minutes(step.asleep_minutes, language),
        }
        for step in policy.steps.order_by("minutes", "pk")
    ]
    return [*facts_of(policy), *((_("Step %(number)d") % {"number": number}, text) for number, text in enumerate(steps, start=1))]


def _check(policy: EscalationPolicy, today: date) -> None:
    require_lines(policy.steps.all())
    require_later_day(policy.valid_from, today=today, replaces=True)


APPROVABLES = {
    "safety.escalationpolicy": Approvable(
        EscalationPolicy,
        MANAGERS,
        MANAGERS,
        in_force=lambda policy: policy_in_force(policy.kind, policy.valid_from),
        facts=_facts,
        starts_on=lambda policy: policy.valid_from,
        check=_check,
    ),
}
