"""What this room hangs into the registries of the floor; importing it (AppConfig.ready) does so."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from members.queries import profile
from ossma.core import registries
from ossma.core.push import devices, vapid
from ossma.core.registries import Task
from ossma.core.viewer import Viewer


def placeholder_tasks(viewer: Viewer, at: datetime) -> list[Task]:
    """Member's home: whoever the school registered corrects the placeholder phone and contact (M6)."""
    if viewer.member_id is None or not profile.has_placeholders(viewer.member_id):
        return []
    title = _("Please correct your mobile number and your emergency contact")
    return [Task(title, _("Your school registered you with placeholders."), reverse("member:members:edit"), urgent=True)]


def push_tasks(viewer: Viewer, at: datetime) -> list[Task]:
    """Member's home: until one device of theirs takes push messages, the way to it (M9)."""
    if viewer.user_id is None or not vapid.is_on() or devices.of_users([viewer.user_id], at=at):
        return []
    text = _("A safety check then appears on the screen at once, and you answer right there.")
    return [Task(_("Receive safety checks on this phone"), text, reverse("member:members:push"))]


registries.home_tasks.register("members.placeholders", placeholder_tasks)
registries.home_tasks.register("members.push", push_tasks)
