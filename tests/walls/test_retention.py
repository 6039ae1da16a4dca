"""Every table that grows has a rule that empties it, or a reason why none does (architecture.md)."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from ossma.core import registries
from ossma.core.retention import Rule

TABLES = {model._meta.label for model in apps.get_models() if model._meta.managed and not model._meta.proxy}
ENDS = dict(registries.kept)
RULES = dict(registries.retention)
# Rules that empty a column or a folder besides the one that is named for the table.
BESIDES = {"safety.pictures"}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_has_a_rule_or_a_reason(table):
    end = ENDS.get(table)
    assert end is not None, f"{table}: say in registered.py how its rows end (ossma/core/retention.py)"
    assert bool(end.rule) != (len(end.reason) > 20)


def test_no_end_is_told_of_a_table_that_does_not_exist():
    assert sorted(set(ENDS) - TABLES) == []


def test_every_end_by_a_rule_names_one_that_is_carried_out_and_every_rule_empties_a_table():
    named = {end.rule for end in ENDS.values() if end.rule}
    assert sorted(named - set(RULES)) == []
    assert sorted(set(RULES) - named - BESIDES) == []


def test_the_page_for_operators_lists_every_rule_with_its_tables_and_days():
    text = (Path(settings.BASE_DIR) / "docs/operations.md").read_text()
    section = re.search(r"^### Retention$(.*?)^### ", text, re.MULTILINE | re.DOTALL)[1]
    lines = re.findall(r"^\| `(\S+)` \| (.+?) \| (.+) \|$", section, re.MULTILINE)
    rows = {name: (set(tables.split(", ")), over) for name, tables, over in lines}
    assert set(rows) == set(RULES)
    for name, (tables, over) in rows.items():
        if name not in BESIDES:
            assert tables == {table for table, end in ENDS.items() if end.rule == name}
        if isinstance(RULES[name], Rule):
            assert f"{RULES[name].kept.days} days" in over, name
