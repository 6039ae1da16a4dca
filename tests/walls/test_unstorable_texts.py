"""A NUL character, or half a character, anywhere in a request: a page that says so, never an error of ours."""

import json
import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ossma.core.models import ReturnedMail
from payments.models import GatewayNotice
from safety.addresses import answer_path
from safety.models import Answer, Recipient
from tests.walls.test_caching import url_of
from tests.walls.world import addresses, make_world

pytestmark = pytest.mark.django_db
NUL, HALF = "\0", "\ud800"
# Every name that a view reads out of the query: found in the source, so that a new one is tried, too.
READ = re.compile(r"request\.GET(?:\.get(?:list)?\(|\[)\s*[\"']([a-z_]+)[\"']")
FIELD = re.compile(r"<(?:input|select|textarea)[^>]*\bname=\"([^\"]+)\"")


def query_names() -> set[str]:
    """Parameters that some view or list of the office knows."""
    rooms = (
        "members",
        "payments",
        "applications",
        "helpline",
        "insurance",
        "notices",
        "safety",
        "ossma/core",
        "ossma/portals",
    )
    sources = (path.read_text() for room in rooms for path in (settings.BASE_DIR / room).rglob("*.py"))
    return {name for text in sources for name in READ.findall(text)} | {
        "q",
        "o",
        "p",
        "page",
        "next",
        "_changelist_filters",
    }


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def urls(world):
    """Address and the person who may open it."""
    cast = world.cast
    clients = {
        "member": cast.client(cast.aya),
        "school": cast.client(cast.doi),
        "office": cast.client(cast.office),
        "admin": cast.client(cast.office),
    }
    found = [(clients.get(one.name.split(":")[0]) or Client(), url_of(one, world)) for one in addresses()]
    for model, table in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        found += [(clients["admin"], f"{url}?{name}") for name in _filters(table)] + [(clients["admin"], url)]
    return found


def _filters(table: admin.ModelAdmin) -> list[str]:
    names = [one if isinstance(one, str) else one[0] for one in table.list_filter if isinstance(one, str | tuple)]
    return [f"{name}__exact" for name in names] + ["pk__in"]


def test_a_nul_in_any_parameter_of_any_address_is_refused_with_a_page(urls):
    names = query_names()
    assert {"country", "who", "q", "state"} <= names
    faults = []
    for client, url in urls:
        path, _question, own = url.partition("?")
        for name in [own] if own else sorted(names):
            status = client.get(f"{path}?{name}=%00x").status_code
            if status != 400:
                faults.append(f"{path}?{name} → {status}")
    assert faults == []


def test_a_nul_in_any_field_of_any_form_is_refused(urls):
    """Every address with all of its fields spoilt, and every field once alone. Takers of raw bytes are tested below."""
    faults, tried, refused = [], set(), 0
    for client, url in urls:
        page = client.get(url)
        is_form = not page.streaming and "html" in page.headers.get("Content-Type", "")
        names = set(FIELD.findall(page.content.decode())) - {"csrfmiddlewaretoken"} if is_form else set()
        for fields in ({"anything", *names}, *({name} for name in sorted(names - tried))):
            reply = client.post(url, dict.fromkeys(fields, "x\0x"))
            refused += reply.status_code == 400
            # Whoever is not let in, or takes no form, has read nothing: that is no fault.
            if reply.status_code >= 500:
                faults.append(f"POST {url} {fields} → {reply.status_code}")
        tried |= names
    assert len(tried) > 100
    assert refused > len(tried)
    assert faults == []


@pytest.mark.parametrize(
    "request_of",
    [
        lambda: {"path": "/login/%00/"},
        lambda: {"path": "/login/", "headers": {"user-agent": "x\0y"}},
        lambda: {"path": "/helpline/", "QUERY_STRING": "q=%2B2AA-", "CONTENT_TYPE": "text/plain; charset=utf-7"},
        lambda: {"path": "/helpline/", "QUERY_STRING": "%00=x"},
    ],
    ids=["path", "header", "half a character by another charset", "name of a parameter"],
)
def test_path_headers_and_names_are_looked_at_too(request_of):
    assert Client().get(**request_of()).status_code == 400


