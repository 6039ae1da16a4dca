"""No form of another site acts in somebody's name."""

import pytest
from django.test import Client
from django.urls import resolve, reverse

from tests.cast import make_cast
from tests.walls.world import Address, addresses

# Each asks for a key that only its caller has: a signed address, the old subscription's secret, the gateway's own word, a bearer token.
EXEMPT = {"bounces", "public:payments:come_back", "public:payments:notify", "public:members:push_renewal"} | {
    f"public:safety:{name}" for name in ("ask", "here", "need", "elsewhere", "thanks", "case", "family", "reach", "check_in")
}
GIVEN = {"verb": "close", "step": "close"}


def path_of(address: Address) -> str:
    """The address with arguments that lead to nothing."""
    for value in (1, "x", "00000000-0000-0000-0000-000000000000"):
        try:
            return reverse(address.name, kwargs={name: GIVEN.get(name, value) for name in address.keywords})
        except Exception:  # noqa: BLE001, S112 - the next kind of argument
            continue
    raise AssertionError(address.name)


def exempt(address: Address) -> bool:
    """Whether the view goes without Django's token."""
    return bool(getattr(resolve(path_of(address)).func, "csrf_exempt", False))


def test_every_exception_is_known_by_name():
    assert {address.name for address in addresses() if exempt(address)} == EXEMPT


@pytest.mark.django_db
def test_no_form_is_taken_without_its_token_but_where_a_key_stands_in():
    cast = make_cast()
    clients = []
    for who in (cast.aya, cast.doi, cast.office):
        client = Client(enforce_csrf_checks=True)
        client.cookies = cast.client(who).cookies
        clients.append(client)
    taken = [
        f"{address.name}: {status}"
        for address in addresses()
        if not exempt(address)
        for client in clients
        if (status := client.post(path_of(address), {"x": "y"}).status_code) != 403
    ]
    assert taken == []
