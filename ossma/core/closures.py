"""The office's closures as the calendar wants them: a set of days."""

from datetime import date, timedelta

from ossma.core.models import OfficeClosure


def closed_days(first: date, last: date) -> frozenset[date]:
    """Every day from `first` to `last`, both included, on which the office has entered a closure."""
    days: set[date] = set()
    for closure in OfficeClosure.objects.filter(first_day__lte=last, last_day__gte=first):
        begin, end = max(closure.first_day, first), min(closure.last_day, last)
        days.update(begin + timedelta(days=n) for n in range((end - begin).days + 1))
    return frozenset(days)
