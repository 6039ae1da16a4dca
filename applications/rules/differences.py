"""What a change of period or a cancellation costs or gives back (money.md, "Fees"). Amounts are whole yen."""

from collections.abc import Sequence
from dataclasses import dataclass

from applications.rules.fees import Price


@dataclass(frozen=True, slots=True)
class Settled:
    """What counts as paid for an application: all of it, and the fee with its tax in it. The rest is the handling fee, which stays.

    `goodwill` is the part of it that the office gave back as a gift: nobody pays it a second time, and it cannot go back once more.
    """

    total: int
    fee: int
    goodwill: int = 0

    @property
    def held(self) -> int:
        """What can go back at most."""
        return self.total - self.goodwill

    @property
    def handling(self) -> int:
        """What was paid for handling, also for fees that have gone back since."""
        return self.total - self.fee


@dataclass(frozen=True, slots=True)
class Difference:
    """Between a new price and what is settled: to be paid (fee and handling), or to be given back.

    `spare`: the handling fee that could go back as well, if the office says so.
    """

    fee: int = 0
    handling: int = 0
    back: int = 0
    spare: int = 0

    @property
    def to_pay(self) -> int:
        """What has to be paid."""
        return self.fee + self.handling


@dataclass(frozen=True, slots=True)
class Purse:
    """What one payment still holds, and how much of it was asked for as handling fee."""

    payment_id: int
    held: int
    handling: int
    # What of it was given back as goodwill.
    goodwill: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What goes back out of one purse, and what could besides."""

    payment_id: int
    amount: int
    handling: int


def settled_of(held: int, fee_in_force: int, goodwill: int = 0) -> Settled:
    """What is held, with what was a gift, beyond the fee of the quote in force is handling fee."""
    total = held + goodwill
    return Settled(total, min(total, fee_in_force), goodwill)


def difference(new: Price, settled: Settled) -> Difference:
    """New total − settled total. To be paid when positive; when negative the fee's part goes back, the handling fee stays."""
    due = new.total - settled.total
    if due > 0:
        handling = min(due, max(0, new.handling - settled.handling))
        return Difference(fee=due - handling, handling=handling)
    back = min(max(0, settled.fee - new.fee), settled.held)
    return Difference(back=back, spare=max(0, settled.handling - new.handling) if back else 0)


def shares(amount: int, spare: int, purses: Sequence[Purse]) -> list[Share]:
    """Where money to give back comes from: the newest payment first, fees before handling fees. Raises ValueError when they hold less."""
    fees = _taken(amount, [max(0, purse.held - purse.handling) for purse in purses])
    rest = _taken(amount - sum(fees), [purse.held - fee for purse, fee in zip(purses, fees, strict=True)])
    amounts = [fee + more for fee, more in zip(fees, rest, strict=True)]
    if sum(amounts) != amount:
        raise ValueError(f"{amount} yen cannot be given back out of {sum(purse.held for purse in purses)}")
    left = [min(purse.handling, purse.held - taken) if taken else 0 for purse, taken in zip(purses, amounts, strict=True)]
    handling = _taken(spare, left)
    found = zip(purses, amounts, handling, strict=True)
    return [Share(purse.payment_id, taken, besides) for purse, taken, besides in found if taken]


def _taken(amount: int, most: Sequence[int]) -> list[int]:
    """So much of each, in their order, until `amount` is reached."""
    taken = []
    for one in most:
        taken.append(min(one, amount))
        amount -= taken[-1]
    return taken
