"""Mails about changes of period and cancellations, to the member and to the school's notification addresses, in both languages."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from applications.letters import Letters
from applications.models import PeriodChange
from applications.queries.applications import refunds_of
from applications.queries.cancelling import Offer
from applications.rules.cancelling import percent
from applications.rules.differences import Difference
from applications.states import PayerKind
from ossma.core.formats import day, yen
from ossma.core.viewer import SYSTEM


class ChangeLetters(Letters):
    """What is written about one change, or about calling the application off."""

    def change_asked(self, change: PeriodChange) -> None:
        """A new period waits for the school."""
        self._to_both("change_asked", self._about(_days(change)), change.pk)

    def difference_to_pay(self, change: PeriodChange, difference: Difference) -> None:
        """The new period holds once the difference is paid: where, how much and until when."""
        due = change.payment.due_on if change.payment else None

        def words(language: str) -> dict[str, str]:
            return _days(change)(language) | {
                "fee": yen(difference.fee, language),
                "handling": yen(difference.handling, language) if difference.handling else "",
                "total": yen(difference.to_pay, language),
                "due": day(due, language) if due else "",
            }

        context = self._about(words) | {"pay_path": reverse("member:payments:detail", args=[change.payment_id])}
        self._to_both("change_pay", context, change.pk)

    def period_changed(self, change: PeriodChange, *, back: int) -> None:
        """The new period holds; what goes back, if anything."""
        self._to_both("changed", self._about(_days(change, back)) | {"has_back": bool(back), "account_paths": self._account_paths()}, change.pk)

    def change_ended(self, change: PeriodChange) -> None:
        """It came to nothing: the school said no, or it was not paid in time."""
        self._to_member("change_ended", self._about(_days(change)) | {"reason": change.refusal}, occasion=change.pk)

    def called_off(self, offer: Offer | None) -> None:
        """The application is cancelled: what goes back by which rule, or that nothing has to be paid."""

        def words(language: str) -> dict[str, str]:
            if offer is None:
                return {}
            return {
                "paid": yen(offer.settled.total, language),
                "back": yen(offer.back, language),
                "handling": yen(offer.settled.handling, language),
                "share": percent(offer.line.share),
            }

        context = self._about(words) | {
            "was_paid": offer is not None,
            "has_back": bool(offer and offer.back),
            "account_paths": self._account_paths(),
            "school_pays": self.application.payer == PayerKind.SCHOOL,
        }
        self._to_both("cancelled", context)

    def _account_paths(self) -> list[str]:
        """Where the member enters a bank account for what goes back by transfer."""
        refunds = refunds_of(SYSTEM, self.application.pk)
        return [reverse("member:payments:refund", args=[refund.payment_id]) for refund in refunds if refund.needs_account]

    def _to_both(self, kind: str, context: dict[str, Any], occasion: int = 0) -> None:
        self._to_member(kind, context | {"to_school": False}, occasion=occasion)
        self._to_school(kind, context | {"to_school": True}, occasion=occasion)


def _days(change: PeriodChange, back: int = 0) -> Callable[[str], dict[str, str]]:
    """The days before and after, and what goes back."""

    def words(language: str) -> dict[str, str]:
        return {
            "old_first": day(change.old_first_day, language),
            "old_last": day(change.old_last_day, language),
            "new_first": day(change.first_day, language),
            "new_last": day(change.last_day, language),
            "back": yen(back, language),
        }

    return words
