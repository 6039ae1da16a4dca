"""HTML from the files in pages/, every value escaped."""

from html import escape
from pathlib import Path
from string import Template

from payments.sandbox.web import Response

FOLDER = Path(__file__).parent / "pages"


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def fragment(name: str, words: dict[str, str], /, **values: object) -> Markup:
    """One file filled in; words come as `$w_name`, values as `$name`."""
    filled: dict[str, str] = {f"w_{key}": escape(text) for key, text in words.items()}
    for key, value in values.items():
        filled[key] = value if isinstance(value, Markup) else escape(str(value))
    return Markup(Template((FOLDER / f"{name}.html").read_text()).substitute(filled))


def page(words: dict[str, str], title: str, body: Markup, status: int = 200) -> Response:
    """A whole page in the shell, under the mark that says no money moves."""
    style = Markup((FOLDER / "page.css").read_text())
    return Response(fragment("shell", words, title=title, body=body, style=style).encode(), status)


def error_box(words: dict[str, str], codes: list[str]) -> Markup:
    """What to put right, or nothing."""
    if not codes:
        return Markup("")
    lines = Markup("".join(f"<li>{escape(words[code])}</li>" for code in codes))
    return fragment("errors", words, lines=lines)
