"""A check as a file: the list as CSV and XLSX, the summary as PDF. Each leaves a line in the audit trail."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ossma.core import limits
from ossma.core.ratelimit import in_words, take
from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from safety.actions.exporting import note_export
from safety.files import Table, list_csv, list_xlsx
from safety.queries import dashboard
from safety.queries.dashboard import SafetyCheck
from safety.queries.exporting import exported
from safety.views.desk.faces import Desk
from safety.views.desk.listing import asked_of

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Export = Callable[[Request, SafetyCheck, datetime], HttpResponseBase]


def as_file(answer: HttpResponseBase, check: SafetyCheck, at: datetime, ending: str) -> HttpResponseBase:
    """Give an answer its name as a file."""
    local = timezone.localtime(at)
    answer["Content-Disposition"] = f'attachment; filename="safety-{check.pk}-{local:%Y%m%d-%H%M}.{ending}"'
    return answer


def exporting(export: Export) -> Callable[..., HttpResponseBase]:
    """What every export has in common: a check that was sent, and not too many in a short time."""

    @require_http_methods(["GET"])
    def view(request: Request, desk: Desk, n: int) -> HttpResponseBase:
        check = dashboard.check_of(request.viewer, n)
        if check.sent_at is None:
            raise NotFound
        at = timezone.now()
        if wait := take(limits.EXPORT, key=request.viewer.user_id, at=at):
            told = _("Too many files in a short time. Please wait %(wait)s and try again.") % {"wait": in_words(wait)}
            messages.warning(request, told)
            return redirect(desk.url("show", n))
        return export(request, check, at)

    return view


def _list(request: Request, check: SafetyCheck, at: datetime, ending: str) -> Iterator[bytes]:
    asked = asked_of(request)
    narrowed = {"standing": asked.wanted.standing, "country": asked.wanted.country, "part": asked.wanted.part, "trace": asked.sought.trace}
    # Words that were looked for may be a name: only that there were some.
    note_export(
        actor=request.viewer, at=at, check=check, form=ending,
        narrowed={name: value for name, value in {**narrowed, "words": bool(asked.sought.text)}.items() if value},
    )  # fmt: skip
    table = Table(at=at, zone=timezone.get_current_timezone(), english=request.LANGUAGE_CODE == "en")
    rows = exported(request.viewer, check, asked.wanted, asked.sought, at=at, english=request.LANGUAGE_CODE == "en")
    return list_csv(table, rows) if ending == "csv" else list_xlsx(table, rows, check.title)


@exporting
def as_csv(request: Request, check: SafetyCheck, at: datetime) -> HttpResponseBase:
    """The list as CSV, narrowed as it is on the page."""
    return as_file(StreamingHttpResponse(_list(request, check, at, "csv"), content_type=CSV), check, at, "csv")


@exporting
def as_xlsx(request: Request, check: SafetyCheck, at: datetime) -> HttpResponseBase:
    """The list as a workbook, narrowed as it is on the page."""
    return as_file(StreamingHttpResponse(_list(request, check, at, "xlsx"), content_type=XLSX), check, at, "xlsx")
