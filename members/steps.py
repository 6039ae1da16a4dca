"""The registration's steps as the person sees them (M1)."""

from django.utils.translation import gettext as _


def registration_steps() -> list[str]:
    """Labels in order; the pages say which one is current, counted from 1."""
    return [_("Account"), _("Confirmation code"), _("School"), _("Member information"), _("Done")]
