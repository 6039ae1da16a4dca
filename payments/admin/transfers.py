"""Bank transfers in the office: what is to be made, files for the bank by two people, and the bank's results."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ossma.core import audit
from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeAdmin
from ossma.core.reading import ReadOnly
from ossma.core.refusals import NotFound, Refused, first_or_404
from ossma.core.requests import Request
from payments import actions, zengin
from payments.forms.transfers import DiscardForm, MakeFileForm, ResultForm
from payments.models import Refund, TransferFile
from payments.queries.transfers import ToMake, files_open, mark_of, sender, transfers_in, transfers_to_make
from payments.states import TransferFileState
from payments.transfer_table import Result, Unreadable, results_in, table_of

TO_MAKE = "admin:payments_transferfile_to_make"
OPEN_FILES = 50


@admin.register(TransferFile)
class TransferFileAdmin(ReadOnly, OfficeAdmin):
    """Files that were made, each on a page on which it is confirmed, taken or discarded; and one page with everything that waits."""

    reads = (Duty.CONFIRM_TRANSFER,)
    list_display = ("id", "made_at", "made_by", "count", "total", "transfer_on", "state")
    list_filter = ("state",)
    list_select_related = ("made_by",)
    actions = None

    def get_urls(self) -> list[URLPattern]:
        """The addresses beside those of the library."""
        page = self.admin_site.admin_view
        return [
            path("to-make/", page(self.to_make), name="payments_transferfile_to_make"),
            path("results/", page(self.take_results), name="payments_transferfile_results"),
            path("<int:pk>/take/", page(self.take), name="payments_transferfile_take"),
            *super().get_urls(),
        ]

    def to_make(self, request: Request) -> HttpResponse:
        """What waits, and the file made of it."""
        _require_duty(request)
        at, waiting = timezone.now(), transfers_to_make(request.viewer)
        _looked(request, [one.refund for one in waiting if one.refund.account])
        form = MakeFileForm(request.POST if request.method == "POST" else None, today=timezone.localdate(at))
        if form.is_valid():
            try:
                file = actions.make_transfer_file(actor=request.viewer, at=at, **form.cleaned_data)
            except Refused as refused:
                form.add_error(refused.field, refused.message)
            else:
                messages.success(request, _("The file is made. Somebody else has to confirm it before it can go to the bank."))
                return redirect("admin:payments_transferfile_change", file.pk)
        return self._page(request, waiting, form, ResultForm())

    def take_results(self, request: Request) -> HttpResponse:
        """The bank's result, or the file itself as it came back."""
        _require_duty(request)
        if request.method != "POST":
            return redirect(TO_MAKE)
        form = ResultForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                self._import(request, results_in(form.cleaned_data["content"]))
            except Refused as refused:
                form.add_error(refused.field, refused.message)
            else:
                return redirect(TO_MAKE)
        waiting = transfers_to_make(request.viewer)
        _looked(request, [one.refund for one in waiting if one.refund.account])
        return self._page(request, waiting, MakeFileForm(today=timezone.localdate()), form)

    def _import(self, request: Request, rows: list[Result | Unreadable]) -> None:
        results = [row for row in rows if isinstance(row, Result)]
        outcome = actions.import_transfer_results(results=results, actor=request.viewer, at=timezone.now())
        unreadable = [_("Line %(row)d cannot be read: %(text)s") % {"row": row.row, "text": row.text} for row in rows if isinstance(row, Unreadable)]
        done = ngettext("%(n)d transfer is marked as made.", "%(n)d transfers are marked as made.", outcome.done)
        messages.success(request, done % {"n": outcome.done})
        if outcome.known:
            known = ngettext("%(n)d was known already.", "%(n)d were known already.", outcome.known)
            messages.info(request, known % {"n": outcome.known})
        if outcome.returned:
            words = ngettext(
                "%(n)d was not accepted by the bank. The member is asked for the account again.",
                "%(n)d were not accepted by the bank. The members are asked for their accounts again.",
                outcome.returned,
            )
            messages.warning(request, words % {"n": outcome.returned})
        for words in (*outcome.misfits, *unreadable):
            messages.error(request, words)

    def _page(self, request: Request, waiting: list[ToMake], make: MakeFileForm, results: ResultForm) -> HttpResponse:
        ready = [one.transfer for one in waiting if one.transfer is not None]
        context: dict[str, Any] = {
            "ready": [one for one in waiting if one.transfer is not None],
            "blocked": [one for one in waiting if one.transfer is None],
            "total": sum(one.amount for one in ready),
            "seen": mark_of(ready),
            "make_form": make,
            "result_form": results,
            "files": files_open(request.viewer)[:OPEN_FILES],
            "opts": self.opts,
        }
        return TemplateResponse(request, "office/payments/transfers.html", self.admin_site.each_context(request) | context)

    def change_view(self, request: Request, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One file: what is in it, and what can be done with it now."""
        _require_duty(request)
        file, at = _file(object_id), timezone.now()
        lines = list(file.lines.select_related("refund__payment__member"))
        _looked(request, [line.refund for line in lines])
        transfers = {one.number: one for one in transfers_in(file)}
        seen = mark_of(list(transfers.values()))
        form = DiscardForm(request.POST if "discard" in request.POST else None)
        try:
            if "confirm" in request.POST:
                shown = request.POST.get("seen", "")
                actions.confirm_transfer_file(file_id=file.pk, seen=shown, actor=request.viewer, at=at)
                messages.success(request, _("Confirmed. The file can be handed to the bank now."))
                return redirect("admin:payments_transferfile_change", file.pk)
            if form.is_valid():
                actions.discard_transfer_file(file_id=file.pk, actor=request.viewer, at=at, **form.cleaned_data)
                messages.success(request, _("Discarded. The transfers wait to be made again."))
                return redirect(TO_MAKE)
        except Refused as refused:
            if form.is_bound:
                form.add_error(refused.field, refused.message)
            else:
                messages.error(request, refused.message)
        context: dict[str, Any] = {
            "file": file,
            "lines": [(line, transfers.get(line.pk)) for line in lines],
            "seen": seen,
            "form": form,
            "is_own": file.made_by_id == request.viewer.user_id,
            "may_discard": file.state == TransferFileState.MADE
            or (file.state == TransferFileState.CONFIRMED and file.made_by_id != request.viewer.user_id),
            "can_take": file.state == TransferFileState.CONFIRMED,
            "has_sender": sender() is not None,
            "opts": self.opts,
        }
        return TemplateResponse(request, "office/payments/transfer_file.html", self.admin_site.each_context(request) | context)

    def take(self, request: Request, pk: int) -> HttpResponse:
        """The file for the bank: 全銀 or a table."""
        _require_duty(request)
        if request.method != "POST":
            raise NotFound
        file, is_table, account = _file(str(pk)), "table" in request.POST, sender()
        back = redirect("admin:payments_transferfile_change", pk)
        if account is None and not is_table:
            messages.error(request, _("The office's own account is not set (TRANSFER_… in the settings). The table can be taken."))
            return back
        try:
            form = "csv" if is_table else "zengin"
            transfers = actions.take_transfer_file(file_id=pk, form=form, actor=request.viewer, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.message)
            return back
        if is_table or account is None:
            return _attached(table_of(transfers), "text/csv; charset=utf-8", f"transfers-{pk}.csv")
        content = zengin.file_of(account, file.transfer_on, transfers)
        return _attached([content], "text/plain; charset=shift_jis", f"transfers-{pk}.txt")


def _require_duty(request: Request) -> None:
    if not request.viewer.may(Duty.CONFIRM_TRANSFER):
        raise NotFound


def _file(number: str) -> TransferFile:
    pk = int(number) if number.isdecimal() and len(number) < 19 else 0
    return first_or_404(TransferFile.objects.filter(pk=pk).select_related("made_by", "confirmed_by")[:1])


def _looked(request: Request, refunds: Iterable[Refund]) -> None:
    """An account number is more than a look at a refund."""
    members = [refund.payment.member_id for refund in refunds]
    audit.record_looks(actor=request.viewer, at=timezone.now(), action="refund.account_seen", member_ids=members)


def _attached(content: Iterable[bytes], kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(b"".join(content), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
