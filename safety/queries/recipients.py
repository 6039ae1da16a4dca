"""Who would be asked, who is left out and why (safety.md S1): the same statement feeds the preview and the freezing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import overload

from django.db import connection
from django.db.models import Count, QuerySet

from applications.queries.presence import Statement
from members.models import Member, School
from notices.audience import Audience, Exceptions, asker
from notices.audience_sql import members_sql
from ossma.core.models import Country
from ossma.core.viewer import Viewer
from safety.models import Omission, SafetyCheck
from safety.states import CheckKind, LeftOut, Reason

# The preview names this many of those left out; a page of its own names all.
LONGEST_LIST = 20

# Paid or not never keeps anybody out of an ad hoc check. About one incident nobody has two open questions: whoever still owes an answer is not asked
# a second time (of a stopped check, if its message went out), nor whoever has answered, unless the check asks again.
EARLIER = """
SELECT r.member_id, bool_or(r.standing <> 'silent') AS answered,
    bool_or(r.standing = 'silent' AND (c.state = 'open' OR c.state = 'stopped' AND EXISTS (
        SELECT 1 FROM safety_delivery d WHERE d.recipient_id = r.id AND d.state = 'sent'))) AS owes
FROM safety_recipient r JOIN safety_safetycheck c ON c.id = r.check_id
WHERE c.incident_id = %(incident)s AND c.id IS DISTINCT FROM %(check)s GROUP BY r.member_id
"""
CANDIDATES = f"""
SELECT m.*, CASE
    WHEN m.withdrawn THEN 'withdrawn'
    WHEN m.excepted THEN 'excepted'
    WHEN m.is_back THEN 'reported_back'
    WHEN m.address = '' THEN 'no_address'
    WHEN m.unpaid AND %(paid_only)s THEN 'not_paid'
    WHEN e.owes THEN 'already_asked'
    WHEN e.answered AND NOT %(ask_again)s THEN 'answered'
    ELSE '' END AS left_out
FROM ({{members}}) m LEFT JOIN ({EARLIER}) e ON e.member_id = m.member_id
"""  # noqa: S608 - one statement of this file inside another

# Whom the audience would mean but for its exceptions, beside those it means.
WITH_EXCEPTED = """WITH meant AS ({meant})
SELECT m.*, FALSE AS excepted FROM meant m
UNION ALL SELECT w.*, TRUE FROM ({without}) w WHERE NOT EXISTS (SELECT 1 FROM meant m WHERE m.member_id = w.member_id)"""

# GROUPING tells which of the three columns a row does not count by: 7 the totals, 3 by country, 5 by school, 6 by reason.
COUNTS = """
WITH c AS ({candidates})
SELECT GROUPING(country_id, school_id, reason), left_out, country_id, school_id, reason, count(*), count(*) FILTER (WHERE latitude IS NULL)
FROM c GROUP BY GROUPING SETS ((left_out), (left_out, country_id), (left_out, school_id), (left_out, reason))
HAVING GROUPING(country_id, school_id, reason) = 7 OR left_out = ''
ORDER BY count(*) DESC
"""
TOTAL, BY_COUNTRY, BY_SCHOOL, BY_REASON = 7, 3, 5, 6

LEFT_OUT = """WITH c AS ({candidates})
SELECT member_id, left_out FROM c WHERE left_out <> '' AND (%(reason)s = '' OR left_out = %(reason)s)
ORDER BY left_out, member_id LIMIT %(longest)s OFFSET %(skip)s"""


def candidates_sql(
    asking: Viewer,
    audience: Audience,
    *,
    kind: str,
    incident_id: int | None,
    at: datetime,
    check_id: int | None = None,
    ask_again: bool = False,
) -> Statement:
    """The columns of `members_sql` and `left_out`: empty for those who are asked, else a value of LeftOut."""
    members, parameters = members_sql(asking, audience, at=at)
    if audience.exceptions == Exceptions():
        members = f"SELECT m.*, FALSE AS excepted FROM ({members}) m"  # noqa: S608 - a statement of ours inside another
    else:
        without, more = members_sql(asking, replace(audience, exceptions=Exceptions()), at=at)
        members, parameters = WITH_EXCEPTED.format(meant=members, without=without), {**more, **parameters}
    asked = {"paid_only": kind != CheckKind.AD_HOC, "incident": incident_id, "check": check_id, "ask_again": ask_again}
    return CANDIDATES.format(members=members), {**parameters, **asked}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a breakdown: a country (ministry code) or a school, and how many are asked there. No key: place not known."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class LeftOutMember:
    """Somebody whom the audience means and who is not asked."""

    member_id: int
    name: str
    school: str
    reason: LeftOut


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending now would do. `left_out` names the first, `left_out_counts` counts all by reason; of the `unplaced` only the country is known."""

    count: int = 0
    unplaced: int = 0
    by_country: list[Line] = field(default_factory=list)
    by_school: list[Line] = field(default_factory=list)
    by_reason: list[Line] = field(default_factory=list)
    left_out: list[LeftOutMember] = field(default_factory=list)
    left_out_counts: dict[LeftOut, int] = field(default_factory=dict)


