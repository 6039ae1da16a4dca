"""What is owed and tried, as tests need it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import factory

from payments.models import Attempt, Payment, PaymentLine
from payments.states import AttemptState, Method, Purpose
from tests.factories.members import MemberFactory

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
FEE = 3812


class PaymentFactory(factory.django.DjangoModelFactory):
    """A membership fee for some thing, in two lines: 3,630 and 182 yen."""

    class Meta:
        model = Payment
        skip_postgeneration_save = True

    member = factory.SubFactory(MemberFactory)
    purpose = Purpose.MEMBERSHIP_FEE
    subject_kind = "thing"
    subject_id = factory.Sequence(lambda n: n + 1)
    title_ja = "OSSMA 会費"
    title_en = "OSSMA fee"
    total = FEE
    methods = factory.LazyFunction(lambda: [Method.CARD, Method.KONBINI])
    created_at = NOON

    @factory.post_generation
    def lines(self, create, extracted, **kwargs):
        """The fee and the handling fee."""
        texts = [("会費（1か月）", "Membership fee (1 month)", self.total - 182), ("手数料", "Handling fee", 182)]
        for position, (ja, en, amount) in enumerate(texts, start=1):
            PaymentLine.objects.create(payment=self, position=position, text_ja=ja, text_en=en, amount=amount, tax_rate=Decimal("0.1"))


class AttemptFactory(factory.django.DjangoModelFactory):
    """An order at the gateway whose link was issued at noon. The payment's state is the caller's business."""

    class Meta:
        model = Attempt

    payment = factory.SubFactory(PaymentFactory, state="started")
    gateway = "gmo"
    order_id = factory.LazyAttributeSequence(lambda row, n: f"P{row.payment.pk}-{n}-test00")
    amount = factory.LazyAttribute(lambda row: row.payment.total)
    state = AttemptState.OPEN
    link = "http://gateway.example/pay"
    created_at = NOON
    expires_at = NOON + timedelta(days=7)
