"""Every question about numbers and the FAQ. They are public; only `present_country` asks who is looking."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Q
from django.utils.translation import get_language

from applications.queries.presence import where_is
from helpline.models import EmergencyProposal, FaqEntry, HelplineNumber, LocalEmergency, NumberProposal
from helpline.rules import by_likelihood
from helpline.states import FromMobile, NumberKind
from ossma.core.countries import queries as countries
from ossma.core.folding import fold
from ossma.core.formats import is_japanese
from ossma.core.models import Country
from ossma.core.models.country import Region
from ossma.core.viewer import Viewer

KINDS = list(NumberKind)


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the ministry with its own numbers; an ISO code has one, the USA two."""

    country: Country
    numbers: list[HelplineNumber]
    emergency: LocalEmergency | None

    @property
    def connects(self) -> bool:
        """Whether a number of its own is known to connect from a mobile phone: it comes before the one for everybody."""
        return any(number.from_mobile == FromMobile.YES for number in self.numbers)


def numbers_for(country: Country | None) -> list[HelplineNumber]:
    """What to call there, in the order to try: this country's numbers, then everybody's, the paid direct line last of each."""
    return _numbers(Q(country=None) | Q(country=country) if country else Q(country=None))


def call_number(mofa_cd: str | None) -> HelplineNumber | None:
    """The one number for a call button on a phone in that country (`.e164 .tel .dial_as_shown .label .confirmed`).

    Connecting counts more than the price: what is known to work from mobiles comes before a freephone that may not.
    """
    where = Q(country=None) | Q(country=mofa_cd) if mofa_cd else Q(country=None)
    return likeliest(_numbers(where))


def likeliest(numbers: list[HelplineNumber]) -> HelplineNumber | None:
    """The first of those that connect best from a mobile phone."""
    return next(iter(by_likelihood(numbers)), None)


def places(iso2: str) -> list[Place]:
    """The pages' matter for an ISO code, the mainland first. Raises NotFound."""
    found = countries.by_iso(iso2)
    numbers = _numbers(Q(country__in=found))
    emergencies = {row.country_id: row for row in LocalEmergency.objects.filter(country__in=found)}
    return [Place(country, [row for row in numbers if row.country_id == country.pk], emergencies.get(country.pk)) for country in found]


def present_country(viewer: Viewer, at: datetime) -> Country | None:
    """Where a signed-in member is now, by itinerary or application; None for everybody else."""
    if viewer.member_id is None:
        return None
    where = where_is(viewer, viewer.member_id, at)
    return countries.by_code(where.country_id) if where else None


def find_countries(text: str) -> list[Country]:
    """Countries with a page of their own, by Japanese name, kana or English name."""
    return [country for country in countries.search(text) if country.iso2]


def regions() -> list[tuple[str, list[Country]]]:
    """All countries with a page by region: [(region, [country, ...]), ...], sorted in the reader's language."""
    by_name = "name_kana" if is_japanese(get_language() or "ja") else "name_en"
    rows = Country.objects.filter(active=True).exclude(iso2=None).order_by("region", by_name)
    return [(str(Region(region).label), list(group)) for region, group in groupby(rows, lambda row: row.region)]


def everything() -> list[tuple[str, list[Place]]]:
    """The numbers of every country that has any, by region: one page for times without network."""
    emergencies = {row.country_id: row for row in LocalEmergency.objects.all()}
    own: dict[str, list[HelplineNumber]] = {}
    for number in _numbers(Q(country__isnull=False)):
        own.setdefault(str(number.country_id), []).append(number)
    book = []
    for name, countries_there in regions():
        known = [country for country in countries_there if country.pk in own or country.pk in emergencies]
        book.append((name, [Place(country, by_likelihood(own.get(country.pk, [])), emergencies.get(country.pk)) for country in known]))
    return [(name, found) for name, found in book if found]


def best_of_places() -> list[tuple[Place, HelplineNumber]]:
    """The countries where a number of their own connects from a mobile phone, each with that number."""
    places_with = [place for _name, found in everything() for place in found if place.connects]
    return [(place, place.numbers[0]) for place in places_with]


def faq(text: str = "") -> list[tuple[str, list[FaqEntry]]]:
    """Questions by category that hold all words of `text` in either language; all of them without a text."""
    words = [fold(word) for word in text.split()]
    found = [entry for entry in FaqEntry.objects.all() if all(word in _searchable(entry) for word in words)]
    categories: dict[str, list[FaqEntry]] = {}
    for entry in found:
        categories.setdefault(entry.category, []).append(entry)
    return list(categories.items())


def live_row_for(proposal: NumberProposal | EmergencyProposal) -> HelplineNumber | LocalEmergency | None:
    """The row that a proposal changes, locked, or a new one to add; None where it was to be changed and is gone."""
    model = HelplineNumber if isinstance(proposal, NumberProposal) else LocalEmergency
    if proposal.replaces_id is None:
        return None if proposal.removes else model()
    return model.objects.select_for_update(of=("self",)).filter(pk=proposal.replaces_id).first()


def live_number(pk: int) -> HelplineNumber | None:
    """A number that members see, for a proposal to change it."""
    return HelplineNumber.objects.filter(pk=pk).first()


def live_emergency(pk: int) -> LocalEmergency | None:
    """A country's numbers that members see, for a proposal to change them."""
    return LocalEmergency.objects.filter(pk=pk).first()


def _searchable(entry: FaqEntry) -> str:
    return fold("\n".join((entry.category_ja, entry.category_en, entry.question_ja, entry.question_en, entry.answer_ja, entry.answer_en)))


def _numbers(where: Q) -> list[HelplineNumber]:
    rows = HelplineNumber.objects.filter(where)
    return sorted(rows, key=lambda row: (row.country_id is None, KINDS.index(NumberKind(row.kind)), row.sort, row.pk))
