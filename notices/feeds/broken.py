"""A file that is not taken in at all. The last good data stays, and the office reads why."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

REASONS = {
    "empty": _("The file is empty."),
    "too_big": _("The file is larger than %(limit)d MB."),
    "html": _("The answer is a web page, not the feed: the address may be wrong, or the ministry's site under maintenance."),
    "not_utf8": _("The file is not UTF-8 text."),
    "not_xml": _("The file is not XML."),
    "cut_off": _("The file is cut off: its end is missing."),
    "malformed": _("The file is not well-formed XML (line %(line)d)."),
    "forbidden": _("The file declares a document type or entities, as attacks do; the ministry's files never do."),
    "wrong_root": _("The file is XML, but not a feed of the ministry: it begins with <%(tag)s>."),
    "no_kind": _("The file does not say what kind of feed it is."),
    "bad_time": _("The feed's own time cannot be read: “%(value)s”."),
    "count": _("The file promises %(promised)s items but holds %(found)d."),
}
QUOTED = 40


class FeedBroken(Exception):
    """Nothing of this file is used. `code` is a key of REASONS; the text is in the language of whoever reads it."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = {name: value[:QUOTED] if isinstance(value, str) else value for name, value in params.items()}
        super().__init__(code, self.params)

    @property
    def reason(self) -> str:
        """Why, for the office."""
        return gettext(REASONS[self.code]) % self.params

    def __str__(self) -> str:
        return self.reason
