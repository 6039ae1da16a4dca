"""The planner knows of a crowd as soon as it is in."""

import pytest
from django.db import connection

from safety.statistics import CROWD, tell_planner

pytestmark = pytest.mark.django_db


def statements(rows: int, queries) -> list[str]:
    with queries() as captured:
        tell_planner("safety_recipient", rows=rows)
    return [query["sql"] for query in captured]


@pytest.fixture
def queries(django_assert_max_num_queries):
    return lambda: django_assert_max_num_queries(1, connection=connection)


def test_a_crowd_makes_the_planner_count_the_table_anew(queries):
    assert statements(CROWD, queries) == ['ANALYZE (SKIP_LOCKED) "safety_recipient"']


def test_a_few_people_cost_no_counting(queries):
    assert statements(CROWD - 1, queries) == []
