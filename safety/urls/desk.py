"""The addresses of those who ask, once for each face: what the wall is stands here, before every view."""

from collections.abc import Callable

from django.urls import URLPattern, path

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

Wall = Callable[[Callable], Callable]


def desk_urls(desk: Desk, *, reads: Wall, writes: Wall) -> list[URLPattern]:
    """The patterns of one face. `reads` lets supporters in as well; `writes` only those who may ask and act."""

    def at(route: str, wall: Wall, view: Callable, name: str) -> URLPattern:
        return path(route, wall(view), {"desk": desk}, name=name)

    return [
        at("", reads, checks.index, "list"),
        at("new/", writes, drafting.new, "new"),
        at("advisory/<int:n>/", writes, drafting.from_advisory, "from_advisory"),
        at("desk/", reads, queue.index, "desk"),
        at("desk/live/", reads, queue.live, "desk_live"),
        at("desk/claim/", writes, queue.claim, "desk_claim"),
        at("desk/next/", writes, queue.next_one, "desk_next"),
        at("desk/hand-over/", writes, queue.hand_over, "desk_hand_over"),
        at("incidents/", reads, incidents.index, "incidents"),
        at("incidents/<int:e>/", reads, incidents.show, "incident"),
        at("incidents/<int:e>/<str:step>/", writes, incidents.act, "incident_act"),
        at("templates/", writes, templates.index, "templates"),
        at("templates/new/", writes, templates.new, "template_new"),
        at("templates/<int:t>/", writes, templates.edit, "template"),
        at("templates/<int:t>/delete/", writes, templates.delete, "template_delete"),
        at("schedules/", writes, schedules.index, "schedules"),
        at("schedules/new/", writes, schedules.new, "repeat_new"),
        at("schedules/<int:s>/", writes, schedules.show, "repeat"),
        at("schedules/<int:s>/edit/", writes, schedules.edit, "repeat_edit"),
        at("schedules/<int:s>/pause/", writes, schedules.pause, "repeat_pause"),
        at("cases/", reads, cases.index, "cases"),
        at("cases/<int:c>/", reads, cases.show, "case"),
        at("cases/<int:c>/resolve/", writes, cases.resolve, "resolve"),
        at("cases/<int:c>/log/", writes, cases.log, "case_log"),
        at("cases/<int:c>/plan/", writes, cases.plan, "case_plan"),
        at("cases/<int:c>/medical/", writes, cases.medical, "case_medical"),
        at("cases/<int:c>/<str:verb>/", writes, cases.act, "case_act"),
        at("reach/", reads, readiness.reach, "reach"),
        at("cover/", reads, readiness.cover, "cover"),
        at("members/<int:m>/position/", writes, positions.exact, "exact"),
        at("<int:n>/", reads, live.show, "show"),
        at("<int:n>/live/", reads, live.live, "live"),
        at("<int:n>/export.csv", writes, exports.as_csv, "export_csv"),
        at("<int:n>/export.xlsx", writes, exports.as_xlsx, "export_xlsx"),
        at("<int:n>/messages/", reads, messages.index, "messages"),
        at("<int:n>/report/", reads, summary.report, "report"),
        at("<int:n>/summary.pdf", writes, summary.as_pdf, "summary_pdf"),
        at("<int:n>/edit/", writes, drafting.edit, "edit"),
        at("<int:n>/preview/", writes, sending.preview, "preview"),
        at("<int:n>/schedule/", writes, sending.schedule, "schedule"),
        at("<int:n>/left-out/", writes, why.left_out, "left_out"),
        at("<int:n>/why/", reads, why.why, "why"),
        at("<int:n>/people/<int:r>/", reads, people.person, "person"),
        at("<int:n>/people/<int:r>/answer/", writes, people.proxy, "proxy"),
        at("<int:n>/people/<int:r>/take/", writes, people.take, "person_take"),
        at("<int:n>/<str:verb>/", writes, steps.step, "step"),
    ]
