"""What text messages and calls say: a drill says so with its first word, the link is whole, and the title gives way (safety.md S1)."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from safety import rules
from safety.addresses import answer_url
from safety.models import SafetyCheck
from safety.queries.deliveries import Parcel
from safety.states import Channel, CheckKind

# GSM 03.38: what fits seven bits; the second line takes two places each. Anything else makes the whole text UCS-2.
GSM = frozenset("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
GSM_TWICE = frozenset("^{}\\[~]|€")
# Places in a message of one part, and in each part of a longer one.
GSM_ONE, GSM_PART, UCS_ONE, UCS_PART = 160, 153, 70, 67
MOST_PARTS = 2
ELLIPSIS = "..."


def parts(text: str) -> int:
    """How many messages the network will make, and bill, of a text."""
    if GSM.union(GSM_TWICE).issuperset(text):
        places, one, part = len(text) + sum(sign in GSM_TWICE for sign in text), GSM_ONE, GSM_PART
    else:
        places, one, part = len(text.encode("utf-16-be")) // 2, UCS_ONE, UCS_PART
    return 1 if places <= one else -(-places // part)


def _first_words(check: SafetyCheck, round_number: int) -> str:
    if round_number == rules.CORRECTION_ROUND:
        return _("[DRILL] This was a drill")
    return _("[DRILL]") if check.kind == CheckKind.DRILL else _("[Safety check]")


def _asker(check: SafetyCheck) -> str:
    return check.school.name if check.school else settings.OFFICE_NAME.rpartition(" / ")[2 if translation.get_language() == "en" else 0]


def sms(check: SafetyCheck, parcel: Parcel) -> str:
    """A text message of at most two parts: what it is, what happened, who asks, where to answer."""
    head, title = _first_words(check, parcel.round_number), check.title
    ask = (
        "" if parcel.round_number == rules.CORRECTION_ROUND else f"\n{_('Are you safe? Answer here:')} {answer_url(parcel.recipient_id, Channel.SMS)}"
    )
    text = f"{head} {title} ({_asker(check)}){ask}"
    while parts(text) > MOST_PARTS and title:
        title = title[:-1]
        text = f"{head} {title.rstrip()}{ELLIPSIS}{ask}"
    return text


def voice(check: SafetyCheck, parcel: Parcel) -> str:
    """What a call reads aloud: no address, because nobody can press one on a call."""
    if parcel.round_number == rules.CORRECTION_ROUND:
        return f"{_first_words(check, parcel.round_number)}. {check.title}."
    words = _("Are you safe? Please answer by the link in our e-mail or text message.")
    return f"{_first_words(check, parcel.round_number)}. {check.title}. {_asker(check)}. {words}"


def spoken_or_written(channel: str, check: SafetyCheck, parcel: Parcel) -> str:
    """The words for a person on this channel, in their language."""
    with translation.override(parcel.language):
        return sms(check, parcel) if channel == Channel.SMS else voice(check, parcel)
