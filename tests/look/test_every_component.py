"""Every component renders, in both languages, with nothing inline that the CSP would refuse."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from ossma.core import showcase

COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"
# Skeleton parts that the base templates include, a widget, and sheets of drawings behind a tag.
ELSEWHERE = {"icon", "mark", "language", "user_menu", "footer", "brand", "back", "message", "error_links", "count", "picture_input"}
LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


def page(language):
    with translation.override(language):
        return render_to_string("dev/components.html", showcase.samples(), request=RequestFactory().get("/dev/components/"))


def shown(template_source):
    return set(re.findall(r'include "components/(\w+)\.html"', template_source))


def test_the_showcase_shows_every_component():
    source = Path(settings.BASE_DIR, "templates/dev/components.html").read_text()
    assert {path.stem for path in COMPONENTS.glob("*.html")} - ELSEWHERE == shown(source)


@LANGUAGES
def test_the_page_says_its_language(language):
    assert f'<html lang="{language}">' in page(language)


@LANGUAGES
def test_nothing_is_inline(language):
    html = page(language)
    assert not re.search(r"\son\w+=|\sstyle=|<style|<script(?![^>]*\bsrc=)", html)


def test_english_pages_hold_no_japanese_but_the_switch():
    html = page("en").replace('lang="ja">日本語', "")
    assert not re.findall(r"[ぁ-んァ-ヶ一-龠]+", html)


def test_japanese_buttons_carry_the_labels_of_the_spec():
    html = page("ja")
    for label in ("無事です", "助けが必要", "安否確認（訓練ではありません）", "訓練", "利用規約", "個人情報保護方針"):
        assert f">{label}<" in html or f"</svg>{label}<" in html


@LANGUAGES
def test_each_error_in_the_summary_links_to_its_field(language):
    html = page(language)
    summary = html[html.index("error-summary") : html.index("open_check")]
    targets = re.findall(r'href="#(\w+)"', summary)
    assert targets
    assert all(f'id="{target}"' in html for target in targets)


def test_a_wrong_form_says_so_in_the_title():
    assert "<title>エラー：" in page("ja")
    assert "<title>Error: " in page("en")


@LANGUAGES
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "429.html", "500.html"])
def test_error_pages_lead_to_the_helpline(name, language):
    with translation.override(language):
        html = render_to_string(name, request=RequestFactory().get("/nowhere/"))
    assert 'href="/helpline/"' in html