def test_a_session_cookie_with_a_hidden_nul_is_no_error_of_ours():
    hidden = "\\000" * 8
    reply = Client().get("/me/", headers={"cookie": f'{settings.SESSION_COOKIE_NAME}="{hidden}"'})
    assert reply.status_code == 400


def test_names_of_files_are_looked_at_and_their_content_is_not(world):
    recipient = Recipient.objects.get()
    here = f"{answer_path(recipient.pk)}here/"
    fine = SimpleUploadedFile("picture.jpg", b"\0\0\0 no picture", content_type="image/jpeg")
    reply = Client().post(here, {"key": str(uuid4()), "picture": fine})
    assert (reply.status_code, "NUL" in reply.content.decode()) == (400, False)
    # Django takes what cannot be printed out of file names; the name of the field is left as it came.
    body = b"\r\n".join(
        [
            b"--b",
            b"Content-Disposition: form-data; name=\"pic\0ture\"; filename*=UTF-8''a%00b.jpg",
            b"Content-Type: image/jpeg",
            b"",
            b"x",
            b"--b--",
            b"",
        ]
    )
    reply = Client().post(here, body, content_type="multipart/form-data; boundary=b")
    assert "NUL" in reply.content.decode()


@pytest.mark.parametrize("cookie", [None, "ja"], ids=["short way", "long way"])
def test_a_call_for_help_by_link_is_stored_without_the_character_on_both_ways(world, cookie):
    before = Answer.objects.count()
    client = Client()
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    fields = {"answer": "help\0", "key": str(uuid4()), "comment": "助けて\0ください"}
    reply = client.post(answer_path(Recipient.objects.get().pk), fields, headers={"accept-language": "ja"})
    assert reply.status_code in {200, 302, 303}
    assert Answer.objects.count() == before + 1
    assert Answer.objects.latest("pk").kind == "help"


def test_a_members_own_report_is_stored_without_the_character(world):
    before = Answer.objects.count()
    reply = world.cast.client(world.cast.aya).post("/safety/", {"answer": "help", "key": str(uuid4()), "comment": "助けて\0"})
    assert reply.status_code in {200, 302, 303}
    assert Answer.objects.count() > before


@pytest.mark.parametrize(("language", "words"), [("ja", "何も保存されていません"), ("en", "Nothing was saved")])
def test_the_page_says_what_happened_in_the_readers_language(language, words):
    page = Client().get("/helpline/?q=%00", headers={"accept-language": language}).content.decode()
    assert words in page
    assert f'<html lang="{language}">' in page
    assert 'href="/helpline/"' in page


def test_a_result_notice_is_stored_raw_whatever_it_holds(world):
    body = b"ShopID=tshop00000001&OrderID=A%00B&Status=PAYSUCCESS\0"
    reply = Client().post("/payments/notify/gmo/", body, content_type="application/x-www-form-urlencoded")
    assert reply.content == b"0"
    assert bytes(GatewayNotice.objects.get().body) == body


def test_an_event_with_half_a_character_is_stored_raw(world, settings):
    settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_sandbox", "whsec_sandbox"
    body = json.dumps({"id": HALF, "type": NUL, "data": {"object": {"client_reference_id": f"A{HALF}{NUL}"}}}).encode()
    reply = Client().post("/payments/notify/stripe/", body, content_type="application/json")
    assert reply.content == b"0"
    assert bytes(GatewayNotice.objects.get(gateway="stripe").body) == body


def test_a_returned_mail_is_taken_whatever_it_holds(settings):
    settings.BOUNCE_SECRET = "a-long-secret"
    report = (
        b"From: mailer-daemon@x.example\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        b"Final-Recipient: rfc822; a\0\xed\xa0\x80ya@example.jp\nAction: failed\nStatus: 5.1.1\n"
        b"Diagnostic-Code: smtp; 550 \0\xff no\n\n--b--\n"
    )
    secret = {"authorization": "Bearer a-long-secret"}
    reply = Client().post("/mail/bounces/", report, content_type="message/rfc822", headers=secret)
    assert reply.status_code == 202
    assert ReturnedMail.objects.exists()
