"""Pictures of forms that are not finished: kept on the disk for a day and known by a signed token, so that a mistake elsewhere loses none."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.utils.translation import gettext as _

from ossma.core import disk
from ossma.core.uploads import CleanImage, PictureRefused

KEPT_FOR = timedelta(hours=24)
SALT = "ossma.core.drafts"
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A cleaned picture with the token that finds it again; `name` is the sender's file name, for showing only."""

    image: CleanImage
    token: str
    name: str


def keep(image: CleanImage, name: str) -> KeptPicture:
    """Put a cleaned picture aside for a day."""
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
