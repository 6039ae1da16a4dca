"""Where demo members are: forty countries, more of them where Japanese students really go."""

from random import Random

from ossma.core.models import City

# Ministry code → weight.
WEIGHTS = {
    "1000": 14, "9001": 7, "0044": 9, "0033": 8, "0049": 6, "0061": 8, "0064": 4, "0082": 8, "0886": 6, "0066": 5, "0065": 3, "0063": 5,
    "0060": 3, "0084": 3, "0062": 2, "0086": 4, "0852": 1, "0034": 4, "0039": 4, "0353": 2, "0031": 2, "0032": 1, "0041": 1, "0043": 2,
    "0046": 2, "0358": 2, "0045": 1, "0047": 1, "0420": 1, "0036": 1, "0048": 1, "0351": 1, "0090": 1, "0971": 1, "0091": 2, "0052": 1,
    "0055": 1, "0056": 1, "0020": 1, "1808": 2,
}  # fmt: skip


class World:
    """Cities to draw from."""

    def __init__(self, random: Random) -> None:
        self.random = random
        cities = City.objects.filter(country_id__in=WEIGHTS, major=True).select_related("country").order_by("country_id", "pk")
        self.by_country: dict[str, list[City]] = {}
        for city in cities:
            self.by_country.setdefault(city.country_id, []).append(city)
        missing = WEIGHTS.keys() - self.by_country.keys()
        if missing:
            raise LookupError(f"no city is known in {sorted(missing)}")
        self.codes = list(WEIGHTS)
        self.weights = list(WEIGHTS.values())

    def spread(self, count: int) -> list[City]:
        """`count` cities; each of the forty countries at least once when there are enough."""
        codes = self.codes[:count] + self.random.choices(self.codes, self.weights, k=max(0, count - len(self.codes)))
        return [self.random.choice(self.by_country[code]) for code in codes]

    def city(self, code: str, name_en: str) -> City:
        """The city of that English name. Raises StopIteration when the data file lost it."""
        return next(city for city in self.by_country[code] if city.name_en == name_en)
