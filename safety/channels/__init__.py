"""Who carries what. A carrier is a class with the verbs of `base.Carrier` and one entry here."""

from safety.channels.base import Carrier
from safety.channels.mail import MAIL
from safety.channels.phone import PHONE
from safety.channels.push import PUSH

# In the order in which senders are called: the quickest way to a person first.
CARRIERS: tuple[Carrier, ...] = (PUSH, MAIL, PHONE)
BY_CHANNEL: dict[str, Carrier] = {channel: carrier for carrier in CARRIERS for channel in carrier.channels}