def preview(
    viewer: Viewer,
    *,
    audience: Audience,
    kind: str,
    at: datetime,
    incident_id: int | None = None,
    school_id: int | None = None,
    ask_again: bool = False,
) -> Preview:
    """The number, its breakdown, and who is left out. A school asks behind its own wall; the office may look through a school's (`school_id`)."""
    asking = asker(viewer, school_id=school_id)
    candidates, parameters = candidates_sql(asking, audience, kind=kind, incident_id=incident_id, at=at, ask_again=ask_again)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(candidates=candidates), parameters)
        rows = [(row[0], row[1], {BY_COUNTRY: row[2], BY_SCHOOL: row[3], BY_REASON: row[4]}, row[5], row[6]) for row in cursor.fetchall()]
        cursor.execute(LEFT_OUT.format(candidates=candidates), {**parameters, "reason": "", "longest": LONGEST_LIST, "skip": 0})
        people = cursor.fetchall()
    totals = {left_out: n for grouping, left_out, _keys, n, _unplaced in rows if grouping == TOTAL}
    by = {wanted: {keys[wanted]: n for grouping, _left, keys, n, _un in rows if grouping == wanted} for wanted in (BY_COUNTRY, BY_SCHOOL, BY_REASON)}
    return Preview(
        count=totals.get("", 0),
        unplaced=sum(unplaced for grouping, left_out, _keys, _n, unplaced in rows if grouping == TOTAL and not left_out),
        by_country=_by_country(by[BY_COUNTRY]),
        by_school=_by_school(by[BY_SCHOOL]),
        by_reason=[Line(key, str(Reason(key).label), n) for key, n in by[BY_REASON].items()],
        left_out=_people(people),
        left_out_counts={reason: totals[reason] for reason in LeftOut if reason in totals},
    )


def preview_of(viewer: Viewer, check: SafetyCheck, at: datetime) -> Preview:
    """The same for a check as it stands."""
    return preview(
        viewer, audience=Audience.from_json(check.audience), kind=check.kind, at=at, incident_id=check.incident_id, school_id=check.school_id,
        ask_again=check.ask_again,
    )  # fmt: skip


class LeftOutList(Sequence[LeftOutMember]):
    """Everybody whom a check's audience means and who is not asked, for a pager: before the sending as it stands now, after it as it was frozen."""

    def __init__(self, viewer: Viewer, check: SafetyCheck, counts: dict[LeftOut, int], *, reason: str, at: datetime) -> None:
        self.viewer, self.check, self.counts, self.reason, self.at = viewer, check, counts, reason, at

    def __len__(self) -> int:
        return self.counts.get(LeftOut(self.reason), 0) if self.reason else sum(self.counts.values())

    @overload
    def __getitem__(self, part: int) -> LeftOutMember: ...

    @overload
    def __getitem__(self, part: slice) -> list[LeftOutMember]: ...

    def __getitem__(self, part: int | slice) -> LeftOutMember | list[LeftOutMember]:
        if isinstance(part, int):
            return self[part : part + 1][0]
        skip, longest = part.start or 0, (part.stop or len(self)) - (part.start or 0)
        if self.check.sent_at is not None:
            rows = _omissions(self.viewer, self.check)
            rows = rows.filter(reason=self.reason) if self.reason else rows
            return _people(list(rows.order_by("reason", "member_id").values_list("member_id", "reason")[skip : skip + longest]))
        check = self.check
        candidates, parameters = candidates_sql(
            asker(self.viewer, school_id=check.school_id), Audience.from_json(check.audience), kind=check.kind, incident_id=check.incident_id,
            at=self.at, check_id=check.pk, ask_again=check.ask_again,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(LEFT_OUT.format(candidates=candidates), {**parameters, "reason": self.reason, "longest": longest, "skip": skip})
            return _people(cursor.fetchall())


def _omissions(viewer: Viewer, check: SafetyCheck) -> QuerySet[Omission]:
    rows = Omission.objects.filter(check_row=check)
    return rows if viewer.is_office else rows.filter(member__in=Member.objects.visible_to(viewer))


def left_out(viewer: Viewer, check: SafetyCheck, *, reason: str, at: datetime) -> LeftOutList:
    """Who is not asked though the audience means them, all of them. `reason`: a value of LeftOut, or empty."""
    if check.sent_at is None:
        counts = preview_of(viewer, check, at).left_out_counts
    else:
        found = dict(_omissions(viewer, check).order_by().values_list("reason").annotate(n=Count("*")))
        counts = {known: found[known] for known in LeftOut if known in found}
    return LeftOutList(viewer, check, counts, reason=reason, at=at)


def _by_country(counts: dict[str | None, int]) -> list[Line]:
    names = {country.pk: country.label for country in Country.objects.filter(pk__in=counts)}
    return [Line(key or "", names.get(key or "", ""), n) for key, n in counts.items()]


def _by_school(counts: dict[int, int]) -> list[Line]:
    names = {school.pk: school.name for school in School.objects.filter(pk__in=counts)}
    return [Line(str(key), names[key], n) for key, n in counts.items()]


def _people(rows: list[tuple[int, str]]) -> list[LeftOutMember]:
    members = Member.objects.select_related("school").in_bulk([member_id for member_id, _reason in rows])
    return [LeftOutMember(pk, members[pk].name, members[pk].school.name, LeftOut(reason)) for pk, reason in rows]
