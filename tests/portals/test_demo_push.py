"""Push in the demo: named accounts have a device at the sink, and /dev/push/ shows what came, decrypted."""

import pytest
from django.utils import timezone

from ossma.core.claiming import claim
from ossma.core.models import PushDevice, PushMessage
from ossma.core.push import carrying, promises
from ossma.core.push.promises import Words
from ossma.core.tasks import LEASE
from ossma.local.push_sink import Message
from ossma.portals.demo import browsers
from tests.factories.members import UserFactory
from tests.push import push_service

pytestmark = pytest.mark.django_db


def test_what_was_pushed_to_a_demo_device_is_shown_decrypted(client, settings, tmp_path):
    settings.VAR = tmp_path
    people = {name: UserFactory(email=f"{name}@demo.example") for name in browsers.NAMED}
    with push_service() as service:
        settings.PUSH_SINK_URL = service.url
        service.folder = tmp_path / "push"
        service.folder.mkdir()
        assert browsers.make_devices(timezone.now()) == len(people)
        words = Words("助けが必要な人がいます", "Somebody needs help")
        promises.promise(key="x", user_ids=[people["aya"].pk], words=words, path="/", at=timezone.now())
        held = claim(PushMessage, at=timezone.now(), limit=9, lease=LEASE)
        assert carrying.send_claimed(held, promises.parcels(held, at=timezone.now()), clock=timezone.now).sent == 1
    assert "助けが必要な人がいます" in client.get("/dev/push/").content.decode()


def test_what_was_sealed_for_another_browser_is_listed_unread(client, settings, tmp_path):
    settings.VAR = tmp_path
    (tmp_path / "push").mkdir()
    (tmp_path / "push" / "1.json").write_text(Message("stranger", {}, b"x" * 120).as_json())
    html = client.get("/dev/push/").content.decode()
    assert "stranger" in html


def test_without_a_sink_the_demo_has_no_devices(settings):
    settings.PUSH_SINK_URL = ""
    assert browsers.make_devices(timezone.now()) == 0
    assert not PushDevice.objects.exists()
