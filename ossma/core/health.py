"""Probes of the parts that everything stands on, for /healthz and the office's health page (office.md O5)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from ossma.core.models import OutboxMessage, Progress, PushMessage
from ossma.core.registries import Health

PULSE = "core.pulse"
PULSE_LIFE = timedelta(minutes=2)


def database() -> Health:
    """Whether PostgreSQL answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Health(True, "answers")


def broker() -> Health:
    """Whether the broker answers; nothing is lost while it does not, only delayed."""
    client = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    except RedisError as error:
        return Health(False, type(error).__name__)
    finally:
        client.close()
    return Health(True, "answers")


def beat_pulse(at: datetime) -> None:
    """Leave a mark that scheduler and worker are both alive: called by the most frequent task."""
    cache.set(PULSE, at.timestamp(), timeout=int(PULSE_LIFE.total_seconds()))


def background() -> Health:
    """Whether a scheduled task has run within the last two minutes."""
    return Health(True, "running") if cache.get(PULSE) else Health(False, "no scheduled task has run for two minutes")


def outbox() -> Health:
    """Whether mails leave: none may wait for more than ten minutes."""
    late = OutboxMessage.objects.filter(state=Progress.DUE, due_at__lt=timezone.now() - timedelta(minutes=10)).count()
    return Health(late == 0, f"{late} messages are late")


def push() -> Health:
    """Whether push messages leave: none may wait for more than ten minutes. Without a key there are none."""
    late = PushMessage.objects.filter(state=Progress.DUE, due_at__lt=timezone.now() - timedelta(minutes=10)).count()
    return Health(late == 0, f"{late} messages are late")
