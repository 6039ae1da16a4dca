import signal
from pathlib import Path

import redis

from ossma.local.broker import Broker
from ossma.local.run_with_servers import free_ports
from tests.local.tools import StartServer


def test_a_queue_survives_a_kill_9_of_the_broker(var: Path, up: StartServer) -> None:
    broker = Broker(var, free_ports(1)[0])
    child = up(broker)
    with redis.Redis.from_url(broker.url(5)) as client:
        client.rpush("queue", *range(300))
    child.send_signal(signal.SIGKILL)
    child.wait()
    up(broker)
    with redis.Redis.from_url(broker.url(5)) as client:
        assert client.llen("queue") == 300


def test_two_brokers_with_folders_of_their_own_do_not_see_each_other(var: Path, up: StartServer) -> None:
    first, second = (Broker(var / name, port) for name, port in zip(("one", "two"), free_ports(2), strict=True))
    up(first)
    up(second)
    with redis.Redis.from_url(first.url()) as client:
        client.set("who", "first")
    with redis.Redis.from_url(second.url()) as client:
        assert client.get("who") is None
