"""The addresses of those who ask, for school and office alike: who may open each stands here, before every view."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from django.urls import URLPattern, path

from ossma.core.duties import Duty
from safety.views.desk import (
    cases,
    checks,
    drafting,
    exports,
    incidents,
    live,
    messages,
    people,
    positions,
    queue,
    readiness,
    schedules,
    sending,
    steps,
    summary,
    templates,
    why,
)
from safety.views.desk.faces import Desk
from safety.views.pictures import picture

AccessRule = Callable[[Callable], Callable]


class Level(StrEnum):
    """What a page does in the school portal: supporters may read, administrators write. The office is asked for the duty instead.

    FILE: for administrators, but read only, so also in a school that has ended.
    """

    READ = "read"
    FILE = "file"
    WRITE = "write"


def desk_urls(desk: Desk, access: Callable[[Level, Duty], AccessRule]) -> list[URLPattern]:
    """The patterns of one portal. `access` gives the rule that stands before a view."""

    def at(route: str, level: Level, duty: Duty, view: Callable, name: str) -> URLPattern:
        return path(route, access(level, duty)(view), {"desk": desk}, name=name)

    return [
        at("", Level.READ, Duty.SEE_CASES, checks.index, "list"),
        at("new/", Level.WRITE, Duty.SEND_CHECK, drafting.new, "new"),
        at("advisory/<int:n>/", Level.WRITE, Duty.SEND_CHECK, drafting.from_advisory, "from_advisory"),
        at("desk/", Level.READ, Duty.SEE_CASES, queue.index, "desk"),
        at("desk/live/", Level.READ, Duty.SEE_CASES, queue.live, "desk_live"),
        at("desk/claim/", Level.WRITE, Duty.WORK_CASES, queue.claim, "desk_claim"),
        at("desk/next/", Level.WRITE, Duty.WORK_CASES, queue.next_one, "desk_next"),
        at("desk/hand-over/", Level.WRITE, Duty.WORK_CASES, queue.hand_over, "desk_hand_over"),
        at("incidents/", Level.READ, Duty.SEE_CASES, incidents.index, "incidents"),
        at("incidents/<int:e>/", Level.READ, Duty.SEE_CASES, incidents.show, "incident"),
        at("incidents/<int:e>/<str:step>/", Level.WRITE, Duty.SEND_CHECK, incidents.act, "incident_act"),
        at("templates/", Level.FILE, Duty.MANAGE_CHECKS, templates.index, "templates"),
        at("templates/new/", Level.WRITE, Duty.MANAGE_CHECKS, templates.new, "template_new"),
        at("templates/<int:t>/", Level.WRITE, Duty.MANAGE_CHECKS, templates.edit, "template"),
        at("templates/<int:t>/delete/", Level.WRITE, Duty.MANAGE_CHECKS, templates.delete, "template_delete"),
        at("schedules/", Level.FILE, Duty.MANAGE_CHECKS, schedules.index, "schedules"),
        at("schedules/new/", Level.WRITE, Duty.MANAGE_CHECKS, schedules.new, "repeat_new"),
        at("schedules/<int:s>/", Level.FILE, Duty.MANAGE_CHECKS, schedules.show, "repeat"),
        at("schedules/<int:s>/edit/", Level.WRITE, Duty.MANAGE_CHECKS, schedules.edit, "repeat_edit"),
        at("schedules/<int:s>/pause/", Level.WRITE, Duty.MANAGE_CHECKS, schedules.pause, "repeat_pause"),
        at("cases/", Level.READ, Duty.SEE_CASES, cases.index, "cases"),
        at("cases/<int:c>/", Level.READ, Duty.SEE_CASES, cases.show, "case"),
        at("cases/<int:c>/resolve/", Level.WRITE, Duty.WORK_CASES, cases.resolve, "resolve"),
        at("cases/<int:c>/log/", Level.WRITE, Duty.WORK_CASES, cases.log, "case_log"),
        at("cases/<int:c>/plan/", Level.WRITE, Duty.WORK_CASES, cases.plan, "case_plan"),
        at("cases/<int:c>/medical/", Level.WRITE, Duty.REVEAL, cases.medical, "case_medical"),
        at("cases/<int:c>/<str:verb>/", Level.WRITE, Duty.WORK_CASES, cases.act, "case_act"),
        at("reach/", Level.READ, Duty.SEE_CASES, readiness.reach, "reach"),
        at("cover/", Level.READ, Duty.SEE_CASES, readiness.cover, "cover"),
        at("members/<int:m>/position/", Level.WRITE, Duty.REVEAL, positions.exact, "exact"),
        at("pictures/<int:a>/", Level.READ, Duty.SEE_CASES, picture, "picture"),
        at("pictures/<int:a>/small/", Level.READ, Duty.SEE_CASES, partial(picture, small=True), "picture_small"),
        at("<int:n>/", Level.READ, Duty.SEE_CASES, live.show, "show"),
        at("<int:n>/live/", Level.READ, Duty.SEE_CASES, live.live, "live"),
        at("<int:n>/export.csv", Level.FILE, Duty.EXPORT_CHECK, exports.as_csv, "export_csv"),
        at("<int:n>/export.xlsx", Level.FILE, Duty.EXPORT_CHECK, exports.as_xlsx, "export_xlsx"),
        at("<int:n>/messages/", Level.READ, Duty.SEE_CASES, messages.index, "messages"),
        at("<int:n>/report/", Level.READ, Duty.SEE_CASES, summary.report, "report"),
        at("<int:n>/summary.pdf", Level.FILE, Duty.EXPORT_CHECK, summary.as_pdf, "summary_pdf"),
        at("<int:n>/edit/", Level.WRITE, Duty.SEND_CHECK, drafting.edit, "edit"),
        at("<int:n>/preview/", Level.WRITE, Duty.SEND_CHECK, sending.preview, "preview"),
        at("<int:n>/schedule/", Level.WRITE, Duty.SEND_CHECK, sending.schedule, "schedule"),
        at("<int:n>/left-out/", Level.FILE, Duty.SEE_CASES, why.left_out, "left_out"),
        at("<int:n>/why/", Level.READ, Duty.SEE_CASES, why.why, "why"),
        at("<int:n>/people/<int:r>/", Level.READ, Duty.SEE_CASES, people.person, "person"),
        at("<int:n>/people/<int:r>/answer/", Level.WRITE, Duty.WORK_CASES, people.proxy, "proxy"),
        at("<int:n>/people/<int:r>/take/", Level.WRITE, Duty.WORK_CASES, people.take, "person_take"),
        at("<int:n>/<str:verb>/", Level.WRITE, Duty.SEND_CHECK, steps.step, "step"),
    ]
