#!/usr/bin/env python3
"""Entry to every command. Outside the project's virtual environment it starts itself again inside it."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def adopt_demo_environment() -> None:
    """Take the settings of the demo in var/ when the shell has none of its own, so that commands act on the running demo."""
    if "SECRET_KEY" in os.environ or "SECRET_KEY_FILE" in os.environ:
        return
    env_file = Path(os.environ.get("OSSMA_VAR", HERE / "var")) / "demo.env"
    if not env_file.is_file():
        return
    for line in env_file.read_text().splitlines():
        name, _, value = line.partition("=")
        if name and not name.startswith("#"):
            os.environ.setdefault(name, value)


def refuse_unsafe_production(command: list[str]) -> None:
    """A command that acts for people does not run where the web server would not start. Ends the process with the list of faults."""
    from django.core.exceptions import ImproperlyConfigured

    from ossma.portals.startup import refuse_unsafe_command

    if not command or command[0].startswith("-"):
        return
    try:
        refuse_unsafe_command(command[0])
    except ImproperlyConfigured as error:
        sys.exit(str(error))


def main() -> None:
    """Run one management command."""
    adopt_demo_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ossma.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        inside = HERE / ".venv" / "bin" / "python"
        if not inside.exists() or Path(sys.prefix) == inside.parent.parent:
            sys.exit("Nothing is installed yet: run `make setup` first.")
        os.execv(inside, [str(inside), *sys.argv])  # noqa: S606 - the same command, inside the project's own environment
    refuse_unsafe_production(sys.argv[1:2])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
