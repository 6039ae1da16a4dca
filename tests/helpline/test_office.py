"""What the office writes, and what the demo brings."""

import re
from datetime import UTC, datetime

import pytest

from helpline import files
from helpline.models import SHORT_NUMBERS, FaqEntry, HelplineNumber, LocalEmergency
from helpline.seed import load_demo_helpline
from ossma.core.countries import files as country_files
from tests.cast import make_cast
from tests.factories.helpline import NumberFactory

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["helplinenumber", "localemergency", "faqentry", "numberproposal", "emergencyproposal"])
def test_the_offices_lists_open_and_search(table):
    cast = make_cast()
    load_demo_helpline(NOW)
    assert cast.client(cast.office).get(f"/admin/helpline/{table}/", {"q": "1"}).status_code == 200


@pytest.mark.django_db
def test_demo_numbers_are_not_confirmed_and_could_belong_to_nobody():
    load_demo_helpline(NOW)
    assert not HelplineNumber.objects.filter(confirmed=True).exists()
    assert all("0000000" in number.e164 for number in HelplineNumber.objects.all())
    assert LocalEmergency.objects.count() >= 40
    assert FaqEntry.objects.filter(question_ja="会員カードはどこから入手できますか。").exists()


@pytest.mark.django_db
def test_the_demo_never_mixes_with_rows_of_the_office():
    NumberFactory()
    load_demo_helpline(NOW)
    load_demo_helpline(NOW)
    assert HelplineNumber.objects.count() == 1
    assert FaqEntry.objects.count() == len(files.faq_rows())


def test_the_emergency_file_knows_the_ministrys_countries_and_holds_short_numbers_only():
    rows = files.emergency_rows()
    codes = [row["mofa_cd"] for row in rows]
    assert len(codes) == len(set(codes))
    assert set(codes) <= {country.mofa_cd for country in country_files.countries()}
    assert all(re.match(SHORT_NUMBERS, row[service]) for row in rows for service in ("police", "ambulance", "fire"))


def test_every_question_of_the_file_is_whole_in_both_languages():
    assert all(all(text for text in row.values()) and len(row) == 6 for row in files.faq_rows())
