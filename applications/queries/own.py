"""The member who looks."""

from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer


def own_id(viewer: Viewer) -> int:
    """The member id of a member's viewer. Raises NotFound for every other face."""
    if viewer.member_id is None:
        raise NotFound
    return viewer.member_id
