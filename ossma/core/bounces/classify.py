"""What a refusal means: an address that does not exist, a full mailbox, a rule against us, or a trouble that passes.

Judged by the words first where they are plain, for statuses are often generic (5.0.0) or wrong; then by the enhanced status (RFC 3463), then by
the reply code (RFC 5321). Used for reports that come back and for refusals in the SMTP session alike.
"""

import re
from enum import StrEnum


class BounceClass(StrEnum):
    """Only HARD says that an address does not work. POLICY is about us: our server, our sender's records, our text."""

    HARD = "hard"
    FULL = "full"
    POLICY = "policy"
    TEMPORARY = "temporary"


STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\d.#])([45]\d\d)(?=[ \-#:)\]]|$)")
LONGEST = 20_000


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


FULL = _any(
    r"(mail ?box|inbox|mail ?folder|quota|storage|mail ?drop|account)[^.;\n]{0,60}(is |are |was )?(full|exceed|over|too large|too big)",
    r"(over|exceed\w*|out of)[^.;\n]{0,40}(quota|storage|mail ?box size)", r"quota ?exceeded", r"disk (quota|full)", r"insufficient system storage",
    r"not enough (storage|disk) space", r"no space left", r"mailbox_full", r"full mailbox", r"mail size limit exceeded.*mailbox",
    r"容量.{0,20}(超|オーバ|一杯|いっぱい|不足)", r"メールボックス.{0,12}(一杯|いっぱい|満杯)", r"受信ボックスが",
)  # fmt: skip
POLICY = _any(
    r"\bspam\b", r"\bspf\b", r"\bdkim\b", r"\bdmarc\b", r"black ?list", r"block ?list", r"\b(r|dns)bl\b", r"spamhaus", r"reputation",
    r"unauthenticated", r"not authori[sz]ed", r"authentication (required|checks?)", r"sender (address )?(rejected|denied|verif)",
    r"(rejected|refused|blocked|denied|prohibited)[^.;\n]{0,40}(policy|security|content|filter|reasons)",
    r"(policy|security|content)[^.;\n]{0,40}(reject|refus|block|violat|reason|restrict)", r"has been blocked", r"message (was )?blocked",
    r"banned", r"relay(ing)? (access )?(denied|not permitted|not allowed|prohibited)", r"unable to relay", r"bulk ?mail", r"unsolicited", r"virus",
    r"malware", r"suspicious", r"too many (connections|messages|recipients)", r"rate limit", r"reverse dns", r"\bptr\b", r"helo", r"not rfc",
    r"5322|2822", r"tls (is )?required", r"access denied", r"administrative(ly)? prohibited", r"message (content )?rejected", r"bad reputation",
    r"\bblocked\b", r"refused to talk", r"service refus", r"not accepting connections", r"\babuse", r"open relay", r"insecure mail relay",
    r"no access from", r"invalid ip\b", r"protocol (violation|error)", r"mail rej[eé]", r"(network|host|client|server)[^.;\n]{0,30}not allowed",
    r"550[ -]+rejected\b", r"you cannot send", r"relay quota", r"invalid domain name", r"client host rejected", r"receiving mail at a rate",
    r"weren't sent\. (we recommend|please contact)", r"unwanted messages", r"\(bl\)",
    r"迷惑メール", r"受信拒否",
)  # fmt: skip
_WHO = r"(user|recipient|mail ?box|address|account|local part|alias|addressee|person)"
HARD = _any(
    _WHO + r"[^.;\n]{0,40}(unknown|not (found|exist|known|listed)|does( not|n't) exist|is(n't| not) (a )?(valid|known)|no longer)",
    r"(unknown|no such|invalid|bad|undeliverable|non-?existent|unrouteable|unroutable)( or [a-z]+)?\s+"
    r"((local|mail|e-?mail|destination|recipient|virtual|final|delivery)[ -])*" + _WHO,
    r"recipient name is not recogni[sz]ed", r"invalid final delivery userid", r"recipient address rejected\.?\s*(\(|$)",
    r"host \S+ not found", r"no smtp service", r"does not accept mail", r"no mail ?box here",
    r"mailbox (is )?(unavailable|not available)", r"not our customer", r"not a valid (user|mail|recipient|address)",
    r"does( not|n't) have an? \S{1,40} account", r"couldn't be found", r"not listed in", r"wasn't found",
    r"unable to (find|locate) (the )?(recipient|user|host|domain)", r"domain (name )?(not found|does not exist|is not reachable)",
    r"host (unknown|not found)|unknown (host|domain)|name or service not known|nxdomain|domain isn't in my list|couldn't find any host",
    r"no (mx|mail exchanger|such (host|domain))|unrouteable (mail )?domain|bad destination (mailbox|system)|host or domain name not found",
    r"\.[a-z]{2,}\.? does not exist", r"address(ee)? (is )?(unknown|incorrect|invalid|wrong)", r"(has )?moved to", r"user has moved",
    r"no longer (available|valid|in use|works)", r"no valid recipients", r"not listed in public", r"ディレクトリ.{0,12}(見つかり|ありません)",
    r"(宛先|あて先|アドレス|ユーザ).{0,30}(存在し|見つか(?!らないか)|不明|誤|間違|無効|ありません)", r"存在しません",
)  # fmt: skip
# Nobody there takes mail at all (RFC 7504).
POLICY_SUBJECT = 7
TAKES_NO_MAIL = frozenset({521, 556})
# The name server's answer was broken: it may be whole tomorrow.
NAME_SERVER = _any(r"malformed or unexpected name server reply", r"temporary (failure in )?name")
# What one large service says of an address that it does not have.
NOT_HERE = _any(r"recipient address rejected: access denied")
# Mobile carriers of Japan say just this of an address that is not there and of a reader whose own filter refused us: not for good.
FILTERED = _any(r"\b550:?[ -]+(?:: ?|')?(?:unknown user|user unknown)\b")
# Closed by its keeper, for now or for good: nobody says that it never was.
CLOSED = _any(
    _WHO + r"[^.;\n]{0,60}(disabled|suspended|inactive|locked|expired|deactivated|on hold)",
    r"(disabled|inactive|suspended)( recipient| mail)? ?(address|account|user|box)",
)
# Mobile carriers of Japan say "unknown user" after the text, too, when the reader's own filter refused it.
AFTER_TEXT = _any(
    r"end of data", r"in reply to (the )?(end of )?data", r"data command", r"smtp command\s+data\b", r">>> data", r"after (initial )?data"
)
BEFORE_TEXT = _any(r"rcpt to (response|command)", r"rcpt command")
# What a large relay puts before the words of the server that refused: it says nothing.
GENERIC = re.compile(r"\b[45]\.\d\.0 - [a-z ]+ (?:error|problem)\b", re.IGNORECASE)
# A domain that is not there is nobody's filter.
NO_DOMAIN = _any(r"\.[a-z]{2,}\.? does not exist", r"(host|domain) (unknown|not found)", r"unknown (host|domain)")
# 452: insufficient system storage, which servers say of a full mailbox.
INSUFFICIENT = 452
# Subject and detail digits of the enhanced status that say it by themselves.
BY_STATUS = {
    BounceClass.FULL: {(2, 2)},
    BounceClass.HARD: {(1, 0), (1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (4, 4)},
    BounceClass.TEMPORARY: {(2, 1), (2, 3), (2, 4), (3, 1), (3, 2), (3, 3), (3, 4), (4, 0), (4, 1), (4, 2), (4, 3), (4, 5), (4, 6), (4, 7), (4, 14)},
}


def classify(words: str, *, status: str = "") -> BounceClass:
    """The class of a refusal by what the server said; `status`: the enhanced status that a report names."""
    text = GENERIC.sub("", words[:LONGEST])
    known = STATUS.search(status) or STATUS.search(text)
    first, *digits = (int(part) for part in known.groups()) if known else (0, 0, 0)
    reply = REPLY.search(text)
    code = int(reply[1]) if reply else 0
    pair = (digits[0], digits[1])
    if (FULL.search(text) or pair in BY_STATUS[BounceClass.FULL]) and not (pair == (1, 1) and HARD.search(text)):
        return BounceClass.FULL
    if code in TAKES_NO_MAIL and pair[0] != POLICY_SUBJECT:
        return BounceClass.HARD
    if NAME_SERVER.search(text):
        return BounceClass.TEMPORARY
    if CLOSED.search(text) and pair != (1, 1):
        return BounceClass.TEMPORARY
    hard, refused = bool(HARD.search(text)), bool(POLICY.search(text))
    if pair in {(1, 7), (1, 8)}:
        return BounceClass.POLICY
    if NOT_HERE.search(text):
        return BounceClass.HARD
    if pair[0] == POLICY_SUBJECT:
        return BounceClass.HARD if hard and not refused else BounceClass.POLICY
    if first == 4 or (not first and code // 100 == 4):
        return _for_now(code, known=bool(known), refused=refused)
    return _for_good(text, pair, hard=hard, refused=refused, said=bool(known or code))


def _for_now(code: int, *, known: bool, refused: bool) -> BounceClass:
    """Of what the server calls passing."""
    if code == INSUFFICIENT and not known:
        return BounceClass.FULL
    return BounceClass.POLICY if refused else BounceClass.TEMPORARY


def _for_good(text: str, pair: tuple[int, int], *, hard: bool, refused: bool, said: bool) -> BounceClass:
    """Of what the server calls final, or of which it says nothing: whether that is about the address."""
    if refused and not hard:
        return BounceClass.POLICY
    if pair in BY_STATUS[BounceClass.HARD]:
        return BounceClass.HARD
    if pair in BY_STATUS[BounceClass.TEMPORARY] and not hard:
        return BounceClass.TEMPORARY
    filtered = AFTER_TEXT.search(text) or (FILTERED.search(text) and not BEFORE_TEXT.search(text))
    if hard and filtered and pair[0] != 1 and not NO_DOMAIN.search(text):
        return BounceClass.TEMPORARY
    return BounceClass.HARD if hard else BounceClass.TEMPORARY
