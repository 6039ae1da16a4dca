"""Pictures of forms that are not finished: kept on the disk for a day and known by a signed token, so that a mistake elsewhere loses none.

Strangers may send some, so the folder has a quota, and part of the disk stays free whatever comes: a full disk stops the database.
"""

import os
import shutil
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ossma.core import disk
from ossma.core.duties import Duty
from ossma.core.registries import Health, WorkItem
from ossma.core.uploads import CleanImage, PictureRefused
from ossma.core.viewer import Viewer

KEPT_FOR = timedelta(hours=24)
SALT = "ossma.core.drafts"
NAME_LENGTH = 80
# The office is told when so much of the quota is used, or when the disk has less than so many times what stays free.
NEAR, NEAR_FREE = 0.8, 2
# Whoever writes a draft holds this lock of the database, on whichever machine: the quota is exact for many at once.
LOCK = 0x6F73736D61


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A cleaned picture with the token that finds it again; `name` is the sender's file name, for showing only."""

    image: CleanImage
    token: str
    name: str


@dataclass(frozen=True, slots=True)
class Room:
    """What drafts take up and what is left on the disk, in bytes."""

    used: int
    free: int

    def has(self, size: int) -> bool:
        """Whether a file of this size may still come."""
        return self.used + size <= settings.DRAFTS_MAX_BYTES and self.free - size >= settings.FILES_LEAST_FREE_BYTES

    @property
    def is_nearly_full(self) -> bool:
        """Whether somebody should look soon."""
        return self.used >= NEAR * settings.DRAFTS_MAX_BYTES or self.free < NEAR_FREE * settings.FILES_LEAST_FREE_BYTES


def room() -> Room:
    """Measured now."""
    folder = Path(settings.FILES_ROOT)
    while not folder.exists():
        folder = folder.parent
    return Room(_used(), shutil.disk_usage(folder).free)


def require_room(size: int = 1) -> None:
    """Raises PictureRefused where no picture can be taken in. Asked before anything is decoded."""
    if not room().has(size):
        raise PictureRefused(_("No pictures can be taken in at the moment. Send the form without the picture; the rest is kept."), code="no_room")


@transaction.atomic
def keep(image: CleanImage, name: str) -> KeptPicture:
    """Put a cleaned picture aside for a day. Raises PictureRefused where there is no room for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    require_room(image.size)
    uid, shown = uuid.uuid4(), name[:NAME_LENGTH]
    disk.write(disk.draft_path(uid), image.data)
    token = signing.dumps({"uid": uid.hex, "name": shown, "width": image.width, "height": image.height}, salt=SALT)
    return KeptPicture(image, token, shown)


def find(token: str) -> KeptPicture:
    """The picture of a token. Raises PictureRefused where the token is not ours or its day is over."""
    try:
        note = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
        data = disk.draft_path(uuid.UUID(note["uid"])).read_bytes()
    except (signing.BadSignature, FileNotFoundError) as error:
        raise PictureRefused(_("The picture you sent before is no longer kept. Choose it again."), code="gone") from error
    return KeptPicture(CleanImage(data, note["width"], note["height"]), token, note["name"])


def discard(kept: KeptPicture) -> None:
    """The form it came with is finished: the draft goes at once. Twice is no fault."""
    note = signing.loads(kept.token, salt=SALT)
    disk.draft_path(uuid.UUID(note["uid"])).unlink(missing_ok=True)


def health() -> Health:
    """Whether pictures can be taken in for some time to come."""
    full = room().is_nearly_full
    return Health(not full, "nearly full: pictures are refused soon" if full else "has room")


def work_items(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """For the office's work list: the room is nearly used up."""
    now = room()
    if not (viewer.is_office and now.is_nearly_full):
        return []
    percent = round(100 * now.used / settings.DRAFTS_MAX_BYTES)
    title = _("Room for pictures: %(percent)d%% of the quota for unfinished forms is used, %(free)d MB of the disk are free")
    url = reverse("office:portals:health")
    told = title % {"percent": percent, "free": now.free // 1024**2}
    return [WorkItem("core.files", told, 1, url, urgent=True, duties=(Duty.SEE_HEALTH,))]


def _used() -> int:
    try:
        with os.scandir(disk.drafts_folder()) as entries:
            return sum(_size(entry) for entry in entries)
    except FileNotFoundError:
        return 0


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except FileNotFoundError:
        return 0
