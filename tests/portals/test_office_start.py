"""The office's start page is a work list."""

import pytest

from ossma.core import registries
from ossma.core.duties import Duty, OfficeRole
from ossma.core.registries import WorkItem
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


def test_what_waits_stands_on_top_with_its_count_and_the_urgent_first(monkeypatch):
    cast = make_cast()
    items = [
        WorkItem("late", "遅れている返金", 3, "/admin/late/", duties=(Duty.HANDLE_PAYMENTS,)),
        WorkItem("help", "助けが必要", 1, "/admin/help/", urgent=True, duties=(Duty.WORK_CASES,)),
    ]
    monkeypatch.setattr(registries.work_list, "_entries", {"all": lambda viewer, at: items})
    page = cast.client(cast.office).get("/admin/").content.decode()
    assert page.index("助けが必要") < page.index("遅れている返金")
    assert "/admin/help/" in page


def test_the_work_list_shows_each_role_only_what_it_can_act_on(monkeypatch):
    cast = make_cast()
    items = [
        WorkItem("late", "遅れている返金", 3, "/admin/late/", duties=(Duty.HANDLE_PAYMENTS,)),
        WorkItem("help", "助けが必要", 1, "/admin/help/", duties=(Duty.WORK_CASES,)),
    ]
    monkeypatch.setattr(registries.work_list, "_entries", {"all": lambda viewer, at: items})
    for role, late, in_need in ((OfficeRole.CLERK, True, False), (OfficeRole.OPERATOR, False, True), (OfficeRole.MANAGER, True, True)):
        page = cast.client(cast.colleague(role)).get("/admin/").content.decode()
        assert ("遅れている返金" in page, "助けが必要" in page) == (late, in_need)


def test_with_nothing_waiting_it_says_so(monkeypatch):
    cast = make_cast()
    monkeypatch.setattr(registries.work_list, "_entries", {})
    assert "現在、対応が必要なことはありません" in cast.client(cast.office).get("/admin/").content.decode()
