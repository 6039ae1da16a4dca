"""Every rate limit of the product in one table; docs/operations.md lists it, and a test compares the two.

Which keys to count: what an enemy can spend for somebody else is counted per pair of the two, or only after everything that is not his. A source
is a network address (an IPv6 /64): a lecture hall of 200 stands behind one, so limits per source are far beyond what a hall needs within an hour.
"""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ossma.core.ratelimit import Limit

SECONDS, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHORT_WAITS = (30 * SECONDS, MINUTE, 5 * MINUTE, 15 * MINUTE)
WAITS = (30 * SECONDS, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE)

TABLE: dict[str, Limit] = {}


def _limit(name: str, most: int, per: timedelta, each: str, protects: str, waits: tuple[timedelta, ...] = ()) -> Limit:
    """A row of the table, with the number that settings give it."""
    limit = TABLE[name] = Limit(name, settings.RATE_LIMITS.get(name, most), per, each, protects, waits)
    return limit


# --- The way in
SIGN_UP_SOURCE = _limit("sign_up_source", 600, HOUR, "source", "machines that open accounts by the thousand")
CODE = _limit(
    "code", 1, DAY, "target address, or account and known device", "guessing codes; mail bombs", (MINUTE, MINUTE, *(n * HOUR for n in (1, 2, 4, 8)))
)
CODE_SOURCE = _limit("code_source", 600, HOUR, "source", "mail bombs over many addresses")
STRANGER_MAIL = _limit("stranger_mail", 3_000, HOUR, "everybody: codes, and second addresses", "mail bombs from many sources; our name as a sender")
CODE_TRY = _limit("code_try", 5, DAY, "code", "guessing one code, also in parallel", (DAY,))
CODE_TRY_ACCOUNT = _limit("code_try_account", 40, DAY, "target address", "guessing codes over many sessions")
ENTRANCE_MAIL = _limit("entrance_mail", 10, DAY, "target address", "mail bombs: no more mails of the way in, told to nobody")
NO_ACCOUNT_MAIL = _limit("no_account_mail", 3, DAY, "target address", "mail bombs by mails without a code, told to nobody")
PROOF_DEVICE = _limit("proof_device", 10, DAY, "account and known device", "guessing on a stolen device", SHORT_WAITS)
PROOF_PAIR = _limit("proof_pair", 5, DAY, "account and source", "guessing passwords and app codes", (*WAITS, HOUR))
PROOF_ACCOUNT = _limit("proof_account", 20, DAY, "account, all unknown devices", "guessing from many sources", WAITS)
PROOF_SOURCE = _limit("proof_source", 1_000, HOUR, "source, failures only", "trying one password on many accounts")
NEW_ADDRESS = _limit("new_address", 10, HOUR, "account", "mails to strangers by changing the address")
SECOND_ADDRESS = _limit("second_address", 3, DAY, "member, and second address", "mails to strangers by naming a second address")
JOIN_ACCOUNT = _limit("join_account", 10, HOUR, "account, failures only", "guessing join passwords")
JOIN_SOURCE = _limit("join_source", 2_000, HOUR, "source, failures only", "guessing join passwords with many accounts")

# --- Invitations to act for a school: enough for a school that starts, too few for a flood
INVITATION_HOUR = _limit("invitation_hour", 20, HOUR, "account that invites", "mails in our name to strangers")
INVITATION_DAY = _limit("invitation_day", 60, DAY, "account that invites", "mails in our name to strangers")
INVITATION_SCHOOL_HOUR = _limit("invitation_school_hour", 40, HOUR, "school", "mails in our name to strangers")
INVITATION_SCHOOL_DAY = _limit("invitation_school_day", 120, DAY, "school", "mails in our name to strangers")

# --- Safety: nothing here keeps a call for help or a change of standing from being stored
ANSWER_REPEAT = _limit("answer_repeat", 60, HOUR, "answer link, the same standing again", "filling the table of answers")
HELP_REPEAT = _limit("help_repeat", 300, HOUR, "answer link, help again while help is called for", "filling the table of answers")
FAMILY_WORDS = _limit("family_words", 10, HOUR, "family link and word, never the first call for help", "mails to school and office")
FAMILY_LOOK = _limit("family_look", 120, MINUTE, "family link, looks only", "machines that read a page again and again")
WRONG_LINK = _limit("wrong_link", 600, MINUTE, "source, wrong links only", "guessing signed links")
HELPLINE_CALL = _limit("helpline_call", 30, HOUR, "account; the call itself goes through", "the record of calls")
PUSH_TEST = _limit("push_test", 5, MINUTE, "account", "the push service")
PUSH_RENEWAL = _limit("push_renewal", 600, MINUTE, "source", "guessing subscriptions")

# --- Pictures and files
PICTURE_LINK = _limit("picture_link", 10, HOUR, "answer link", "the disk")
PICTURE_SOURCE = _limit("picture_source", 300, HOUR, "source", "the disk")
PICTURE_ALL = _limit("picture_all", 3_000, HOUR, "everybody", "the disk, and the time to decode")
EXPORT = _limit("export", 20, 10 * MINUTE, "account", "the database, and personal data in bulk")
RECEIPT = _limit("receipt", 20, HOUR, "member", "the time to make a PDF")
PAYMENT_START = _limit("payment_start", 30, HOUR, "member", "orders at the gateway")

# --- Searches
SEARCH = _limit("search", 120, MINUTE, "account", "personal data in bulk; the database")
LIVE = _limit("live", 600, MINUTE, "account", "the database, from many open dashboards")
PUBLIC_SEARCH = _limit("public_search", 600, MINUTE, "source", "the database")

# --- Machines
GATEWAY_NOTICE = _limit("gateway_notice", 300, MINUTE, "source", "the table of notices")
RETURNED_MAIL = _limit("returned_mail", 600, MINUTE, "source", "the table of returned mail")
RETURNED_MAIL_WRONG = _limit("returned_mail_wrong", 10, MINUTE, "source, wrong secrets only", "guessing the secret")

if unknown := sorted(set(settings.RATE_LIMITS) - set(TABLE)):
    raise ImproperlyConfigured(f"RATE_LIMITS names limits that do not exist: {', '.join(unknown)}.")
