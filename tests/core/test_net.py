"""Whose address counts: what callers say about themselves is believed only where our own proxy has said it."""

from django.test import RequestFactory

from ossma.core.net import client_address

PROXY, CALLER = "10.0.0.2", "198.51.100.7"


def asked(**headers):
    return client_address(RequestFactory().get("/", REMOTE_ADDR=PROXY, headers=headers))


def test_without_a_proxy_of_ours_nothing_that_was_forwarded_counts(settings):
    settings.TRUSTED_PROXIES = 0
    assert asked(**{"X-Forwarded-For": CALLER, "X-Real-IP": CALLER, "Forwarded": f"for={CALLER}"}) == PROXY


def test_what_a_caller_says_about_itself_counts_only_as_far_as_our_own_proxies(settings):
    settings.TRUSTED_PROXIES = 1
    assert asked(**{"X-Forwarded-For": f"192.0.2.1, 192.0.2.2, {CALLER}"}) == CALLER
    settings.TRUSTED_PROXIES = 2
    assert asked(**{"X-Forwarded-For": f"192.0.2.1, {CALLER}, 10.0.0.9"}) == CALLER


def test_a_request_that_came_round_the_proxy_is_known_by_where_it_came_from(settings):
    settings.TRUSTED_PROXIES = 2
    assert asked(**{"X-Forwarded-For": CALLER}) == PROXY
    assert asked() == PROXY
