"""A push service and a browser for tests: real HTTP, real encryption."""

import asyncio
import base64
import json
import threading
from contextlib import contextmanager

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ossma.core.models import PushDevice
from ossma.core.push.devices import Subscription
from ossma.local.push_sink import PushSink
from tests.factories.safety import NOW


def text(raw):
    """base64url as browsers write it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """Somebody's browser that has subscribed at the sink."""

    def __init__(self, name):
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = name.encode().ljust(16, b".")[:16]

    def subscription(self, url):
        """What the page would send."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Subscription(f"{url}/push/{self.name}", text(point), text(self.secret))

    def reads(self, message):
        """The decrypted message."""
        return json.loads(http_ece.decrypt(message.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"))


class Service(PushSink):
    """The house's sink, in a thread of this process."""

    def __init__(self):
        super().__init__()
        self.url = ""
        # Devices whose message is read and never answered: the connection is cut.
        self.cut = set()

    def answer(self, verb, path, headers, body):
        """As the sink does, unless the connection is to be cut."""
        if path.rsplit("/", 1)[-1] in self.cut:
            raise ConnectionError
        return super().answer(verb, path, headers, body)

    def devices(self):
        """Which devices got something, in the order of arrival."""
        return [message.device for message in self.taken]

    def give(self, user, name, language="ja"):
        """A device of this person's at this service, and its browser."""
        browser = Browser(name)
        made = browser.subscription(self.url)
        device = PushDevice.objects.create(
            user=user, endpoint=made.endpoint, p256dh=made.p256dh, auth=made.auth, name=name, language=language, created_at=NOW
        )
        return device, browser


@contextmanager
def push_service():
    """A running push service on a free port."""
    service, loop = Service(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(service.talk, "127.0.0.1", 0), loop).result()
    service.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def end():
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    try:
        yield service
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
