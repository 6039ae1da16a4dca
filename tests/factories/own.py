"""What members set up for themselves, as tests need it."""

from datetime import timedelta
from uuid import uuid4

import factory

from safety.models import CheckIn
from tests.factories.members import MemberFactory
from tests.factories.safety import NOW


class CheckInFactory(factory.django.DjangoModelFactory):
    """A check-in in Cusco, three hours from the tests' now."""

    class Meta:
        model = CheckIn

    member = factory.SubFactory(MemberFactory)
    place = "クスコ"
    country_id = "0051"
    zone = "America/Lima"
    due_at = NOW + timedelta(hours=3)
    created_at = NOW
    key = factory.LazyFunction(uuid4)
