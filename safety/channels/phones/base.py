"""What is asked of whoever carries text messages and calls."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Call:
    """One text message or call. `key` is the same at every try, so that the other side can leave out a repeat."""

    key: str
    channel: str
    number: str
    language: str
    text: str


class Refusal(Exception):
    """This one was not taken. `final`: never will be."""

    def __init__(self, message: str, *, final: bool) -> None:
        super().__init__(message)
        self.final = final


class Away(Exception):
    """The other side does not answer: nothing was tried."""


class PhoneGateway(Protocol):
    """Hands one over. Raises Refusal for this one alone, Away when all of them should wait."""

    def place(self, call: Call) -> None:
        """Returns when the other side has taken it."""
