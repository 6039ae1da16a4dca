"""manage.py translations: compile the catalogs, and say what is not translated yet."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ossma.core import catalogs


class Command(BaseCommand):
    """Compiles; with --check exits 1 when a text has no Japanese or a catalog holds a text that nobody uses."""

    help = "Compile the translation catalogs and list texts without Japanese."
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two ways to call it."""
        parser.add_argument("--compile", action="store_true", help="only compile")
        parser.add_argument("--check", action="store_true", help="fail when something is missing or left over")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile, then compare code and catalogs."""
        base = settings.BASE_DIR
        count = catalogs.compile_all(base)
        self.stdout.write(f"{count} catalogs compiled")
        if options["compile"]:
            return
        faults = self._faults()
        for fault in faults:
            self.stdout.write(fault)
        self.stdout.write(f"{len(faults)} texts to mend")
        if options["check"] and faults:
            raise CommandError("the translation catalogs are not complete")

    def _faults(self) -> list[str]:
        base = settings.BASE_DIR
        used = catalogs.used(base)
        everywhere = {key for keys in used.values() for key in keys}
        held = {room: catalogs.translated(catalogs.read_catalog(catalogs.catalog_path(base, room))) for room in self._rooms()}
        known = {key for keys in held.values() for key in keys}
        missing = [
            f"missing  {room:13} {place}  {key[1]!r}" for room, keys in sorted(used.items()) for key, place in keys.items() if key not in known
        ]
        unused = [f"unused   {room:13} {key[1]!r}" for room, keys in held.items() for key in keys if key not in everywhere]
        clashes = [f"clash    {key[1]!r} differs between rooms" for key in sorted(known, key=str) if self._differs(held, key)]
        return missing + unused + clashes

    @staticmethod
    def _differs(held: dict[str, dict[catalogs.Key, object]], key: catalogs.Key) -> bool:
        """One msgid is one Japanese text in the running product, whichever room asks: a second meaning needs a context."""
        return len({str(keys[key]) for keys in held.values() if key in keys}) > 1

    @staticmethod
    def _rooms() -> list[str]:
        return [folder.name for folder in settings.LOCALE_PATHS]
