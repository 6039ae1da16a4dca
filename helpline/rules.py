"""In which order numbers are tried from which telephone, and what a proposed number may not be (support.md H1)."""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from helpline.states import FromMobile, NumberKind, Phone
from ossma.core.refusals import Refused

MOBILE_FIRST = [FromMobile.YES, FromMobile.UNKNOWN, FromMobile.NO]
FREE, UNIVERSAL, COLLECT, DIRECT = NumberKind
# Telephones that make no call by themselves: apps carry charged calls and hardly ever freephones or operators.
BY_APP = [DIRECT, FREE, UNIVERSAL, COLLECT]
# From a fixed line freephones connect, an operator can be asked, and a charged call abroad is often barred or costs a card.
BY_LINE = [FREE, UNIVERSAL, COLLECT, DIRECT]
ORDERS: Mapping[Phone, list[NumberKind]] = {Phone.WIFI: BY_APP, Phone.HOTEL: BY_LINE, Phone.PAYPHONE: BY_LINE}


class Dialled(Protocol):
    """What the order needs to know of a number."""

    kind: str
    from_mobile: str


N = TypeVar("N", bound=Dialled)


def by_likelihood(numbers: Iterable[N], phone: Phone = Phone.OWN_SIM) -> list[N]:
    """In the order to try from this telephone, the likeliest to connect first; what is alike stays as it was.

    With a SIM of one's own it counts what the office knows of mobiles: what connects, what may, what does not.
    """
    order = ORDERS.get(phone)
    if order is None:
        return sorted(numbers, key=lambda number: MOBILE_FIRST.index(FromMobile(number.from_mobile)))
    return sorted(numbers, key=lambda number: order.index(NumberKind(number.kind)))


def already_there() -> Refused:
    """Members see the proposed number already."""
    return Refused(_("Members see this already. Propose a change of what is there."), code="in_the_way")
