"""What this room hangs into the registries of the floor; importing it (AppConfig.ready) does so."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from members.queries import profile
from ossma.core import registries
from ossma.core.registries import Task
from ossma.core.viewer import Viewer


def placeholder_tasks(viewer: Viewer, at: datetime) -> list[Task]:
    """Member's home: whoever the school registered corrects the placeholder phone and contact (M6)."""
    if viewer.member_id is None or not profile.has_placeholders(viewer.member_id):
        return []
    title = _("Please correct your mobile number and your emergency contact")
    return [Task(title, _("Your school registered you with placeholders."), reverse("member:members:edit"), urgent=True)]


registries.home_tasks.register("members.placeholders", placeholder_tasks)
