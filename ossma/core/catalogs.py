"""Translation catalogs cut by room: finding every msgid in code and templates, and compiling what is translated."""

from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None, "_l": None, "_lazy": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
ROOMS = ("members", "payments", "applications", "helpline", "insurance", "notices", "safety")
Key = tuple[str | None, str]


def room_of(path: Path) -> str:
    """Which catalog a file's texts belong to: its app, the app inside templates/<face>/<app>/, else the look."""
    parts = path.parts
    if parts[0] in ROOMS:
        return parts[0]
    if parts[:2] == ("ossma", "portals"):
        return "portals"
    if parts[0] == "ossma":
        return "core"
    rooms = [part for part in parts[1:-1] if part in (*ROOMS, "portals")]
    if rooms:
        return rooms[0]
    return "members" if {"account", "mfa", "usersessions"} & set(parts) else "look"


def _sources(base: Path) -> Iterator[Path]:
    for top in ("ossma", *ROOMS):
        yield from (base / top).rglob("*.py")
    for kind in ("*.html", "*.txt"):
        yield from (base / "templates").rglob(kind)


def _messages(path: Path) -> Iterator[tuple[int, Key, str | None]]:
    source = path.read_text()
    if path.suffix != ".py":
        source = templatize(source, origin=str(path))
    for line, function, found, _comments in extract_python(BytesIO(source.encode()), dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"}):
        texts = list(found) if isinstance(found, tuple) else [found]
        context = texts.pop(0) if function in {"pgettext", "pgettext_lazy", "npgettext"} else None
        if texts and isinstance(texts[0], str):
            plural = texts[1] if "ngettext" in str(function) or function == "npgettext" else None
            yield line, (context, texts[0]), plural


def used(base: Path) -> dict[str, dict[Key, str]]:
    """Every msgid by room, with the first place that uses it."""
    found: dict[str, dict[Key, str]] = defaultdict(dict)
    for path in sorted(_sources(base)):
        relative = path.relative_to(base)
        if "migrations" in relative.parts:
            continue
        for line, key, _plural in _messages(path):
            found[room_of(relative)].setdefault(key, f"{relative}:{line}")
    return found


def catalog_path(base: Path, room: str) -> Path:
    """Where a room's Japanese stands."""
    return base / "locale" / room / "ja" / "LC_MESSAGES" / "django.po"


def read_catalog(path: Path) -> Catalog:
    """A catalog, empty when the file is not there."""
    if not path.exists():
        return Catalog(locale="ja")
    with path.open("rb") as file:
        return read_po(file, locale="ja", abort_invalid=True)


def translated(catalog: Catalog) -> dict[Key, object]:
    """Finished translations: with text, not marked as doubtful."""
    found: dict[Key, object] = {}
    for message in catalog:
        if not message.id or message.fuzzy:
            continue
        msgid = message.id[0] if isinstance(message.id, list | tuple) else message.id
        texts = message.string if isinstance(message.string, list | tuple) else [message.string]
        if all(texts):
            found[message.context, msgid] = message.string
    return found


def compile_all(base: Path) -> int:
    """Write every room's .mo beside its .po; returns how many."""
    rooms = [Path(folder).name for folder in settings.LOCALE_PATHS]
    for room in rooms:
        path = catalog_path(base, room)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read_catalog(path))
    return len(rooms)
