"""Mails of this room in both languages, promised to the outbox inside the action's transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import translation

from applications.models import Application, Quote
from applications.states import ApplicationState
from members.models import Member
from ossma.core import outbox
from ossma.core.formats import day, yen
from payments.models import Payment


class Letters:
    """What is written about one application at one moment."""

    def __init__(self, application: Application, member: Member, at: datetime) -> None:
        self.application = application
        self.member = member
        self.at = at

    def submitted(self, *, charged: bool) -> None:
        """お申込み完了のお知らせ, to the member and to the school's notification addresses."""
        context = self._about() | {"charged": charged, "awaits_approval": self.application.state == ApplicationState.AWAITING_APPROVAL}
        self._to_member("submitted", context | {"to_school": False})
        self._to_school("submitted", context | {"to_school": True})

    def pay(self, quote: Quote, payment: Payment) -> None:
        """Where to pay, what for and until when."""

        def words(language: str) -> dict[str, str]:
            return {
                "fee": yen(quote.net + quote.tax, language),
                "handling": yen(quote.handling, language) if quote.handling else "",
                "total": yen(quote.total, language),
                "due": day(payment.due_on, language) if payment.due_on else "",
            }

        context = self._about(words) | {"path": reverse("member:payments:detail", args=[payment.pk])}
        self._to_member("pay", context, occasion=payment.pk)

    def in_force(self) -> None:
        """The application holds: paid, or approved where the member owes nothing."""
        self._to_member("in_force", self._about())

    def refused(self) -> None:
        """The school said no, and why."""
        self._to_member("refused", self._about() | {"reason": self.application.refusal})

    def ended_unpaid(self, payment_id: int) -> None:
        """The fee has gone back at the payment company, so the membership has ended: to the member and to the school."""
        self._to_member("ended_unpaid", self._about() | {"to_school": False}, occasion=payment_id)
        self._to_school("ended_unpaid", self._about() | {"to_school": True}, occasion=payment_id)

    def _about(self, more: Callable[[str], dict[str, str]] | None = None) -> dict[str, Any]:
        application = self.application
        stops = list(application.destinations.select_related("country"))
        context: dict[str, Any] = {"number": application.number, "path": reverse("member:applications:detail", args=[application.pk])}
        for language in ("ja", "en"):
            with translation.override(language):
                context[language] = {
                    "name": self.member.name,
                    "school": self.member.school.name,
                    "service": application.get_service_display(),
                    "payer": str(application.get_payer_display()),
                    "first_day": day(application.first_day, language),
                    "last_day": day(application.last_day, language),
                    "places": " / ".join(stop.label for stop in stops),
                    **(more(language) if more else {}),
                }
        return context

    def _to_member(self, kind: str, context: dict[str, Any], *, occasion: int = 0) -> None:
        self._promise(kind, self.member.user.email, "member", context, occasion)

    def _to_school(self, kind: str, context: dict[str, Any], *, occasion: int = 0) -> None:
        """To the school's notification addresses, with the way to its own page."""
        context = context | {"path": reverse("school:applications:detail", args=[self.application.pk])}
        for count, address in enumerate(dict.fromkeys(self.member.school.notify_addresses)):
            self._promise(kind, address, f"school:{count}", context, occasion)

    def _promise(self, kind: str, address: str, whom: str, context: dict[str, Any], occasion: int) -> None:
        """`occasion` tells mails of one kind apart: the payment or the change that they are about."""
        about = f"{self.application.pk}-{occasion}" if occasion else str(self.application.pk)
        outbox.promise(
            key=f"application-{kind}:{about}:{whom}:email",
            to_address=address,
            language=outbox.BOTH,
            template=f"applications/{kind}",
            context=context,
            at=self.at,
            member_id=self.member.pk,
        )
