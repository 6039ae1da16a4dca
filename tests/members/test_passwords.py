"""Passwords: what is taken, how it is typed, how it changes, and that a new one opens no side door."""

import json
import re

import pytest
from django.test import Client

from ossma.core.models import OutboxMessage
from tests.factories.members import PASSWORD

pytestmark = pytest.mark.django_db
LONG = "Aa1 " + "あいう" * 30 + "x" * 60 + " "


def log_in(email, password):
    client = Client(headers={"accept-language": "ja"})
    return client, client.post("/login/", {"login": email, "password": password})


def reset(email):
    """A browser that has asked for a code, and the code."""
    client = Client(headers={"accept-language": "ja"})
    client.post("/password/reset/", {"email": email})
    return client, json.loads(OutboxMessage.objects.latest("pk").context)["code"]


def change(client, present, new):
    return client.post("/account/password/", {"oldpassword": present, "password1": new})


def test_changing_a_password_needs_the_present_one(cast):
    client = cast.client(cast.aya)
    assert change(client, "Wrong-Pass-1", "Better-Pass-2").context["form"].errors["oldpassword"]
    assert change(client, PASSWORD, "Better-Pass-2").status_code == 302
    assert log_in("aya@example.jp", PASSWORD)[1].status_code == 200
    assert log_in("aya@example.jp", "Better-Pass-2")[1].headers["Location"] == "/"


def test_a_long_password_in_any_script_counts_to_its_last_letter_and_blank(cast):
    assert change(cast.client(cast.aya), PASSWORD, LONG).status_code == 302
    for wrong in (LONG[:-1], LONG.strip(), LONG.lower(), LONG[:72]):
        assert log_in("aya@example.jp", wrong)[1].status_code == 200
    assert log_in("aya@example.jp", LONG)[1].headers["Location"] == "/"


@pytest.mark.parametrize("common", ["Password1", "Passw0rd", "Qwerty123", "1qaz2wsX"])
def test_a_password_from_the_list_of_common_ones_is_refused(cast, common):
    assert change(cast.client(cast.aya), PASSWORD, common).context["form"].errors["password1"]


@pytest.mark.parametrize(("path", "fields"), [("/login/", {"password"}), ("/account/password/", {"oldpassword", "password1"})])
def test_the_field_is_masked_and_open_to_password_managers(cast, path, fields):
    client = Client() if path == "/login/" else cast.client(cast.aya)
    found = re.findall(r'<input type="password" name="(\w+)" autocomplete="(?:current|new)-password"', client.get(path).content.decode())
    assert set(found) == fields


def test_a_new_password_by_code_does_not_stand_in_for_the_second_factor(cast):
    client, code = reset("doi@example.jp")
    client.post("/password/reset/code/", {"code": code})
    client.post("/password/reset/new/", {"password1": "Better-Pass-2"})
    assert client.get("/school/members/").headers["Location"].startswith("/login/")
    fresh, response = log_in("doi@example.jp", "Better-Pass-2")
    assert response.headers["Location"] == "/login/second/"
    assert fresh.get("/school/members/").headers["Location"].startswith("/login/")


def test_a_code_opens_nothing_in_another_browser(cast):
    _asked, code = reset("aya@example.jp")
    other, other_code = reset("ben@example.jp")
    assert code != other_code
    assert other.post("/password/reset/code/", {"code": code}).status_code == 200
    assert Client().post("/password/reset/code/", {"code": code}).status_code in {302, 410}
