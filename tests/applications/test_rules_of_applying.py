"""Who may apply for what, and why not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from applications.rules.applying import Standing, Terms, Wish, check, payers_for, refusal_to_start, refusals, services_for
from ossma.core.refusals import Refused

TODAY = date(2026, 6, 1)
TERMS = Terms(("ossma", "plus"), ("member", "school"))
STUDENT = Standing(kind="student", school_state="active", terms=TERMS)
WISH = Wish("ossma", "member", date(2026, 7, 1), date(2026, 7, 31))


def codes(wish=WISH, standing=STUDENT):
    return [refused.code for refused in refusals(wish, standing, TODAY)]


def test_an_ordinary_wish_is_granted():
    assert codes() == []
    check(WISH, STUDENT, TODAY)


def test_staff_may_only_apply_for_ossma():
    staff = replace(STUDENT, kind="staff")
    assert services_for(staff) == ["ossma"]
    assert codes(replace(WISH, service="plus"), staff) == ["staff"]


def test_a_service_that_the_contract_leaves_out_is_refused():
    assert codes(replace(WISH, service="plus"), replace(STUDENT, terms=Terms(("ossma",), ("member",)))) == ["service"]


def test_a_payer_that_the_contract_leaves_out_is_refused():
    standing = replace(STUDENT, terms=Terms(("ossma",), ("school",)))
    assert payers_for(standing) == ["school"]
    assert codes(standing=standing) == ["payer"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"terms": None}, "no_contract"),
        ({"school_state": "suspended"}, "no_contract"),
        ({"school_state": "ended"}, "no_contract"),
        ({"withdrawn": True}, "withdrawn"),
        ({"waiting": True}, "waiting"),
        ({"terms": Terms((), ("member",))}, "nothing_offered"),
        ({"kind": "staff", "terms": Terms(("plus",), ("member",))}, "nothing_offered"),
    ],
)
def test_plus_is_greyed_out_with_its_reason(change, code):
    standing = replace(STUDENT, **change)
    refused = refusal_to_start(standing)
    assert refused and refused.code == code
    assert codes(standing=standing) == [code]


def test_plus_is_open_when_nothing_forbids_it():
    assert refusal_to_start(STUDENT) is None


@pytest.mark.parametrize(
    ("first", "last", "code", "field"),
    [
        (date(2026, 7, 2), date(2026, 7, 1), "backwards", "last_day"),
        (TODAY - timedelta(days=1), date(2026, 7, 1), "past", "first_day"),
        (date(2062, 7, 1), date(2062, 7, 31), "far", "first_day"),
        (date(9999, 12, 31), date(9999, 12, 31), "far", "first_day"),
        (date(2026, 7, 1), date(2027, 7, 1), "over_a_year", "last_day"),
    ],
)
def test_a_wrong_period_is_refused_at_its_field(first, last, code, field):
    found = list(refusals(replace(WISH, first_day=first, last_day=last), STUDENT, TODAY))
    assert [(refused.code, refused.field) for refused in found] == [(code, field)]


def test_somebody_who_is_abroad_already_may_begin_today():
    assert codes(replace(WISH, first_day=TODAY)) == []


@pytest.mark.parametrize(
    ("first", "last", "overlaps"),
    [
        (date(2026, 6, 1), date(2026, 6, 30), False),
        (date(2026, 6, 1), date(2026, 7, 1), True),
        (date(2026, 7, 31), date(2026, 8, 5), True),
        (date(2026, 8, 1), date(2026, 8, 5), False),
    ],
)
def test_two_applications_share_no_day(first, last, overlaps):
    standing = replace(STUDENT, periods=((date(2026, 7, 1), date(2026, 7, 31)),))
    assert codes(replace(WISH, first_day=first, last_day=last), standing) == (["overlap"] if overlaps else [])


def test_check_raises_the_first_refusal():
    with pytest.raises(Refused, match=r"."):
        check(replace(WISH, payer="nobody"), STUDENT, TODAY)
