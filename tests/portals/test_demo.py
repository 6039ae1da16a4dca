"""The demo's data: what interface.md promises, and never mixed with real people."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from applications.models import GiveBack, PeriodChange
from applications.queries import presence
from members.models import Invitation, Member, School, SchoolRole, User
from notices.models import Advisory
from ossma.core.viewer import SYSTEM
from payments.models import LedgerLine, Payment, Refund
from payments.states import PaymentState
from safety.models import SafetyCheck
from tests.factories.members import SchoolFactory

pytestmark = pytest.mark.django_db


def load(**options) -> str:
    out = StringIO()
    call_command("demo_data", stdout=out, **options)
    return out.getvalue()


def test_a_small_demo_has_everything_that_the_large_one_has():
    load(members=600, abroad=400)
    assert School.objects.count() == 6
    assert Member.objects.count() == 600
    counted = presence.count_by_country(SYSTEM, timezone.now())
    assert sum(count for _code, count in counted) == 400
    assert len(counted) == 40
    assert set(Payment.objects.values_list("state", flat=True)) == set(PaymentState)
    assert PeriodChange.objects.filter(state="awaiting_payment").count() == 1
    assert GiveBack.objects.filter(refund__state="requested").exists()
    now = timezone.now()
    assert not Refund.objects.filter(requested_at__gt=now).exists(), "nothing has been asked for tomorrow"
    assert not LedgerLine.objects.filter(at__gt=now).exists()
    assert SafetyCheck.objects.get().state == "closed"
    assert Advisory.objects.exists()
    assert not User.objects.filter(is_demo=False).exists()
    assert Invitation.objects.get().state == "open"
    assert SchoolRole.objects.filter(user__email="fumi@demo.example").count() == 2


def test_the_named_member_can_log_in_and_is_in_paris():
    load(members=60, abroad=40)
    client = Client(headers={"accept-language": "ja"})
    client.post("/login/", {"login": "aya@demo.example", "password": "Demo-Pass-2026"})
    assert "パリ" in client.get("/").content.decode()


def test_it_loads_nothing_where_there_are_people():
    SchoolFactory()
    assert "nothing loaded" in load()
    assert Member.objects.count() == 0


def test_it_refuses_outside_a_demo(settings):
    settings.DEBUG = settings.DEMO = False
    with pytest.raises(CommandError, match="only for a demo"):
        load()


def test_numbers_that_do_not_fit_are_said_and_nothing_is_half_written():
    with pytest.raises(CommandError, match="more members than members abroad"):
        load(members=10, abroad=10)
    assert School.objects.count() == 0
