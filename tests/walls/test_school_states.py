"""Every address of the school portal in a suspended, an ended and a closed school, for administrators and supporters, against the table (C7)."""

from datetime import timedelta

import pytest
from django.urls import resolve, reverse
from django.utils import timezone

from members.models import School
from members.states import SCHOOL_ACTS, PortalState, SchoolAct
from tests.walls.world import Address, World, addresses, make_world

pytestmark = pytest.mark.django_db
SHUT = "現在はご利用いただけません"


@pytest.fixture
def world() -> World:
    return make_world()


def school_addresses() -> list[Address]:
    return [address for address in addresses() if address.name.startswith("school:")]


def acts_of(url: str) -> tuple[SchoolAct, SchoolAct]:
    """What the address says its GET and its POST are."""
    return resolve(url).func.school_acts


def put(world: World, state: PortalState, days: int) -> None:
    """The school of Aya, Dr. Doi and Emi in this state."""
    now = timezone.now()
    ended_at = {PortalState.ENDED: now, PortalState.CLOSED: now - timedelta(days=days)}.get(state)
    School.objects.filter(pk=world.cast.aoba.pk).update(state="ended" if ended_at else state, ended_at=ended_at)


def test_every_address_of_the_school_portal_names_its_acts(world):
    urls = {address.name: reverse(address.name, kwargs=world.arguments(address)) for address in school_addresses()}
    assert [name for name, url in urls.items() if not hasattr(resolve(url).func, "school_acts")] == []


@pytest.mark.parametrize("who", ["doi", "emi"])
@pytest.mark.parametrize("state", list(PortalState))
def test_pages_and_posts_go_as_far_as_the_table_says(world, settings, state, who):
    put(world, state, settings.SCHOOL_READABLE_DAYS)
    client = world.cast.client(getattr(world.cast, who))
    faults = []
    for address in school_addresses():
        url = reverse(address.name, kwargs=world.arguments(address))
        for method, act in zip(("get", "post"), acts_of(url), strict=True):
            reply = getattr(client, method)(url)
            if reply.status_code == 405 or (who == "emi" and reply.status_code == 404):
                continue
            body = b"".join(reply.streaming_content).decode(errors="ignore") if reply.streaming else reply.content.decode(errors="ignore")
            shut = reply.status_code == 403 and SHUT in body
            if shut == (act in SCHOOL_ACTS[state]):
                faults.append(f"{method} {address.name} ({act}) → {reply.status_code}")
    assert faults == []
