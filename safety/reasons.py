"""Why somebody is asked, in plain words: for them, and for whoever asks about them (safety.md S1)."""

from django.utils.translation import gettext as _

from safety.states import Reason


def why_asked(reason: str, place: str) -> str:
    """To the member. `place` empty: a page that shows no personal data, or nobody knows."""
    if reason == Reason.NAMED:
        return _("You were asked by name.")
    if not place:
        return {
            Reason.ITINERARY: _("You were asked because of your itinerary."),
            Reason.DESTINATION: _("You were asked because of the destination of your application."),
            Reason.OWN_REPORT: _("You were asked because of the place you reported yourself."),
            Reason.ARRIVING: _("You were asked because of a journey that is ahead of you."),
        }.get(Reason(reason), "")
    return {
        Reason.ITINERARY: _("You were asked because your itinerary says that you are staying in %(place)s."),
        Reason.DESTINATION: _("You were asked because your application names %(place)s as the destination."),
        Reason.OWN_REPORT: _("You were asked because you reported yourself that you are in %(place)s."),
        Reason.ARRIVING: _("You were asked because you will soon travel to %(place)s."),
    }[Reason(reason)] % {"place": place}
