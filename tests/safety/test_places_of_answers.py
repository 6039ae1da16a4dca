"""Where somebody says they are: city and country agree, but no call for help and nothing kept by a phone is lost for it (safety.md S2)."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Stay
from safety.addresses import answer_path
from safety.models import Answer
from tests.factories.safety import recipient, sent

pytestmark = pytest.mark.django_db

LONDON_IN_FRANCE = {"country": "0033", "city": "ロンドン"}


@pytest.fixture
def path(cast, office):
    return answer_path(recipient(sent(office), cast.aya).pk)


def test_not_there_with_a_city_of_another_country_goes_back_with_what_was_typed(path):
    page = Client().post(f"{path}elsewhere/", {**LONDON_IN_FRANCE, "key": uuid4()})
    assert page.status_code == 400
    assert "英国" in str(page.context["form"].errors["city"])
    assert 'value="ロンドン"' in page.content.decode()
    assert not Answer.objects.exists()


def test_what_a_phone_kept_while_offline_is_stored_as_it_was_said(path):
    Client().post(f"{path}elsewhere/", {**LONDON_IN_FRANCE, "key": uuid4(), "said_at": "2026-11-21T02:00:00Z"})
    assert Answer.objects.get().city == "ロンドン"
    assert Stay.objects.filter(source="own_report").count() == 1


def test_a_call_for_help_is_taken_from_wherever_it_comes(cast):
    report = reverse("member:safety:report")
    assert cast.client(cast.aya).post(report, {**LONDON_IN_FRANCE, "key": uuid4(), "answer": "safe"}).status_code == 400
    assert cast.client(cast.aya).post(report, {**LONDON_IN_FRANCE, "key": uuid4(), "answer": "help"}).status_code == 303
    assert Answer.objects.get().kind == "help"
