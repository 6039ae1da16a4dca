"""An answer by signed link against a bare view that does one INSERT: both through the whole WSGI stack of this process."""

import io
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from benchmarks.safety_check import opened
from benchmarks.table import Row
from safety.addresses import answer_path
from safety.models import Recipient


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    """One INSERT."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (key, said) VALUES (%s, %s)", [uuid4(), request.POST["answer"]])
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare), path("", include("ossma.portals.urls"))]


def _call(handler: WSGIHandler, address: str, body: bytes, method: str = "POST") -> str:
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": address, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT_LANGUAGE": "ja", "wsgi.input": io.BytesIO(body), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
    }  # fmt: skip
    statuses: list[str] = []
    response = handler(environ, lambda status, _headers: statuses.append(status))
    response.close()
    return statuses[0]


def _rate(number: int, one: Callable[[int], str], good: str) -> float:
    begun = time.perf_counter()
    assert {one(n)[:3] for n in range(number)} == {good}
    return number / (time.perf_counter() - begun)


PLAIN_STATIC = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@override_settings(ROOT_URLCONF="benchmarks.safety_answer", ALLOWED_HOSTS=["*"], STORAGES=PLAIN_STATIC)
def measure(people: int, number: int) -> list[Row]:
    """Requests per second, one after the other, one process, to a check with so many people."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (id bigserial PRIMARY KEY, key uuid UNIQUE, said text)")
    handler = WSGIHandler()
    rows = list(Recipient.objects.filter(check_row=opened(people)).values_list("pk", flat=True)[:number])
    paths = [answer_path(pk) for pk in rows]
    plain = _rate(number, lambda _n: _call(handler, "/bare/", b"answer=safe"), "200")
    shown = _rate(len(paths), lambda n: _call(handler, paths[n], b"", "GET"), "200")
    answered = _rate(len(paths), lambda n: _call(handler, paths[n], f"answer=safe&by_hand=1&key={uuid4()}".encode()), "303")
    return [
        Row("answer by link, POST", f"{answered:.0f}/s", f"{plain:.0f}/s", plain / answered, "within 1.43 x of a view with one INSERT", 1 / answered),
        Row("answer page, GET", f"{shown:.0f}/s", f"{plain:.0f}/s", plain / shown, "", 1 / shown),
    ]
