"""The programs a demo is made of, in the order they start."""

import os
import smtplib
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path

from ossma.local.broker import Broker
from ossma.local.demo_env import Ports
from ossma.local.postgres import Postgres
from ossma.local.supervisor import Part

WEB_WORKERS = 2
WEB_THREADS = 4
SENDERS = 4


def server_part(server: Postgres | Broker) -> Part:
    """An embedded server."""
    return Part(server.name, server.command, server.ready, server.account, server.stop_with, stops_last=True)


def listening(port: int) -> bool:
    """Whether something takes connections on a port of this machine."""
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex(("127.0.0.1", port)) == 0


def takes_mail(port: int) -> bool:
    """Whether the mail sink greets."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=2):
            return True
    except OSError:
        return False


def health(port: int) -> tuple[int, str]:
    """Status and text of the health page; status 0 when nothing answers yet."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(errors="replace")
    except OSError:
        return 0, ""


def helpers(var: Path, ports: Ports) -> list[Part]:
    """What stands in for the outside world."""
    sink = [sys.executable, "-m", "ossma.local.mail_sink", str(ports.mail), str(var / "mail")]
    gateway = [
        sys.executable, "-m", "payments.sandbox", "--port", str(ports.gateway),
        "--notify-url", f"http://127.0.0.1:{ports.web}/payments/notify/gmo/", "--state", str(var / "sandbox"),
    ]  # fmt: skip
    push = [sys.executable, "-m", "ossma.local.push_sink", str(ports.push), str(var / "push")]
    return [
        Part("mail", lambda: sink, lambda: takes_mail(ports.mail)),
        Part("push", lambda: push, lambda: listening(ports.push)),
        Part("gateway", lambda: gateway, lambda: listening(ports.gateway)),
    ]


def product(var: Path, ports: Ports) -> list[Part]:
    """Web, worker and scheduler, started as in production."""
    scripts = Path(sys.executable).parent
    web = [
        "env", "DB_POOL=true", str(scripts / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(ports.web),
        "--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS), "--respawn-failed-workers",
        "--workers-kill-timeout", "3", "--no-ws", "ossma.wsgi:application",
    ]  # fmt: skip
    celery = [str(scripts / "celery"), "--app", "ossma"]
    worker = [*celery, "worker", "--concurrency", str(SENDERS), "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    scheduler = [*celery, "beat", "--loglevel", "INFO", "--schedule", str(var / "schedule"), "--pidfile="]
    return [
        Part("web", lambda: web, lambda: health(ports.web)[0] != 0),
        Part("worker", lambda: worker),
        Part("scheduler", lambda: scheduler),
    ]


def part_environment(values: dict[str, str]) -> dict[str, str]:
    """The environment the product's programs see."""
    return {**os.environ, **values, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "ossma.settings"}
