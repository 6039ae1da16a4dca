"""Who is looking: the one value that every query takes first and every action takes as its actor."""

from dataclasses import dataclass, field
from enum import StrEnum

from ossma.core.duties import Duty, has_duty


class Face(StrEnum):
    """The kind of person (or program) that acts. A user can have several faces; one request has one."""

    NOBODY = "nobody"
    MEMBER = "member"
    SCHOOL = "school"
    SUPPORTER = "supporter"
    OFFICE = "office"
    LINK = "link"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person in one face, with what that face may see (product.md, "Rules that hold everywhere")."""

    face: Face = Face.NOBODY
    user_id: int | None = None
    name: str = ""
    member_id: int | None = None
    school_id: int | None = None
    group_ids: frozenset[int] = field(default_factory=frozenset)
    roles: frozenset[str] = field(default_factory=frozenset)
    address: str = ""
    school_name: str = ""
    # For the school's side: how far its portal is open (members.states.PortalState).
    school_state: str = "active"

    @property
    def is_office(self) -> bool:
        """Office staff; what they see and do follows from their duties (`may`)."""
        return self.face is Face.OFFICE

    @property
    def is_school(self) -> bool:
        """An administrator of one school; supporters are not."""
        return self.face is Face.SCHOOL

    def may(self, *duties: Duty) -> bool:
        """Whether one of the viewer's roles in the office has one of these duties; programs may everything, other people nothing of it."""
        return self.face is Face.SYSTEM or (self.is_office and has_duty(self.roles, *duties))

    @property
    def is_staff_side(self) -> bool:
        """Someone whose looks at personal data leave audit entries."""
        return self.face in {Face.OFFICE, Face.SCHOOL, Face.SUPPORTER}


NOBODY = Viewer()
SYSTEM = Viewer(face=Face.SYSTEM, name="OSSMA")


def by_link(member_id: int | None, name: str = "") -> Viewer:
    """The holder of a signed link: may do the one thing the link is for, in that member's name."""
    return Viewer(face=Face.LINK, member_id=member_id, name=name)
