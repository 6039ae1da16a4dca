"""The office's start page is a work list."""

import pytest

from ossma.core import registries
from ossma.core.registries import WorkItem
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


def test_what_waits_stands_on_top_with_its_count_and_the_urgent_first(monkeypatch):
    cast = make_cast()
    items = [WorkItem("late", "遅れている返金", 3, "/admin/late/"), WorkItem("help", "助けが必要", 1, "/admin/help/", urgent=True)]
    monkeypatch.setattr(registries.work_list, "_entries", {"all": lambda viewer, at: items})
    page = cast.client(cast.office).get("/admin/").content.decode()
    assert page.index("助けが必要") < page.index("遅れている返金")
    assert "/admin/help/" in page


def test_with_nothing_waiting_it_says_so(monkeypatch):
    cast = make_cast()
    monkeypatch.setattr(registries.work_list, "_entries", {})
    assert "現在、対応が必要なことはありません" in cast.client(cast.office).get("/admin/").content.decode()
