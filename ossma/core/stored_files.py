"""Keeping pictures for good. Called inside the transaction of the action that owns the picture, which also writes the audit line."""

import re
import uuid
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from pathlib import Path

from django.conf import settings
from django.db import transaction

from ossma.core import disk
from ossma.core.models import StoredFile
from ossma.core.uploads import CleanImage

LEFT_ALONE = timedelta(hours=24)
CHUNK = 500
OWN_NAME = re.compile(r"[0-9a-f]{32}")


def store(*, image: CleanImage, owner_kind: str, owner_id: object, at: datetime) -> StoredFile:
    """Keep a cleaned picture for its owner ("safety.answer", 12). The bytes are on the disk before the row can be committed;
    if the transaction fails they lie there without a row until `sweep`.
    """
    uid = uuid.uuid4()
    disk.write(disk.path_of(uid), image.data)
    return StoredFile.objects.create(
        uid=uid,
        owner_kind=owner_kind,
        owner_id=str(owner_id),
        mime=image.mime,
        size=image.size,
        width=image.width,
        height=image.height,
        sha256=image.sha256,
        created_at=at,
    )


def read(stored: StoredFile) -> bytes:
    """The bytes of a picture. Whoever asks has been let in by a query of the owner's room. FileNotFoundError when they are gone."""
    return disk.path_of(stored.uid).read_bytes()


def discard(*, stored: StoredFile) -> None:
    """Delete a picture: the row now, the bytes once that is committed."""
    path = disk.path_of(stored.uid)
    stored.delete()
    transaction.on_commit(partial(path.unlink, missing_ok=True))


def sweep(at: datetime, dry_run: bool = False) -> int:
    """Remove drafts, part files and bytes without a row that are older than a day; answers how many (`dry_run` only counts).

    A rule of retention: safe at any time and twice at once.
    """
    before = (at - LEFT_ALONE).timestamp()
    old = (path for path in Path(settings.FILES_ROOT).glob("*/*") if path.is_file() and path.stat().st_mtime < before and _is_ours(path))
    removed = 0
    for paths in batched(old, CHUNK):
        names = {path.name for path in paths if path.parent.name != disk.DRAFTS and "." not in path.name}
        known = {uid.hex for uid in StoredFile.objects.filter(uid__in=[uuid.UUID(name) for name in names]).values_list("uid", flat=True)}
        for path in paths:
            if path.name not in known:
                removed += 1
                if not dry_run:
                    path.unlink(missing_ok=True)
    return removed


def _is_ours(path: Path) -> bool:
    """Whether we gave the file its name: what an operator put there is left alone."""
    return path.parent.name == disk.DRAFTS or "." in path.name or OWN_NAME.fullmatch(path.name) is not None
