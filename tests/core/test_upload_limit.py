"""A body that is too large is refused before anything reads it."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from ossma.core.middleware_uploads import UploadLimitMiddleware


def answer(length, **headers):
    request = RequestFactory().post("/", headers=headers)
    request.META["CONTENT_LENGTH"] = length
    return UploadLimitMiddleware(lambda _request: HttpResponse("through"))(request)


@pytest.mark.parametrize("length", ["", "0", "12582912"])
def test_a_usual_body_goes_through(length):
    assert answer(length).content == b"through"


@pytest.mark.parametrize("length", ["12582913", "209715200", "-1", "many", "1e3"])
def test_a_body_that_is_too_large_or_lies_about_its_size_gets_413(length):
    assert answer(length).status_code == 413


@pytest.mark.parametrize(("language", "words"), [("ja", "一度に送れるのは、ファイルを含めて12 MBまでです。"), ("en", "may have up to 12 MB")])
def test_the_page_tells_the_limit_in_the_persons_language(language, words):
    response = answer("209715200", accept_language=language)
    page = response.content.decode()
    assert words in page
    assert f'<html lang="{language}">' in page
    assert (response["Content-Language"], response["Cache-Control"]) == (language, "no-store")
