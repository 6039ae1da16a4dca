"""Real programs started in a production environment: known keys, weak ones and demo data are refused."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import get_commands
from django.db import connection

from members.models import User
from ossma.local.environments import for_tests, like_production
from ossma.portals import startup
from ossma.portals.startup import COMMANDS_LET_THROUGH, REFUSALS, REFUSED_DEMO, Refusal

BASE_DIR = django_settings.BASE_DIR
PYTHON = sys.executable
SCRIPTS = Path(sys.executable).parent
WEB = [PYTHON, "-c", "import ossma.wsgi; print('started')"]
NOWHERE = "postgres://nobody@127.0.0.1:9/nothing"
# Known ones come from where they stand, so that no new key is published here.
KNOWN = for_tests(Path(), NOWHERE, "redis://127.0.0.1:9/0")
OFFICE = {
    "SMTP_URL": "smtp://office:PASSWORD@mail.ossma.example:25",
    "BOUNCE_MAILBOX": "imaps://office:PASSWORD@mail.ossma.example/INBOX",
}
ALL_KNOWN = (
    {name: KNOWN[name] for name in ("SECRET_KEY", "FIELD_KEYS", "VAPID_PRIVATE_KEY", "GMO_SHOP_PASS")}
    | dict.fromkeys(("BOUNCE_SECRET", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET", "PHONE_API_TOKEN"), "a-long-secret")
    | {
        "SECRET_KEY_FALLBACKS": "demo-" + "x" * 60,
        "DATABASE_URL": "postgres://nobody:PASSWORD@127.0.0.1:9/nothing",
        "SITE_URL": "http://ossma.example",
    }
    | {"ALLOWED_HOSTS": "*", "SMS_BACKEND": "recorded"}
    | OFFICE
)
ALL_WEAK = {
    "SECRET_KEY": "0123456789" * 6,
    "SECRET_KEY_FALLBACKS": "abc",
    "FIELD_KEYS": "",
    "VAPID_PRIVATE_KEY": "A" * 42 + "E",
    "BOUNCE_SECRET": "abcabc" * 9,
    "GMO_SHOP_PASS": "1234567",
    "STRIPE_API_KEY": "aaaaaaaaaaaa",
    "ALLOWED_HOSTS": "other.example",
    "VOICE_BACKEND": "recorded",
}


def run(command: list[str], **changed: str) -> subprocess.CompletedProcess[str]:
    """A program of the product in a good production environment but for what is changed."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "OSSMA_VAR", "LANG") if name in os.environ}
    good = like_production(NOWHERE, "redis://127.0.0.1:9/0")
    env = bare | good | {"DJANGO_SETTINGS_MODULE": "ossma.settings"} | changed
    return subprocess.run(command, cwd=BASE_DIR, env=env, capture_output=True, text=True, timeout=120, check=False)


def refused_rows(text: str) -> set[str]:
    """The settings named at the beginning of the message's lines."""
    pairs = [(row, line) for row in (*REFUSALS, REFUSED_DEMO) for line in text.splitlines()]
    named = [(row, line) for row, line in pairs if line.startswith(f"- {row.setting} ")]
    return {row.setting for row, line in named if line.endswith(f"{row.mend}.")}


def test_a_good_configuration_starts():
    done = run(WEB)
    assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr


def test_keys_that_stand_in_the_repository_are_refused_all_at_once_and_never_said():
    done = run(WEB, **ALL_KNOWN)
    assert done.returncode != 0
    assert refused_rows(done.stderr) == {row.setting for row in REFUSALS} - {"database"}
    lines = [line for line in done.stderr.splitlines() if line.startswith("- ")]
    assert not [name for name in ("SECRET_KEY", "FIELD_KEYS", "GMO_SHOP_PASS") if ALL_KNOWN[name] in str(lines)]


def test_weak_keys_are_refused_all_at_once():
    done = run(WEB, **ALL_WEAK)
    assert done.returncode != 0
    weak = {
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "FIELD_KEYS",
        "VAPID_PRIVATE_KEY",
        "BOUNCE_SECRET",
        "GMO_SHOP_PASS",
        "STRIPE_API_KEY",
    }
    assert refused_rows(done.stderr) == weak | {"ALLOWED_HOSTS", "SMS_BACKEND, VOICE_BACKEND"}


