"""When messages about a question, or about one of the other things behind a signed link, were handed over to the mail server (safety.md S2)."""

from datetime import datetime

from ossma.core import automated
from ossma.core.prepared import run_prepared
from safety.states import Channel

# What mail servers and their filters see; a push message is sealed for one device.
MAILED = (Channel.EMAIL, Channel.SECOND, Channel.SMS)
# By hand, because a whole crowd without script asks it. As `automated.handed_over`: a mail under way counts as handed over now.
NEWEST = """
SELECT max(CASE WHEN state = 'due' AND lease_until > %(at)s THEN %(at)s ELSE COALESCE(ended_at, begun_at) END)
FROM safety_delivery WHERE recipient_id = %(recipient)s AND channel = ANY(%(mailed)s) AND (state = 'sent' OR begun_at IS NOT NULL)
"""


def mail_handed_over(recipient_id: int, channel: str, at: datetime) -> datetime | None:
    """When the newest mail with this recipient's link was given to the server; None for a link that came by push."""
    if channel not in MAILED:
        return None
    ((moment,),) = run_prepared(NEWEST, {"at": at, "recipient": recipient_id, "mailed": [str(one) for one in MAILED]})
    return moment


def tap_handed_over(tap_id: int, channel: str, at: datetime) -> datetime | None:
    """The same for the mail of a monthly question."""
    return automated.mail_handed_over(f"reach:{tap_id}", at) if channel in MAILED else None


def check_in_handed_over(check_in_id: int, channel: str, at: datetime) -> datetime | None:
    """The same for the reminders of a check-in."""
    return automated.mail_handed_over(f"checkin:{check_in_id}:", at) if channel in MAILED else None
