"""The sink for push messages: it answers as the services do, and keeps what it took."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ossma.local.demo_parts import listening
from ossma.local.processes import wait_until
from ossma.local.run_with_servers import free_ports

HEADERS = {"authorization": "vapid t=a,k=b", "content-encoding": "aes128gcm", "ttl": "60"}


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[httpx.Client]:
    port = free_ports(1)[0]
    with subprocess.Popen([sys.executable, "-m", "ossma.local.push_sink", str(port), tmp_path]) as process:
        wait_until(lambda: listening(port), "the sink", alive=lambda: process.poll() is None)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
        process.terminate()
        assert process.wait(10) == 0


def push(sink: httpx.Client, body: bytes = b"sealed", **headers: str) -> httpx.Response:
    return sink.post("/push/aya", content=body, headers=HEADERS | headers)


def test_a_message_is_taken_and_kept_as_it_came(sink: httpx.Client, tmp_path: Path) -> None:
    assert push(sink, topic="check-1").status_code == 201
    (kept,) = [json.loads(file.read_text()) for file in tmp_path.iterdir()]
    assert (kept["device"], kept["body"], kept["headers"]["topic"]) == ("aya", "c2VhbGVk", "check-1")


def test_it_answers_to_a_device_what_it_was_told_to(sink: httpx.Client, tmp_path: Path) -> None:
    sink.put("/answers/aya", content="429 30")
    refused = push(sink)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    sink.put("/answers/aya", content="410")
    assert push(sink).status_code == 410
    sink.delete("/answers/aya")
    assert push(sink).status_code == 201
    assert len(list(tmp_path.iterdir())) == 1


def test_what_real_services_refuse_is_refused(sink: httpx.Client) -> None:
    assert push(sink, b"x" * 4097).status_code == 413
    assert sink.post("/push/aya", content=b"x", headers={"ttl": "60"}).status_code == 400
    assert sink.get("/nothing/").status_code == 404
