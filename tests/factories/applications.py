"""Fees, applications and stays as tests need them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import factory

from applications.models import (
    Application,
    CancellationRow,
    CancellationTable,
    Destination,
    FeeRow,
    FeeTable,
    HandlingRate,
    PeriodChange,
    Quote,
    Stay,
)
from applications.states import ApplicationState, ChangeState, PayerKind, Purpose, ServiceCode, StayKind, StaySource
from tests.factories.members import MemberFactory

LONG_AGO = date(2025, 4, 1)
APPROVED = datetime(2025, 3, 1, tzinfo=UTC)
# money.md, "Fees": the figures of the public school pages, tax excluded.
OSSMA_FEES = {1: 3300, 2: 5500, 3: 11000, 4: 14850, 5: 18700, 6: 22000, 9: 26400, 12: 29700}
# Invented.
PLUS_FEES = {1: 6600, 2: 11000, 3: 19800, 4: 26400, 5: 33000, 6: 38500, 9: 46200, 12: 52800}


class ApprovedLast(factory.django.DjangoModelFactory):
    """A table whose lines are written before it is approved: afterwards the database refuses them."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    approved_at = APPROVED

    @classmethod
    def _create(cls, model_class, *args, approved_at=None, **kwargs):
        row = super()._create(model_class, *args, **kwargs)
        row.to_approve = approved_at
        return row

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):
        super()._after_postgeneration(instance, create, results)
        instance.approved_at = instance.to_approve
        type(instance).objects.filter(pk=instance.pk, approved_at=None).update(approved_at=instance.to_approve)


class FeeTableFactory(ApprovedLast):
    """A table with its rows: `FeeTableFactory(fees={1: 3300})`."""

    class Meta:
        model = FeeTable
        skip_postgeneration_save = True

    service = ServiceCode.OSSMA
    version = factory.Sequence(lambda n: f"v{n}")
    valid_from = LONG_AGO
    tax_rate = Decimal("0.10")

    @factory.post_generation
    def fees(self, create, extracted, **kwargs):
        """The rows: months → yen."""
        rows = extracted or (OSSMA_FEES if self.service == ServiceCode.OSSMA else PLUS_FEES)
        FeeRow.objects.bulk_create(FeeRow(table=self, up_to_months=months, amount=amount) for months, amount in rows.items())


def make_fees():
    """Both tables and the handling rate of 5 %."""
    HandlingRate.objects.create(valid_from=LONG_AGO, rate=Decimal("0.05"), approved_at=APPROVED)
    return [FeeTableFactory(service=service) for service in ServiceCode]


class ApplicationFactory(factory.django.DjangoModelFactory):
    """An application in force with one stop in Paris: `ApplicationFactory(member=aya, first_day=…, last_day=…, stop__city="リヨン")`."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    member = factory.SubFactory(MemberFactory)
    number = factory.Sequence(lambda n: f"T{n:08d}")
    service = ServiceCode.OSSMA
    payer = PayerKind.MEMBER
    state = ApplicationState.IN_FORCE
    purpose = Purpose.STUDY
    first_day = date(2026, 11, 1)
    last_day = date(2026, 12, 31)
    key = factory.LazyFunction(uuid4)
    submitted_at = datetime(2026, 10, 1, tzinfo=UTC)

    @factory.post_generation
    def stop(self, create, extracted, **kwargs):
        """The first stop, unless `stop=False`."""
        if extracted is not False:
            DestinationFactory(application=self, **kwargs)


class DestinationFactory(factory.django.DjangoModelFactory):
    """A stop in Paris."""

    class Meta:
        model = Destination

    application = factory.SubFactory(ApplicationFactory, stop=False)
    position = 1
    country_id = "0033"
    city = "パリ"
    zone = "Europe/Paris"
    latitude = 48.86
    longitude = 2.35


class QuoteFactory(factory.django.DjangoModelFactory):
    """The quote of one month: 3,300 + 330 + 182."""

    class Meta:
        model = Quote

    application = factory.SubFactory(ApplicationFactory)
    table = factory.LazyFunction(lambda: FeeTable.objects.first() or FeeTableFactory())
    first_day = factory.SelfAttribute("application.first_day")
    last_day = factory.SelfAttribute("application.last_day")
    months = 1
    net = 3300
    tax = 330
    handling = 182
    total = 3812
    made_at = datetime(2026, 10, 1, tzinfo=UTC)


class PeriodChangeFactory(factory.django.DjangoModelFactory):
    """Ten days more, waiting for the school."""

    class Meta:
        model = PeriodChange

    application = factory.SubFactory(ApplicationFactory)
    state = ChangeState.AWAITING_APPROVAL
    old_first_day = first_day = factory.SelfAttribute("application.first_day")
    old_last_day = factory.SelfAttribute("application.last_day")
    last_day = factory.LazyAttribute(lambda row: row.application.last_day + timedelta(days=10))
    quote = factory.SubFactory(QuoteFactory, application=factory.SelfAttribute("..application"), last_day=factory.SelfAttribute("..last_day"))
    asked_at = datetime(2026, 10, 2, tzinfo=UTC)


class CancellationTableFactory(ApprovedLast):
    """30 days before: all; 8 days: half; the day before: a fifth."""

    class Meta:
        model = CancellationTable
        skip_postgeneration_save = True

    version = factory.Sequence(lambda n: f"c{n}")
    valid_from = LONG_AGO

    @factory.post_generation
    def rows(self, create, extracted, **kwargs):
        """The rules: days → share."""
        rules = extracted or {30: "1", 8: "0.5", 1: "0.2"}
        CancellationRow.objects.bulk_create(CancellationRow(table=self, days_before=days, share=Decimal(share)) for days, share in rules.items())


class StayFactory(factory.django.DjangoModelFactory):
    """A week in Lyon: `StayFactory(application=…, starts_at=…, ends_at=…)`."""

    class Meta:
        model = Stay

    application = factory.SubFactory(ApplicationFactory)
    member = factory.SelfAttribute("application.member")
    kind = StayKind.STAY
    source = StaySource.ITINERARY
    country_id = "0033"
    city = "リヨン"
    zone = "Europe/Paris"
    latitude = 45.76
    longitude = 4.84
    starts_at = datetime(2026, 11, 14, tzinfo=UTC)
    ends_at = datetime(2026, 11, 28, tzinfo=UTC)
