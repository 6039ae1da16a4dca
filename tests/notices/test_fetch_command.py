"""manage.py fetch_advisories (interface.md, "Commands")."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from notices.models import Advisory, FeedRun
from tests.factories.applications import ApplicationFactory
from tests.factories.notices import feed_file, mail

pytestmark = pytest.mark.django_db
REAL = Path(__file__).parents[3] / "shared/data/mofa/newarrivalL_20260406_1800.xml"


def run(path, *flags):
    out = StringIO()
    call_command("fetch_advisories", "--file", str(path), *flags, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_bytes(feed_file(mail("1"), mail("2", country="0039")))
    return path


def test_it_says_what_is_new_and_how_many_members_each_item_concerns(file):
    today = timezone.localdate()
    ApplicationFactory(first_day=today - timedelta(days=30), last_day=today + timedelta(days=30))
    text = run(file)
    assert "2 items: 2 new, 0 changed, 2 countries" in text
    assert "members now 1, within 30 days 0" in text
    assert "2 items: 0 new, 0 changed" in run(file)


def test_a_dry_run_says_the_same_and_stores_nothing(file):
    assert "2 new" in run(file, "--dry-run")
    assert not Advisory.objects.exists()


def test_a_web_page_is_an_error_with_a_clear_message(tmp_path):
    page = tmp_path / "page.xml"
    page.write_text("<html><body>maintenance</body></html>")
    with pytest.raises(CommandError, match="Web"):
        run(page)
    assert FeedRun.objects.get().ok is False


def test_without_file_and_address_it_says_what_to_do(settings):
    settings.ADVISORY_FEED_URL = ""
    with pytest.raises(CommandError, match="ADVISORY_FEED_URL"):
        call_command("fetch_advisories")


@pytest.mark.skipif(not REAL.exists(), reason="the recorded file of the ministry is not here")
def test_a_real_file_of_the_ministry_is_taken_in_whole():
    assert "12 items: 12 new" in run(REAL)
    assert not Advisory.objects.filter(countries=None, needs_look=False).exists()
