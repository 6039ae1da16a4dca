"""Numbers and questions as tests need them."""

import factory

from helpline.models import FaqEntry, HelplineNumber, LocalEmergency
from helpline.states import FromMobile, NumberKind


class NumberFactory(factory.django.DjangoModelFactory):
    """The confirmed direct line for everywhere: `NumberFactory(country_id="0033", kind=NumberKind.UIFN)`."""

    class Meta:
        model = HelplineNumber

    kind = NumberKind.DIRECT_PAID
    dial_as_shown = "+81 3-0000-0000"
    e164 = factory.Sequence(lambda n: f"+813{n:08d}")
    from_mobile = FromMobile.YES
    confirmed = True


class EmergencyFactory(factory.django.DjangoModelFactory):
    """France."""

    class Meta:
        model = LocalEmergency

    country_id = "0033"
    police = "17 112"
    ambulance = "15 112"
    fire = "18 112"


class FaqFactory(factory.django.DjangoModelFactory):
    """A question about the service."""

    class Meta:
        model = FaqEntry

    category_ja = "サービスについて"
    category_en = "About the service"
    question_ja = factory.Sequence(lambda n: f"質問{n}")
    question_en = factory.Sequence(lambda n: f"Question {n}")
    answer_ja = "回答です。"
    answer_en = "The answer."
