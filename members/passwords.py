"""What a password must hold (member-portal.md M1)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class ThreeKindsValidator:
    """At least one upper-case letter, one lower-case letter and one digit."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when one of the three is missing."""
        if not (any(c.isupper() for c in password) and any(c.islower() for c in password) and any(c.isdigit() for c in password)):
            raise ValidationError(self.get_help_text(), code="password_three_kinds")

    def get_help_text(self) -> str:
        """The rule in one sentence."""
        return _("Use at least one capital letter, one small letter and one digit.")
