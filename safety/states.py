"""Words and states of safety checks (safety.md S1, S2, S3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CheckKind(models.TextChoices):
    """Shown as such everywhere; a drill cannot be mistaken."""

    REGULAR = "regular", _("Regular")
    AD_HOC = "ad_hoc", _("Ad hoc")
    DRILL = "drill", _("DRILL")


class CheckState(models.TextChoices):
    """A check's way. From `open` on the audience is frozen."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    OPEN = "open", _("open")
    STOPPED = "stopped", _("stopped")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


CHECK_MOVES = {
    CheckState.DRAFT: {CheckState.SCHEDULED, CheckState.OPEN, CheckState.CANCELLED},
    CheckState.SCHEDULED: {CheckState.DRAFT, CheckState.OPEN, CheckState.CANCELLED},
    CheckState.OPEN: {CheckState.STOPPED, CheckState.CLOSED},
    CheckState.STOPPED: {CheckState.OPEN, CheckState.CLOSED},
    CheckState.CLOSED: set(),
    CheckState.CANCELLED: set(),
}


class Reason(models.TextChoices):
    """Why somebody is in a check: who said that they are there."""

    ITINERARY = "itinerary", _("itinerary")
    DESTINATION = "destination", _("destination of the application")
    OWN_REPORT = "own_report", _("own report")
    NAMED = "named", _("named")
    ARRIVING = "arriving", _("travels there soon")


class LeftOut(models.TextChoices):
    """Why somebody whom the audience names is not asked."""

    WITHDRAWN = "withdrawn", _("has left OSSMA")
    EXCEPTED = "excepted", _("excepted by the conditions of this check")
    REPORTED_BACK = "reported_back", _("says they are back in Japan")
    NO_ADDRESS = "no_address", _("no e-mail address")
    NOT_PAID = "not_paid", _("membership fee not paid")
    ALREADY_ASKED = "already_asked", _("is being asked already about this event")
    ANSWERED = "answered", _("has answered already about this event")


class AnswerKind(models.TextChoices):
    """The four answers."""

    OK = "ok", _("I am safe")
    HELP = "help", _("I need help")
    NOT_THERE = "not_there", _("I am not there")
    LATER = "later", _("Later")


class Standing(models.TextChoices):
    """Where a recipient stands: the answer that counts now, or none. Help comes first everywhere."""

    HELP = "help", _("needs help")
    NOT_THERE = "not_there", _("not there")
    OK = "ok", _("safe")
    SILENT = "silent", _("no answer")


# The order of every list of people.
LISTED = (Standing.HELP, Standing.SILENT, Standing.NOT_THERE, Standing.OK)


class AnswerSource(models.TextChoices):
    """Who says so, and how we know."""

    LINK = "link", _("self, by link")
    APP = "app", _("self, in the app")
    PROXY = "proxy", _("on behalf, by a named person")
    FAMILY = "family", _("family")


class LifeSource(models.TextChoices):
    """What else than an answer tells that somebody is alive."""

    LOGIN = "login", pgettext_lazy("sign of life", "login")
    ITINERARY = "itinerary", pgettext_lazy("sign of life", "change of the itinerary")
    CALL = "call", pgettext_lazy("sign of life", "telephone call")
    TAP = "tap", pgettext_lazy("sign of life", "monthly tap")
    HELPLINE = "helpline", pgettext_lazy("sign of life", "call to the helpline")


class ReachFault(models.TextChoices):
    """Why somebody may not be reached."""

    BOUNCED = "bounced", _("e-mail comes back")
    NEVER = "never", _("never answered so far")
    STALE = "stale", _("no answer for a month and a half")
    NO_PUSH = "no_push", _("no device for push messages")
    NO_SECOND = "no_second", _("no second e-mail address")
    PLACEHOLDERS = "placeholders", _("phone and contact are placeholders")


class CoverPart(models.TextChoices):
    """What of a trip can be missing."""

    FEE = "fee", _("Fee")
    INSURANCE = "insurance", _("Insurance")
    ITINERARY = "itinerary", _("Itinerary")
    CONTACT = "contact", _("Contact")


class Trace(models.TextChoices):
    """What became of the question so far, and the hour there: the list is narrowed by it."""

    OPENED = "opened", pgettext_lazy("message", "opened")
    UNOPENED = "unopened", pgettext_lazy("message", "not opened")
    BOUNCED = "bounced", pgettext_lazy("message", "came back or not delivered")
    AWAKE = "awake", _("awake by their clock")
    CALL = "call", _("to be called now")
    ASLEEP = "asleep", _("asleep by their clock")


class Need(models.TextChoices):
    """The one question after "I need help"."""

    INJURED = "injured", _("Injured")
    ILL = "ill", _("Ill")
    CRIME = "crime", _("Victim of a crime")
    LOST = "lost", _("Lost")
    DISASTER = "disaster", _("Caught in a disaster")
    OTHER = "other", _("Something else")


class CaseCause(models.TextChoices):
    """Why somebody is followed up. A call for help takes over a case of silence."""

    HELP = "help", pgettext_lazy("cause of a case", "needs help")
    SILENT = "silent", pgettext_lazy("cause of a case", "no answer")
    MISSED = "missed", pgettext_lazy("cause of a case", "missed a check-in")


