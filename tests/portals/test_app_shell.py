"""The app shell: the worker and what it keeps, which is about nobody (M9)."""

import json

import pytest
from django.contrib.staticfiles import finders

from helpline.seed import load_demo_helpline
from ossma.portals import offline
from tests.cast import make_cast
from tests.factories.safety import NOW

pytestmark = pytest.mark.django_db
KEPT = ["/offline/", "/offline/helpline/", "/offline/report/"]


def facts(client, **headers):
    text = client.get("/sw.js", headers=headers).content.decode()
    return json.loads(text.split("self.OSSMA = ")[1].split(";\nimportScripts")[0])


def test_the_worker_stands_at_the_root_and_is_asked_for_at_every_visit(client):
    reply = client.get("/sw.js")
    assert reply.headers["Content-Type"].startswith("text/javascript")
    assert reply.headers["Cache-Control"] == "no-cache"
    assert "'self'" in reply.headers["Content-Security-Policy"]


def test_every_file_the_worker_keeps_exists():
    for name in (*offline.STYLES, *offline.IMPORTED, *offline.SCRIPTS):
        assert finders.find(name), name


def test_everything_that_the_kept_pages_load_is_kept(client):
    files = set(facts(client)["files"])
    for page in KEPT:
        html = client.get(page).content.decode()
        wanted = {part.split('"')[0] for part in html.split('="/static/')[1:]}
        assert {f"/static/{name}" for name in wanted if not name.startswith(("css/print", "img/icon-192"))} <= files


def test_kept_pages_hold_nothing_about_whoever_is_signed_in(client):
    cast = make_cast()
    aya = cast.client(cast.aya)
    for page in facts(client)["pages"]:
        html = aya.get(page).content.decode()
        for private in (cast.aya.family_name, cast.aya.user.email, cast.aoba.name_ja, cast.aya.number, "csrfmiddlewaretoken"):
            assert private not in html, page


def test_the_numbers_are_all_on_one_page_with_the_time_they_were_saved(client):
    load_demo_helpline(NOW)
    html = client.get("/offline/helpline/").content.decode()
    assert html.count("tel:+") > 10
    assert 'data-country="FR"' in html
    assert "保存日時" in html


def test_another_language_is_another_version(client):
    japanese, english = facts(client), facts(client, **{"accept-language": "en"})
    assert japanese["version"] != english["version"]
    assert english["words"]["safe"][0] == "Received: you are safe."


def test_a_new_file_is_a_new_version(client, monkeypatch):
    before = facts(client)["version"]
    monkeypatch.setattr(offline, "STYLES", (*offline.STYLES, "css/print.css"))
    assert facts(client)["version"] != before


def test_a_kept_report_gets_a_token_only_from_its_own_writers_session():
    cast = make_cast()
    aya, ben = cast.client(cast.aya).get("/safety/token/").json(), cast.client(cast.ben).get("/safety/token/").json()
    assert aya["token"]
    assert aya["who"] != ben["who"]
    assert f'content="{aya["who"]}"' in cast.client(cast.aya).get("/").content.decode()


def test_a_stranger_gets_no_token(client):
    assert client.get("/safety/token/").status_code == 302


def test_the_install_page_puts_the_phone_at_hand_first(client):
    apple = client.get("/install/", headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4)"}).content.decode()
    android = client.get("/install/", headers={"user-agent": "Mozilla/5.0 (Linux; Android 16)"}).content.decode()
    assert apple.index("iPhone, iPad") < apple.index(">Android<")
    assert android.index(">Android<") < android.index("iPhone, iPad")
