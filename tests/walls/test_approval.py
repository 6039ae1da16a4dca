"""What needs a second person is registered, guarded by the database, and read as approved only."""

import re

import pytest
from django.apps import apps
from django.contrib import admin

from members.admin.approving import ApprovalAdmin
from ossma.core import registries
from ossma.core.models import NeedsApproval
from tests.walls.house import ROOMS, sources, where

MODELS = [model for model in apps.get_models() if issubclass(model, NeedsApproval)]
# Where proposals are written, decided about and shown to the office, and where the demo's rows come from.
OF_PROPOSALS = ("migrations", "demo", "actions/approval.py", "queries/approval.py")


def test_there_is_something_to_approve():
    assert {model._meta.label_lower for model in MODELS} == {label for label, _found in registries.approvals}
    assert len(MODELS) == 7


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_the_database_itself_refuses_a_writer_as_approver(model):
    names = {constraint.name.rsplit(f"{model._meta.app_label}_{model._meta.model_name}_", 1)[-1] for constraint in model._meta.constraints}
    assert names >= {"two_people", "approver_is_no_writer", "decided_once"}


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_the_admin_of_what_needs_approval_has_the_duties_of_the_registry(model):
    table, found = admin.site._registry[model], registries.approvals.get(model._meta.label_lower)
    assert isinstance(table, ApprovalAdmin)
    assert (table.writes, table.approves) == (found.writes, found.approves)


def test_whatever_computes_or_shows_asks_for_approved_rows_only():
    calls = re.compile(rf"\b({'|'.join(model.__name__ for model in MODELS)})\.objects\.(?!approved\(|proposed\()")
    faults = [where(path) for path in sources(*ROOMS) if not any(part in str(path) for part in OF_PROPOSALS) and calls.search(path.read_text())]
    assert faults == []