class CallWay(models.TextChoices):
    """How somebody tried to reach a person."""

    PHONE = "phone", _("telephone")
    EMAIL = "email", _("e-mail by hand")
    MESSAGE = "message", _("text message or chat")
    VISIT = "visit", _("visit")
    OTHER = "other", _("another way")


class CallResult(models.TextChoices):
    """What came of a try."""

    REACHED = "reached", _("reached")
    NO_ANSWER = "no_answer", _("nobody answered")
    LEFT_WORD = "left_word", _("left a message")
    WRONG = "wrong", _("wrong number or address")
    HEARD = "heard", _("heard of them from others")


class Rhythm(models.TextChoices):
    """How often a schedule asks."""

    WEEKLY = "weekly", _("every week")
    FORTNIGHTLY = "fortnightly", _("every second week")
    MONTHLY = "monthly", _("every month")
    DEPARTURE = "departure", _("days after departure")


class OccasionOutcome(models.TextChoices):
    """What became of one day of a schedule."""

    ASKED = "asked", pgettext_lazy("occasion", "asked")
    NOBODY = "nobody", pgettext_lazy("occasion", "nobody was there to be asked")
    SKIPPED = "skipped", pgettext_lazy("occasion", "left out: its hour was long past")


class RuleOutcome(models.TextChoices):
    """What a rule made of an advisory."""

    DRAFTED = "drafted", pgettext_lazy("rule", "a draft was made")
    NOBODY = "nobody", pgettext_lazy("rule", "nobody is there")
    NO_MATCH = "no_match", pgettext_lazy("rule", "not meant by the rule")


class Rung(models.TextChoices):
    """One step of the ladder for those who stay silent: a channel, or at last a human being."""

    PUSH = "push", _("Push")
    EMAIL = "email", _("E-mail")
    SECOND = "second", _("E-mail to the second address")
    SMS = "sms", _("Text message")
    VOICE = "voice", _("Voice call")
    CONTACT = "contact", _("E-mail to the emergency contact")
    OFFICE = "office", _("follow-up desk")


class Precision(models.TextChoices):
    """How exactly a member shows where they are. Exact is looked at only with "need help" or in an open incident."""

    EXACT = "exact", _("exact")
    NEAR = "near", _("about 20 km")
    REGION = "region", _("country and region only")


class CheckInState(models.TextChoices):
    """A check-in a member set for a risky stretch (safety.md S4)."""

    PLANNED = "planned", _("planned")
    REMINDED = "reminded", pgettext_lazy("check-in", "reminded")
    MISSED = "missed", _("missed")
    REPORTED = "reported", _("reported")
    CANCELLED = "cancelled", pgettext_lazy("check-in", "cancelled")


CHECK_IN_MOVES = {
    CheckInState.PLANNED: {CheckInState.REMINDED, CheckInState.REPORTED, CheckInState.CANCELLED},
    CheckInState.REMINDED: {CheckInState.PLANNED, CheckInState.MISSED, CheckInState.REPORTED, CheckInState.CANCELLED},
    CheckInState.MISSED: {CheckInState.REPORTED},
    CheckInState.REPORTED: set(),
    CheckInState.CANCELLED: set(),
}


class ViewedItem(models.TextChoices):
    """What of a member staff have opened: what the member's view log names."""

    POSITION = "position", _("exact position")
    PICTURE = "picture", _("picture of an answer")


# How a case ended that ended by itself: the silent person answered, the drill it belongs to was closed.
BY_ANSWER, BY_DRILL = "answered", "drill closed"


class CaseEnding(models.TextChoices):
    """Why a call for help is ended though nobody has spoken with the member and they have not said that they are safe."""

    MISTAKE = "mistake", pgettext_lazy("end of a case", "It was sent by mistake, and I know this from somebody else")
    OTHERS = "others", pgettext_lazy("end of a case", "Others are with the member (police, hospital, embassy, host)")
    DUPLICATE = "duplicate", pgettext_lazy("end of a case", "Test or double entry")
    OTHER = "other", pgettext_lazy("end of a case", "Another reason")


class CaseState(models.TextChoices):
    """Where a case stands."""

    NEW = "new", _("not contacted yet")
    CONTACTED = "contacted", _("contacted")
    HELPLINE = "helpline", _("handed to the helpline")
    RESOLVED = "resolved", pgettext_lazy("case", "resolved")


CASE_MOVES = {
    CaseState.NEW: {CaseState.CONTACTED, CaseState.HELPLINE, CaseState.RESOLVED},
    CaseState.CONTACTED: {CaseState.HELPLINE, CaseState.RESOLVED},
    # Back to new or contacted: a school that handed it over takes it back.
    CaseState.HELPLINE: {CaseState.NEW, CaseState.CONTACTED, CaseState.RESOLVED},
    CaseState.RESOLVED: {CaseState.NEW},
}


class Channel(models.TextChoices):
    """How a message reaches somebody. SMS and voice are adapters that are off by default."""

    EMAIL = "email", _("E-mail")
    PUSH = "push", _("Push")
    SECOND = "second", _("E-mail to the second address")
    SMS = "sms", _("Text message")
    VOICE = "voice", _("Voice call")
    CONTACT = "contact", _("E-mail to the emergency contact")


class SummaryKind(models.TextChoices):
    """What of a large check is counted in the background."""

    SENDING = "sending", _("messages")
    GROUPS = "groups", _("groups")
    SPOTS = "spots", _("positions")
    COMPARED = "compared", _("kept figures compared with the rows")
