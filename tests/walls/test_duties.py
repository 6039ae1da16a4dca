"""The office's table of duties is asked everywhere: by every action, by every admin table, and never walked around."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.db.models import Field

from ossma.core.duties import DUTIES, Access, Duty, OfficeRole
from ossma.core.office_admin import OfficeAdmin, OfficeInline
from ossma.core.refusals import NotFound
from ossma.core.viewer import NOBODY, SYSTEM, Face, Viewer
from tests.walls.house import BASE, ROOMS, sources, tree, where

TABLES = list(admin.site._registry.values())
# Columns that nobody may ask letter by letter, sort by or search in.
SECRETS = {"password", "digest", "token", "secret", "blood_type", "allergies", "illnesses", "medication", "account", "latitude", "longitude"}


def action_modules() -> Iterator[str]:
    """Every module of every room's actions."""
    for path in sources(*ROOMS[1:]):
        parts = path.relative_to(BASE).with_suffix("").parts
        if "actions" in parts and path.name != "__init__.py":
            yield ".".join(parts)


def public_actions() -> Iterator[tuple[str, Callable]]:
    """Every public function of the actions, by its full name."""
    for name in action_modules():
        module = importlib.import_module(name)
        for word, function in inspect.getmembers(module, inspect.isfunction):
            if not word.startswith("_") and function.__module__ == name:
                yield f"{name}.{word}", function


def test_every_action_says_what_it_asks_of_the_office():
    assert [name for name, function in public_actions() if not isinstance(getattr(function, "access", None), Access)] == []


def test_an_actor_of_the_office_without_the_duty_gets_not_found_from_every_action():
    stranger = Viewer(face=Face.OFFICE, user_id=1, roles=frozenset())
    asked = 0
    for name, function in public_actions():
        if function.access in {Access.DUTY, Access.NEVER}:
            asked += 1
            with pytest.raises(NotFound):
                function(actor=stranger, duties=tuple(Duty))
                pytest.fail(f"{name} let an account without a role pass")
    assert asked > 50


def test_no_view_and_no_admin_page_calls_a_step_that_asks_nobody():
    inner = {name.rsplit(".", 1)[1] for name, function in public_actions() if function.access is Access.INNER}
    shared = {name.rsplit(".", 1)[1] for name, function in public_actions() if function.access is not Access.INNER}
    faults = []
    for path in sources(*ROOMS):
        parts = path.relative_to(BASE).parts
        if not {"views", "admin", "forms", "admin.py", "urls"} & set(parts):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module and ".actions" in node.module:
                faults += [f"{where(path, node)} {one.name}" for one in node.names if one.name in inner - shared]
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in {"actions", "moves", "calls"}:
                faults += [f"{where(path, node)} {node.attr}"] if node.attr in inner - shared else []
    assert faults == []


def test_every_duty_has_somebody_and_every_role_has_a_duty():
    assert set(DUTIES) == set(Duty)
    assert all(DUTIES.values())
    assert {role for roles in DUTIES.values() for role in roles} == set(OfficeRole)


@pytest.mark.parametrize("duty", list(Duty))
def test_a_duty_belongs_to_its_roles_to_programs_and_to_nobody_else(duty):
    for role in OfficeRole:
        assert Viewer(face=Face.OFFICE, user_id=1, roles=frozenset({role})).may(duty) == (role in DUTIES[duty])
    assert SYSTEM.may(duty)
    assert not NOBODY.may(duty)
    for face in (Face.SCHOOL, Face.SUPPORTER, Face.MEMBER, Face.LINK):
        assert not Viewer(face=face, user_id=1, roles=frozenset(OfficeRole)).may(duty), "a role of the office counts in the office only"


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_admin_table_names_the_duties_that_open_it(table):
    assert isinstance(table, OfficeAdmin)
    assert table.reads or table.writes
    assert all(issubclass(inline, OfficeInline) for inline in table.inlines)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_a_list_is_narrowed_by_its_named_filters_only(table, rf):
    request = rf.get("/")
    named = set(table.filter_names())
    for name in named:
        assert table.lookup_allowed(f"{name}__exact", "1", request)
    for field in table.model._meta.get_fields():
        if isinstance(field, Field) and field.name not in named:
            assert not table.lookup_allowed(f"{field.name}__startswith", "a", request), field.name
            assert not table.lookup_allowed(field.name, "a", request), field.name
        if field.is_relation and field.related_model:
            for secret in SECRETS:
                assert not table.lookup_allowed(f"{field.name}__{secret}__startswith", "a", request), field.name


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_no_table_filters_sorts_or_searches_by_a_secret(table):
    ordered = [str(getattr(one, "expression", one)) for one in table.ordering or ()]
    words = [*table.filter_names(), *map(str, table.search_fields), *ordered, *(name for name in table.list_display if isinstance(name, str))]
    parts = {part.strip("-=^@") for word in words for part in word.split("__")}
    assert not parts & SECRETS
