"""Through which face the pages are seen, and what every one of them needs."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from members import school_access
from members.states import SchoolAct
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from safety.forms.audience import AudienceForm
from safety.queries.dashboard import SafetyCheck, owns
from safety.states import CheckKind

MOST_UNUSED_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Desk:
    """A face: the namespace of its addresses and the skeleton of its pages."""

    ns: str
    base: str

    def url(self, name: str, *args: int) -> str:
        """An address on this face."""
        return reverse(f"{self.ns}:{name}", args=args)


SCHOOL = Desk("school:safety", "school/base.html")
OFFICE = Desk("office:safety", "office/base.html")


def may_write(request: Request) -> bool:
    """Whether this reader may act at all: supporters read along, and so does a school that has ended."""
    return request.viewer.is_office or (request.viewer.is_school and school_access.may(request.viewer, SchoolAct.FOLLOW_UP))


def show_page(request: Request, desk: Desk, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the desk. `check` in the context brings its drill stripes and what this viewer may do with it."""
    check: SafetyCheck | None = context.get("check")
    if check is not None:
        context |= {"drill": check.kind == CheckKind.DRILL, "owns": owns(request.viewer, check)}
    rights = {"may_write": may_write(request), "may_export": request.viewer.is_office or request.viewer.is_school}
    return render(request, f"school/safety/{name}.html", {"desk": desk, **rights, **context}, status=status)


def posted(request: Request) -> QueryDict | None:
    """What a form is bound to: whatever was posted, be it nothing at all."""
    return request.POST if request.method == "POST" else None


def put_refusal(form: forms.Form, refused: Refused) -> None:
    """Show what a rule refused at its field, or above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)


def tell_unused_words(request: Request, form: AudienceForm) -> None:
    """Say what of an uploaded list is no member: the rest of it is used all the same."""
    words = form.unused_words
    if not words:
        return
    text = ngettext("%(count)d word of the file was not used, as no member has it: %(words)s",
                    "%(count)d words of the file were not used, as no member has them: %(words)s", len(words))  # fmt: skip
    shown = ", ".join(words[:MOST_UNUSED_SHOWN]) + (" …" if len(words) > MOST_UNUSED_SHOWN else "")
    messages.warning(request, text % {"count": len(words), "words": shown})
