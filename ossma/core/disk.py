"""Where kept pictures lie: settings.FILES_ROOT, random names, nothing of it served by a web server."""

import os
import uuid
from pathlib import Path

from django.conf import settings

DRAFTS = "drafts"


def path_of(uid: uuid.UUID) -> Path:
    """The place of a stored picture; two letters of its name spread the files over folders."""
    return Path(settings.FILES_ROOT) / uid.hex[:2] / uid.hex


def drafts_folder() -> Path:
    """Where pictures of unfinished forms lie."""
    return Path(settings.FILES_ROOT) / DRAFTS


def draft_path(uid: uuid.UUID) -> Path:
    """The place of a picture whose form is not finished yet."""
    return drafts_folder() / uid.hex


def write(path: Path, data: bytes) -> None:
    """Write whole or not at all: the name appears only when every byte is on the disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part-{uuid.uuid4().hex}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
