"""What a password must hold (member-portal.md M1), and which ones everybody tries first."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Signs that stand for letters: p@ssw0rd is password.
LOOK_ALIKES = str.maketrans("@4301!5$7", "aaeoiisst")
# What people put before and behind a common word to please a rule: digits and signs, and a letter or two among them.
PADDING = re.compile(r"[^a-z]*[a-z]{0,2}[^a-z]*")
MOST_PADDING = 6
SHORTEST_WORD = 4
LONGEST_LOOKED_AT = 32
OUR_WORDS = frozenset({"ossma", "anpi", "ryugaku", "kaigai"})


def cores(password: str) -> Iterator[str]:
    """The password in small letters, also with its signs read as letters, whole and without what may be padding."""
    small = password.casefold()
    if len(small) > LONGEST_LOOKED_AT:
        return
    for start in range(MOST_PADDING + 1):
        for end in range(len(small), max(start + SHORTEST_WORD, len(small) - MOST_PADDING + start) - 1, -1):
            if PADDING.fullmatch(small[:start]) and PADDING.fullmatch(small[end:]):
                yield small[start:end]
                yield small[start:end].translate(LOOK_ALIKES)


class CommonVariantValidator(CommonPasswordValidator):
    """Refuses the common passwords of Django's list, and those that only case and padding tell from one."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a common password or a variant of one."""
        if any(core in self.passwords or core in OUR_WORDS for core in cores(password)):
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self) -> str:
        """Why, and what to do."""
        return _(
            "Many people use this password, or one that differs by a few characters: whoever guesses tries it first. "
            "Choose another, for example three words that do not belong together with a digit in between."
        )

    def get_help_text(self) -> str:
        """The rule in one sentence."""
        return _("Do not use a common word with a few digits or signs added.")


class ThreeKindsValidator:
    """At least one upper-case letter, one lower-case letter and one digit."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when one of the three is missing."""
        if not (any(c.isupper() for c in password) and any(c.islower() for c in password) and any(c.isdigit() for c in password)):
            raise ValidationError(self.get_help_text(), code="password_three_kinds")

    def get_help_text(self) -> str:
        """The rule in one sentence."""
        return _("Use at least one capital letter, one small letter and one digit.")
