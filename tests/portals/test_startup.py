"""A production server does not start with what belongs to a demo."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from members.models import User
from ossma.portals.startup import refuse_demo_in_production

pytestmark = pytest.mark.django_db


@pytest.fixture
def production(settings):
    settings.DEBUG = settings.DEMO = False
    settings.SECRET_KEY = "a-real-secret-0123456789-0123456789-0123456789-0123"


def test_it_refuses_to_start_while_a_demo_account_exists(production):
    User.objects.create_user("aya@demo.example", "x", is_demo=True)
    with pytest.raises(ImproperlyConfigured, match="demo accounts"):
        refuse_demo_in_production()


def test_it_refuses_to_start_with_the_demos_key(production, settings):
    settings.SECRET_KEY = "demo-" + settings.SECRET_KEY
    with pytest.raises(ImproperlyConfigured, match="key of your own"):
        refuse_demo_in_production()


def test_it_starts_with_real_people_and_in_a_demo_with_invented_ones(production, settings):
    User.objects.create_user("aya@example.jp", "x")
    refuse_demo_in_production()
    User.objects.create_user("aya@demo.example", "x", is_demo=True)
    settings.DEMO = True
    refuse_demo_in_production()
