"""How hard a key is to guess: an estimate that repetition, sequences and usual words do not raise."""

import math
from hashlib import sha256

# A step of this many characters or more counts once, however long it goes on.
SHORTEST_PATTERN = 3
# What a pattern is worth, in bits: where it begins, how long it is, which of the usual ones.
PATTERN_BITS = 8.0
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv", "qazwsxedc")
WORDS = (
    "password",
    "passphrase",
    "secret",
    "insecure",
    "django",
    "change",
    "example",
    "default",
    "unused",
    "admin",
    "letmein",
)
OUR_WORDS = ("ossma", "demo", "test", "only", "local", "real", "long", "enough", "another", "key", "for")


def digest(value: str) -> str:
    """A key's name in the list of published ones."""
    return sha256(value.encode()).hexdigest()


def guessing_bits(value: str) -> float:
    """Estimated entropy in bits. A random text of n characters out of k different ones has about n × log2(k)."""
    each = math.log2(max(len(set(value)), 2))
    bits, here = 0.0, 0
    while here < len(value):
        length = max(_step(value, here), _seen(value, here), _known(value, here))
        bits += min(PATTERN_BITS, length * each) if length else each
        here += max(length, 1)
    return bits


def _step(value: str, here: int) -> int:
    """Length of a run of one character or of neighbours, such as aaaa, 1234 or dcba."""
    if here + 1 >= len(value):
        return 0
    step = ord(value[here + 1]) - ord(value[here])
    if abs(step) > 1:
        return 0
    end = here + 1
    while end + 1 < len(value) and ord(value[end + 1]) - ord(value[end]) == step:
        end += 1
    return end - here + 1 if end - here + 1 >= SHORTEST_PATTERN else 0


def _seen(value: str, here: int) -> int:
    """Length of a piece that stood before already."""
    length = 0
    while here + length < len(value) and value.find(value[here : here + length + 1], 0, here + length) >= 0:
        length += 1
    return length if length >= SHORTEST_PATTERN else 0


def _known(value: str, here: int) -> int:
    """Length of a usual word, or of a piece of a row of the keyboard."""
    rest = value[here:].lower()
    longest = max((len(word) for word in (*WORDS, *OUR_WORDS) if rest.startswith(word)), default=0)
    for row in ROWS:
        for length in range(len(row), SHORTEST_PATTERN, -1):
            if length > longest and rest[:length] in row and len(rest) >= length:
                longest = length
                break
    return longest
