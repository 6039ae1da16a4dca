"""What a payer does at which convenience store, in words (reference part 4).

Names and order of the numbers: [A] for Lawson, FamilyMart and Ministop; [?] for Seicomart. What today's terminals say on their screens is
not known for certain [?], so the steps name the terminal and the numbers, not the menus.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

CUSTOMER, CONFIRMATION = _("Customer number"), _("Confirmation number")
LOPPI = _("At the terminal “Loppi” in the shop, choose payment with numbers you have been given.")
COPIER = _("At the multi copy machine in the shop, choose payment with numbers you have been given.")
STATION = _("Tell the staff at the till that you want to pay on the internet service, or use the terminal in the shop.")


@dataclass(frozen=True, slots=True)
class Store:
    """A chain: its name as on its signs, where one begins there, and whether the confirmation number comes first."""

    name_ja: str
    name_en: str
    begin: Any
    confirmation_first: bool = False


STORES = {
    "10001": Store("ローソン", "Lawson", LOPPI),
    "10002": Store("ファミリーマート", "FamilyMart", COPIER, confirmation_first=True),
    "10005": Store("ミニストップ", "Ministop", LOPPI),
    "10008": Store("セイコーマート", "Seicomart", STATION),
}
# Stores know what they are by other names at other gateways.
UNKNOWN = Store("コンビニエンスストア", "Convenience store", STATION)


def store_of(code: str) -> Store:
    """The chain behind a gateway's code; a chain we do not know still gets its numbers shown."""
    return STORES.get(code, UNKNOWN)


def numbers(code: str, *, receipt: str, confirmation: str) -> list[tuple[str, str]]:
    """The numbers with their names, in the order in which the store asks for them; empty ones left out."""
    rows = [(str(CUSTOMER), receipt), (str(CONFIRMATION), confirmation)]
    if store_of(code).confirmation_first:
        rows.reverse()
    return [(name, number) for name, number in rows if number]


def steps(code: str) -> list[str]:
    """What to do at the store."""
    return [
        str(store_of(code).begin),
        str(_("Enter the numbers above in this order and check name and amount.")),
        str(_("Take the printed slip to the till within 30 minutes and pay. If it has run out, print it again.")),
        str(_("Keep the receipt until this page says that the payment has been completed.")),
    ]
