"""お支払い: what is owed, what was paid, and the way to the gateway (member-portal.md M3)."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.walls import member_only
from ossma.core import limits
from ossma.core.ratelimit import Limit, in_words, take
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from payments import actions, queries, rules
from payments.forms.account import AccountForm
from payments.gateways import desk
from payments.gateways.base import GatewayError, GatewayRefused, Reason
from payments.pdf import receipt_in
from payments.views.back import BACK, left_unpaid

LONGEST_NAME = 100


@require_safe
@member_only
def payment_list(request: Request) -> HttpResponse:
    """What is owed and what was paid."""
    return render(request, "member/payments/list.html", {"payments": queries.payments_of(request.viewer)})


def _shown(request: Request, payment_id: int, template: str) -> HttpResponse:
    payment = queries.payment(request.viewer, payment_id)
    refusal = rules.refusal_to_pay(state=payment.state, purpose=payment.purpose, held=payment.held, in_doubt=payment.in_doubt)
    slip = queries.slip_of(request.viewer, payment) if payment.is_waiting else None
    refunds = queries.refunds_of(request.viewer, payment)
    context = {
        "payment": payment,
        "slip": slip,
        "refunds": refunds,
        "can_start": refusal is None,
        "has_money": payment.held and queries.has_money(payment),
        "has_receipt": queries.has_receipt(request.viewer, payment),
        "back": request.GET.get(BACK, ""),
        "left_unpaid": left_unpaid(request, payment_id),
    }
    return render(request, template, context)


@require_safe
@member_only
def detail(request: Request, payment_id: int) -> HttpResponse:
    """One payment in its true state."""
    return _shown(request, payment_id, "member/payments/detail.html")


@require_safe
@member_only
def state(request: Request, payment_id: int) -> HttpResponse:
    """The part of the payment page that changes by itself while money is on its way."""
    return _shown(request, payment_id, "member/payments/detail.html#state")


@require_http_methods(["GET", "HEAD", "POST"])
@member_only
def refund_account(request: Request, payment_id: int) -> HttpResponse:
    """The bank account for a refund by transfer; it can be corrected until the transfer is made."""
    refund = queries.refund_waiting_for_account(request.viewer, payment_id)
    if queries.is_in_file(refund):
        # Said before anything is typed: the file for the bank is made already.
        messages.info(request, rules.account_is_fixed())
        return redirect("member:payments:detail", payment_id)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_account(refund_id=refund.pk, account=form.cleaned_data, actor=request.viewer, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Your account has been noted. You get a mail when the money is on its way."))
        return redirect("member:payments:detail", payment_id)
    return render(request, "member/payments/account.html", {"refund": refund, "form": form})


def too_often(request: Request, limit: Limit, member_id: int, at: datetime) -> bool:
    """Whether this was pressed more often than anybody needs to; then the person is told how long to wait."""
    wait = take(limit, key=member_id, at=at)
    if wait:
        messages.error(request, _("That was too often. Please wait %(wait)s and try again.") % {"wait": in_words(wait)})
    return bool(wait)


@require_POST
@member_only
def receipt(request: Request, payment_id: int) -> HttpResponse:
    """A receipt as PDF; every one after the first says that it was issued again."""
    payment = queries.payment(request.viewer, payment_id)
    now = timezone.now()
    back = redirect("member:payments:detail", payment_id)
    if too_often(request, limits.RECEIPT, payment.member_id, now):
        return back
    press = receipt_in(request.LANGUAGE_CODE)
    addressee = request.POST.get("addressee", "")[:LONGEST_NAME]
    try:
        document = actions.issue_receipt(payment_id=payment_id, addressee=addressee, press=press, actor=request.viewer, at=now)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return back
    answer = HttpResponse(bytes(document.content), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{document.number}-{document.version}.pdf"'
    return answer


@require_POST
@member_only
def start(request: Request, payment_id: int) -> HttpResponse:
    """Go to the gateway's page. Pressing twice leads to the same order."""
    payment = queries.payment(request.viewer, payment_id)
    now = timezone.now()
    back = redirect("member:payments:detail", payment_id)
    if too_often(request, limits.PAYMENT_START, payment.member_id, now):
        return back
    member = payment.member
    payer = desk.Payer(
        name=member.japanese_name,
        kana=member.kana_name,
        mail=member.user.email,
        language=request.LANGUAGE_CODE,
        phone=member.mobile,
    )
    return_url = settings.SITE_URL + reverse("public:payments:come_back")
    try:
        url = desk.start(payment_id=payment_id, payer=payer, return_url=return_url, actor=request.viewer, at=now)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return back
    except GatewayError as error:
        messages.error(request, explain(error))
        return back
    if url is None:
        messages.info(request, _("The payment page is being prepared. Please try again in a minute."))
        return back
    return HttpResponseRedirect(url, status=303)


def explain(error: GatewayError) -> str:
    """Why the gateway did not do it, in the person's words."""
    if isinstance(error, GatewayRefused) and error.reason is Reason.BAD_TEXT:
        return _("Your name has characters that the payment company does not accept. Please write to the office.")
    return _("The payment company does not answer at the moment. Nothing was charged. Please try again in a few minutes.")
