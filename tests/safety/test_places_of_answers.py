"""Where somebody says they are: city and country agree, but no call for help and nothing kept by a phone is lost for it (safety.md S2)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Stay
from ossma.core.formats import day
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


def test_a_page_sent_as_it_was_filled_in_says_no_place(cast, path):
    aya = cast.client(cast.aya)
    report = reverse("member:safety:report")
    aya.post(report, {"country": "0039", "city": "ローマ", "key": uuid4(), "answer": "safe"})
    page = Client().get(f"{path}here/")
    filled_in = page.context["form"]["country"].value()
    assert filled_in == "0033", "the country of the question"
    Client().post(f"{path}here/", {"country": filled_in, "city": "", "comment": "無事です", "key": uuid4()})
    (reported,) = Stay.objects.filter(source="own_report")
    assert (reported.city, Answer.objects.latest("pk").country_id) == ("ローマ", None)
    assert aya.get(report).context["form"]["country"].value() == "0039"
    aya.post(report, {"country": "0039", "city": "", "key": uuid4(), "answer": "help"})
    assert Answer.objects.latest("pk").country_id is None


def test_a_country_that_was_chosen_without_a_city_is_said(path):
    Client().post(f"{path}here/", {"country": "0039", "key": uuid4()})
    assert Answer.objects.get().country_id == "0039"


def test_today_is_the_day_on_which_it_was_said(cast, path):
    now = timezone.now()
    for days, reports in ((2, 0), (0, 1)):
        said_at = (now - timedelta(days=days)).isoformat()
        sends = {"country": "0039", "city": "ローマ", "how_long": "today", "key": uuid4(), "said_at": said_at}
        Client().post(f"{path}elsewhere/", sends)
        assert Stay.objects.filter(source="own_report").count() == reports


def test_home_lets_one_tap_end_the_place_that_was_reported(cast):
    aya = cast.client(cast.aya)
    aya.post(reverse("member:safety:report"), {"country": "0039", "city": "ローマ", "key": uuid4(), "answer": "safe"})
    home = aya.get("/").content.decode()
    assert f"{day(Stay.objects.get(source='own_report').last_day, 'ja')}まで" in home
    action = home.split('name="gone"')[0].rsplit('action="', 1)[1].split('"')[0]
    aya.post(action, {"gone": "1"})
    assert "ローマ" not in aya.get("/").content.decode()
