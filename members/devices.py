"""What a browser calls itself, in words that a person recognises."""

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
# Order matters: Edge and Chrome both say Safari as well.
BROWSERS = (("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip


def _first(user_agent: str, words: tuple[tuple[str, str], ...]) -> str:
    return next((name for word, name in words if word in user_agent), "")


def describe(user_agent: str) -> str:
    """`Chrome · Windows`; a browser that we do not know is shown by the beginning of what it says."""
    known = [name for name in (_first(user_agent, BROWSERS), _first(user_agent, SYSTEMS)) if name]
    return " · ".join(known) or user_agent[:40]