@pytest.mark.parametrize("switch", ["DEBUG", "DEMO"])
def test_neither_a_demo_nor_a_development_server_starts_under_a_public_name(switch):
    done = run(WEB, **{switch: "true"})
    assert done.returncode != 0
    assert refused_rows(done.stderr) == {"DEBUG, DEMO"}


@pytest.mark.django_db(transaction=True)
def test_a_database_with_demo_accounts_is_refused():
    User.objects.create_user("aya@demo.example", "x", is_demo=True)
    host, name = connection.settings_dict, connection.settings_dict["NAME"]
    url = f"postgres://{host['USER']}:{host['PASSWORD']}@{host['HOST']}:{host['PORT']}/{name}"
    done = run(WEB, DATABASE_URL=url)
    assert done.returncode != 0
    assert refused_rows(done.stderr) == {"database"}


@pytest.mark.parametrize(
    "command",
    [
        [
            str(SCRIPTS / "celery"),
            "--app",
            "ossma",
            "worker",
            "--concurrency",
            "1",
            "--without-gossip",
            "--without-mingle",
        ],
        [str(SCRIPTS / "celery"), "--app", "ossma", "beat", "--schedule", "SCHEDULE", "--pidfile="],
        [PYTHON, "manage.py", "dispatch_safety_checks"],
        [PYTHON, "manage.py", "runserver", "--noreload"],
        [PYTHON, "manage.py", "check", "--deploy"],
    ],
    ids=["worker", "scheduler", "command", "runserver", "check --deploy"],
)
def test_worker_scheduler_and_commands_that_serve_do_not_start_either(command, tmp_path):
    done = run(
        [part.replace("SCHEDULE", str(tmp_path / "schedule")) for part in command],
        SECRET_KEY="abc",
        SITE_URL="http://ossma.example",
    )
    assert done.returncode != 0
    for setting in ("SECRET_KEY has 3 characters", "SITE_URL is not https"):
        assert setting in done.stderr


def test_what_makes_a_new_key_runs_with_the_old_one():
    done = run([PYTHON, "manage.py", "make_push_key"], **ALL_KNOWN)
    assert done.returncode == 0
    assert len(done.stdout.strip()) == 43


def test_every_command_of_ours_is_let_through_for_a_reason_or_refused():
    ours = {name for name, app in get_commands().items() if not app.startswith(("django", "allauth"))} - {"runserver"}
    refused = ours - COMMANDS_LET_THROUGH.keys()
    serving = {
        "create_office_user",
        "demo_data",
        "dispatch_safety_checks",
        "fetch_advisories",
        "read_bounces",
        "reconcile_payments",
    }
    assert refused == serving
    assert all(len(reason) >= 10 for reason in COMMANDS_LET_THROUGH.values())


def shown(row: Refusal) -> str:
    """A row as the table of docs/operations.md has it."""
    settings = ", ".join(f"`{name}`" if name.isupper() else name for name in row.setting.split(", "))
    return f"| {settings} | {row.when} | {row.mend} |"


def test_the_list_in_the_documents_is_the_list_in_the_code():
    text = (BASE_DIR / "docs" / "operations.md").read_text()
    section = text.partition("### What start-up refuses\n")[2].partition("\n### ")[0]
    table = [line.replace("\\|", "|") for line in section.splitlines() if line.startswith("| ")]
    rows = table[2:]
    assert rows == [shown(row) for row in (*REFUSALS, REFUSED_DEMO)]
    let_through = re.search(r"These commands run all the same: (.*)\.", section)
    assert let_through
    assert let_through.group(1).replace("`", "").split(", ") == sorted(COMMANDS_LET_THROUGH)


@pytest.mark.django_db
def test_settings_of_tests_and_demo_are_not_looked_at_on_this_machine(settings):
    User.objects.create_user("aya@demo.example", "x", is_demo=True)
    settings.DEBUG, settings.DEMO = False, True
    assert startup.found(settings) == []
