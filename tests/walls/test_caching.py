"""No cache keeps what is about a person: every address of the resolver, as every kind of person."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.walls.world import Address, World, addresses, make_world

pytestmark = pytest.mark.django_db
PRIVATE = "private, no-store"
# Arguments of public addresses, behind which there is nothing of Aya's.
PUBLIC = {"iso2": "fr", "signed": "1-AAAAAAAAAAAAAAAAAAAAAA", "name": "gmo", "key": "nothing"}


def url_of(address: Address, world: World) -> str:
    """An address with arguments that lead to Aya's, where there is anything of hers."""
    own = world.objects if ":" in address.name else {}
    app = address.name.split(":")[-2:][0]
    keywords = {word: PUBLIC.get(word) or own.get((app, word), 1) for word in address.keywords}
    return reverse(address.name, kwargs=keywords)


@pytest.fixture
def urls():
    """Every address by its name, the office's tables among them."""
    world = make_world()
    found = {address.name: url_of(address, world) for address in addresses()}
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        found[f"admin:{name}_changelist"] = reverse(f"admin:{name}_changelist")
    return world, found | {"nothing": "/there/is/nothing/here/", "admin:index": "/admin/"}


def headers(client: Client, found: dict[str, str]) -> dict[str, str]:
    """What each address says to caches."""
    return {name: client.get(url).headers.get("Cache-Control", "") for name, url in found.items()}


@pytest.mark.parametrize("who", ["aya", "ben", "doi", "emi", "office"])
def test_nothing_that_somebody_signed_in_sees_is_kept_by_a_cache(urls, who):
    world, found = urls
    client = world.cast.client(getattr(world.cast, who))
    left_out = settings.SHARED_FILES | {"account_logout", "public:members:logout"}
    personal = {name: url for name, url in found.items() if name not in left_out}
    assert {name: said for name, said in headers(client, personal).items() if said != PRIVATE} == {}


def test_without_a_session_only_pages_that_are_the_same_for_everybody_may_be_kept(urls):
    _world, found = urls
    said = {name: value for name, url in found.items() for value in headers(Client(), {name: url}).values()}
    kept = {name for name, value in said.items() if "no-store" not in value}
    # Opening a legal document is remembered in a session, which begins with that answer.
    begun = {"public:members:legal_terms", "public:members:legal_privacy"}
    assert kept == (settings.SHARED_PAGES | settings.SHARED_FILES) - begun


def test_every_page_named_as_shared_exists():
    names = {address.name for address in addresses()}
    assert names >= settings.SHARED_PAGES | settings.SHARED_FILES


def test_login_registration_reset_and_signed_links_are_kept_nowhere():
    client = Client()
    for url in (
        "/login/",
        "/signup/",
        "/password/reset/",
        "/password/reset/code/",
        "/a/1-AAAAAAAAAAAAAAAAAAAAAA/",
        "/f/1-A/",
    ):
        assert client.get(url).headers["Cache-Control"] == PRIVATE
        assert client.post(url, {}).headers["Cache-Control"] == PRIVATE


def test_the_service_worker_is_asked_for_anew_and_may_be_kept_by_whoever_is_signed_in():
    world = make_world()
    assert world.cast.client(world.cast.aya).get("/sw.js").headers["Cache-Control"] == "no-cache"
