"""What happened to a payment's money in words: one entry of the timeline for each happening, with its raw evidence."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from ossma.core import formats
from payments.models import Attempt, GatewayNotice, LedgerLine, PaymentMove, Refund, Trouble
from payments.queries.stories import Happening
from payments.rules import Verdict
from payments.states import TroubleKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: when, a sentence, more of it, where to read on, and the evidence as it came."""

    at: datetime
    icon: str
    title: str
    text: str = ""
    url: str = ""
    raw: str = ""


def yen(amount: int | None) -> str:
    """A sum in the reader's language."""
    return formats.yen(amount or 0, get_language() or "ja")


def _cause(cause: str) -> str:
    """Why a payment moved: the causes that actions write, in words."""
    words = {
        "member": _("By the member."),
        "notice": _("The payment company had sent a notice and confirmed it when asked."),
        "reconciliation": _("Found when the payment company was asked."),
        "office": _("Decided by the office."),
        "gateway": _("The payment company answered so."),
        "due day": _("The due day is over."),
        "refund": _("A refund was asked for."),
        "refund refused": _("The refund was refused."),
        "charge-back": _("The payer's bank has decided about a dispute."),
        "bank transfer": _("The bank transfer was made."),
    }
    return words.get(cause, cause)


def _outcome(outcome: str) -> str:
    """What a notice led to: the verdicts of rules.decide in words, anything else as it is written."""
    words = {
        Verdict.NOTHING: _("Nothing new."),
        Verdict.SETTLE: _("The payment was settled."),
        Verdict.BOOK_ONLY: _("The money was booked; what becomes of it is decided by a person."),
        Verdict.BOOK_MORE: _("More money was booked; what becomes of it is decided by a person."),
        Verdict.AWAIT: _("A number for the store was issued."),
        Verdict.FAIL: _("The order failed."),
        Verdict.EXPIRE: _("The order ran out."),
        Verdict.VOID: _("The order was closed."),
        Verdict.GIVEN_BACK: _("The refund was made."),
        Verdict.DISPUTED: _("There is news of a dispute; it is on the list of money to look at."),
    }
    if outcome in set(Verdict):
        return words.get(Verdict(outcome), outcome)
    kind, colon, rest = outcome.partition(": ")
    return f"{TroubleKind(kind).label}: {rest}" if colon and kind in TroubleKind else outcome


def entry_of(happening: Happening) -> Entry:
    """A happening in words."""
    match happening.row:
        case PaymentMove() as move:
            title = f"{move.get_from_state_display()} → {move.get_to_state_display()}"
            raw = json.dumps(move.evidence, ensure_ascii=False, indent=1) if move.evidence else ""
            return Entry(happening.at, "clock", title, _cause(move.cause), raw=raw)
        case LedgerLine() as line:
            title = _("%(kind)s: %(sum)s") % {"kind": line.get_kind_display(), "sum": yen(line.amount)}
            return Entry(happening.at, "card", title, _("Order %(order)s") % {"order": line.attempt})
        case Attempt() as attempt:
            return _of_attempt(happening, attempt)
        case GatewayNotice() as notice:
            title = _("Notice of the payment company: %(state)s") % {"state": notice.get_state_display()}
            url = reverse("admin:payments_gatewaynotice_change", args=[notice.pk])
            return Entry(happening.at, "info", title, _outcome(notice.outcome), url, bytes(notice.body).decode("ascii", "replace"))
        case Trouble() as trouble:
            return _of_trouble(happening, trouble)
        case Refund() as refund:
            return _of_refund(happening, refund)


def _of_attempt(happening: Happening, attempt: Attempt) -> Entry:
    if happening.what == "begun":
        title = _("Order %(order)s begun: %(sum)s") % {"order": attempt.order_id, "sum": yen(attempt.amount)}
        return Entry(happening.at, "card", title, attempt.gateway)
    title = _("Order %(order)s ended: %(state)s") % {"order": attempt.order_id, "state": attempt.get_state_display()}
    return Entry(happening.at, "card", title, attempt.last_error)


def _of_trouble(happening: Happening, trouble: Trouble) -> Entry:
    url = reverse("admin:payments_trouble_change", args=[trouble.pk])
    if happening.what == "opened":
        return Entry(happening.at, "warn", trouble.get_kind_display(), url=url, raw=json.dumps(trouble.detail, ensure_ascii=False, indent=1))
    return Entry(happening.at, "check", _("Dealt with: %(kind)s") % {"kind": trouble.get_kind_display()}, trouble.resolution, url)


def _of_refund(happening: Happening, refund: Refund) -> Entry:
    titles = {
        "requested": _("Refund of %(sum)s asked for"),
        "approved": _("Refund of %(sum)s approved"),
        "withdrawn": _("Approval of the refund of %(sum)s taken back: another bank account"),
        "ended": pgettext("refund", "Refund of %(sum)s: %(state)s"),
    }
    # What was asked for did not have the handling fee in it.
    added = refund.handling if refund.handling_returned and happening.what == "requested" else 0
    title = titles[happening.what] % {"sum": yen(refund.amount - added), "state": refund.get_state_display()}
    text = refund.rule if happening.what == "requested" else ""
    return Entry(happening.at, "download", title, text, reverse("admin:payments_refund_change", args=[refund.pk]))
