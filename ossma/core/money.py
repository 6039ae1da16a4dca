"""Whole yen. Amounts are int, rates are Decimal; nothing else gets in, so that no half yen ever arises unseen."""

from decimal import ROUND_HALF_UP, Decimal


def whole_yen(amount: object) -> int:
    """The amount itself, if it is a whole number of yen. Raises TypeError for float, Decimal, text and bool."""
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise TypeError(f"An amount is a whole number of yen (int), not {type(amount).__name__} {amount!r}.")
    return amount


def rate_of(amount: int, rate: Decimal) -> int:
    """`rate` (0.05 is 5 %) of an amount in yen, rounded half up, away from zero: 3630 at 5 % is 182 (money.md, "Fees")."""
    if not isinstance(rate, Decimal):
        raise TypeError(f"A rate is a Decimal, not {type(rate).__name__} {rate!r}.")
    if not rate.is_finite():
        raise ValueError(f"A rate is a finite number, not {rate}.")
    return int((whole_yen(amount) * rate).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def with_tax(amount: int, rate: Decimal) -> int:
    """An amount in yen with its consumption tax: 3300 at 10 % is 3630."""
    return amount + rate_of(amount, rate)


def tax_within(amount: int, rate: Decimal) -> int:
    """The consumption tax in an amount in yen that has it in it, rounded once: of 3812 at 10 % it is 347."""
    return rate_of(amount, rate / (1 + rate))


def total(*amounts: int) -> int:
    """The sum of amounts in yen, each checked to be whole."""
    return sum(whole_yen(amount) for amount in amounts)
