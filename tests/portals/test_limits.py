"""Searches have one limit for all lists; the table of limits and its page say the same; the page of a limit helps."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import resolve

from helpline.seed import load_demo_helpline
from ossma import environment
from ossma.core import limits, ratelimit, registries
from ossma.portals import middleware
from tests.cast import make_cast
from tests.limits import lower

OPERATIONS = Path(settings.BASE_DIR) / "docs" / "operations.md"
# Who opens it, and an address with a question in it.
SEARCHES = [
    ("doi", "/school/members/?q=yamada"),
    ("doi", "/school/members/?page=2"),
    ("doi", "/school/applications/?state=paid"),
    ("doi", "/school/safety/?state=open"),
    ("doi", "/school/safety/desk/?q=yamada"),
    ("doi", "/school/advisories/?show=all"),
    ("emi", "/school/safety/?state=open"),
    ("office", "/admin/members/member/?q=yamada"),
    ("office", "/admin/members/member/?kind__exact=student"),
    ("office", "/admin/autocomplete/?app_label=members&model_name=member&field_name=school&term=a"),
    ("office", "/admin/desk/safety/?state=open"),
    ("aya", "/applications/new/cities/?country=0033"),
]


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.mark.parametrize(("who", "url"), SEARCHES)
def test_a_search_too_many_is_told_to_wait(cast, monkeypatch, still, who, url):
    lower(monkeypatch, "SEARCH", 2)
    client = cast.client(getattr(cast, who))
    told = [client.get(url).status_code for _ in range(3)]
    assert told[:2] == [200, 200]
    assert told[2] == 429


def test_one_limit_holds_over_all_lists_and_for_one_account_only(cast, monkeypatch, still):
    lower(monkeypatch, "SEARCH", 3)
    doi = cast.client(cast.doi)
    urls = [url for who, url in SEARCHES if who == "doi"]
    assert [doi.get(url).status_code for url in urls[:5]] == [200, 200, 200, 429, 429]
    assert cast.client(cast.emi).get("/school/safety/?state=open").status_code == 200
    assert cast.client(cast.office).get("/admin/members/member/?q=a").status_code == 200


def test_pages_without_a_question_open_when_the_searches_are_used_up(cast, monkeypatch, still):
    lower(monkeypatch, "SEARCH", 1)
    client = cast.client(cast.doi)
    [client.get("/school/members/?q=a") for _ in range(2)]
    assert [client.get(url).status_code for url in ("/school/", "/school/members/", "/school/safety/")] == [200] * 3


def test_people_search_sixty_times_a_minute_without_noticing(cast, still):
    client = cast.client(cast.doi)
    assert {client.get("/school/members/?q=yamada").status_code for _ in range(60)} == {200}


def test_open_dashboards_do_not_use_up_the_searches(cast, monkeypatch):
    request = type("Asked", (), {"GET": {"map": "world"}, "path_info": "/school/safety/1/live/"})()
    request.resolver_match = resolve(request.path_info)
    assert middleware._search_limit(request) is limits.LIVE
    request.path_info = "/school/safety/1/"
    request.resolver_match = resolve(request.path_info)
    assert middleware._search_limit(request) is limits.SEARCH


def test_public_searches_are_counted_per_source_and_the_helpline_itself_always_opens(db, monkeypatch, still):
    load_demo_helpline(still)
    lower(monkeypatch, "PUBLIC_SEARCH", 2)
    client = Client()
    assert [client.get("/helpline/?q=france").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/faq/?q=a").status_code == 429
    assert [client.get(url).status_code for url in ("/helpline/", "/helpline/FR/", "/faq/")] == [200] * 3
    assert Client(REMOTE_ADDR="192.0.2.5").get("/helpline/?q=france").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"), [("ja", ("少しお待ちください", "秒ほど待って")), ("en", ("Please wait a little", "seconds and try again"))]
)
def test_the_page_of_a_limit_says_how_long_and_carries_a_number_to_call(db, monkeypatch, still, language, words):
    load_demo_helpline(still)
    lower(monkeypatch, "PUBLIC_SEARCH", 1)
    client = Client(headers={"accept-language": language})
    reply = [client.get("/helpline/?q=france") for _ in range(2)][-1]
    page = reply.content.decode()
    assert reply.status_code == 429
    assert 0 < int(reply.headers["Retry-After"]) <= 60
    assert all(word in page for word in words)
    assert 'href="tel:' in page


def test_a_script_gets_the_wait_as_json(cast, monkeypatch, still):
    lower(monkeypatch, "SEARCH", 1)
    client = cast.client(cast.office)
    url = "/admin/autocomplete/?app_label=members&model_name=member&field_name=school&term=a"
    reply = [client.get(url, headers={"accept": "application/json"}) for _ in range(2)][-1]
    assert (reply.status_code, reply.json()["ok"]) == (429, False)


def test_the_page_for_operators_lists_every_limit_as_it_is():
    section = re.search(r"^### Limits$(.*?)^### ", OPERATIONS.read_text(), re.MULTILINE | re.DOTALL)
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section[1], re.MULTILINE))
    assert rows == {name: " | ".join((limit.told, limit.each, limit.protects)) for name, limit in limits.TABLE.items()}


def test_every_limit_is_named_once_and_every_one_is_used():
    names = {name for name, value in vars(limits).items() if isinstance(value, ratelimit.Limit)}
    assert names == {name.upper() for name in limits.TABLE}
    code = "\n".join(
        path.read_text()
        for app in ("ossma", "members", "payments", "helpline", "safety")
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if path.name != "limits.py"
    )
    assert [name for name in sorted(names) if f"limits.{name}" not in code] == []


def test_a_limit_gets_another_number_by_the_environment(monkeypatch):
    monkeypatch.setenv("RATE_LIMITS", "sign_up_source=1200, code_source=50")
    assert environment.counts("RATE_LIMITS") == {"sign_up_source": 1200, "code_source": 50}
    for wrong in ("sign_up_source", "sign_up_source=0", "sign_up_source=many"):
        monkeypatch.setenv("RATE_LIMITS", wrong)
        with pytest.raises(ImproperlyConfigured):
            environment.counts("RATE_LIMITS")


def test_counters_are_a_rule_of_retention():
    assert registries.retention.get("core.rates") is ratelimit.forget_old
