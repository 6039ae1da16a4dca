"""The office: looks are on record, tables of prices are closed once approved."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import FeeTable, GiveBack, HandlingRate, PeriodChange
from applications.rules.period import day_in_japan
from ossma.core.models import AuditEntry
from tests.applications.conftest import submit
from tests.applications.paying import pay_open
from tests.factories.applications import ApplicationFactory, CancellationTableFactory, FeeTableFactory, StayFactory
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast):
    return cast.client(cast.office)


def page(kind, *args):
    return reverse(f"admin:applications_{kind}_{'change' if args else 'changelist'}", args=args)


def test_looking_at_applications_names_their_members_in_the_trail(office, cast):
    application = StayFactory(application=ApplicationFactory(member=cast.aya)).application
    assert office.get(page("application")).status_code == 200
    assert office.get(page("application", application.pk)).status_code == 200
    assert set(AuditEntry.objects.filter(detail={"member_ids": [cast.aya.pk]}).values_list("action", flat=True)) == {
        "applications.listed",
        "application.seen",
    }


def test_an_application_is_not_edited_by_a_form(office, cast):
    application = ApplicationFactory(member=cast.aya)
    assert office.post(page("application", application.pk), {"state": "cancelled"}).status_code == 404
    assert office.get(reverse("admin:applications_application_add")).status_code == 404


def test_a_table_is_open_until_it_is_approved(office):
    table = FeeTableFactory(approved_at=None, version="next")
    assert "_save" in office.get(page("feetable", table.pk)).content.decode()
    FeeTable.objects.filter(pk=table.pk).update(approved_at=timezone.now())
    assert "_save" not in office.get(page("feetable", table.pk)).content.decode()
    assert office.post(page("feetable", table.pk), {"note": "x"}).status_code == 404


def test_a_change_of_a_table_is_on_record_by_its_fields(office):
    table = FeeTableFactory(valid_from=timezone.localdate() + timedelta(days=30), approved_at=None)
    data = {"service": "ossma", "version": "new", "valid_from": table.valid_from.isoformat(), "tax_rate": "0.1000", "note": "見本"}
    rows = {"rows-TOTAL_FORMS": "0", "rows-INITIAL_FORMS": "0"}
    assert office.post(page("feetable", table.pk), data | rows).status_code == 302
    assert AuditEntry.objects.get(action="feetable.saved").detail == {"fields": ["version", "note"]}


def test_an_approved_rate_is_closed(office):
    rate = HandlingRate.objects.get()
    assert "_save" not in office.get(page("handlingrate", rate.pk)).content.decode()
    later = HandlingRate.objects.create(valid_from=timezone.localdate() + timedelta(days=30), rate="0.04")
    assert "_save" in office.get(page("handlingrate", later.pk)).content.decode()


def test_a_cancellation_table_is_open_until_it_is_approved(office):
    closed, open_one = CancellationTableFactory(), CancellationTableFactory(approved_at=None)
    assert "_save" in office.get(page("cancellationtable", open_one.pk)).content.decode()
    assert "_save" not in office.get(page("cancellationtable", closed.pk)).content.decode()
    assert office.post(page("cancellationtable", closed.pk), {"note": "x"}).status_code == 404
    assert office.post(reverse("admin:applications_cancellationtable_delete", args=[closed.pk]), {"post": "yes"}).status_code == 404


def test_money_that_goes_back_is_listed_with_its_rule(office, cast):
    GiveBack.objects.create(
        application=ApplicationFactory(member=cast.aya), payment=PaymentFactory(member=cast.aya), amount=100, rule="取消規定", made_at=timezone.now()
    )
    assert "取消規定" in office.get(page("giveback"), {"refund__isempty": "1"}).content.decode()


def test_the_office_changes_a_period_after_it_has_seen_the_fee(office, cast):
    now = timezone.now()
    first = day_in_japan(now) + timedelta(days=40)
    application = submit(cast, at=now, first_day=first, last_day=first)
    pay_open(cast.aya, now)
    address = reverse("admin:applications_application_period", args=[application.pk])
    assert address in office.get(page("application", application.pk)).content.decode()
    days = {"first_day": first.isoformat(), "last_day": (first + timedelta(days=50)).isoformat()}
    shown = office.post(address, days)
    assert "2,541円" in shown.content.decode() and not PeriodChange.objects.exists()
    assert office.post(address, days | {"shown": "pay:1:1:0"}).status_code == 200 and not PeriodChange.objects.exists()
    done = office.post(address, days | {"shown": shown.context["plan"].shown})
    assert (done.url, PeriodChange.objects.get().state) == (page("application", application.pk), "awaiting_payment")
    assert AuditEntry.objects.filter(action="application.change_asked", actor_face="office").exists()


def test_nobody_else_reaches_that_page(cast):
    application = ApplicationFactory(member=cast.aya)
    address = reverse("admin:applications_application_period", args=[application.pk])
    assert {cast.client(who).get(address).status_code for who in (cast.aya, cast.doi)} <= {302, 403, 404}
