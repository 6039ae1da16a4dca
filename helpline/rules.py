"""What a proposed number may not be."""

from django.utils.translation import gettext as _

from ossma.core.refusals import Refused


def already_there() -> Refused:
    """Members see the proposed number already."""
    return Refused(_("Members see this already. Propose a change of what is there."), code="in_the_way")
