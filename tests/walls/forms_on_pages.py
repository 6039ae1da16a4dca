"""The forms that a page offers, with what a browser would send: bodies for those who must not send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit


@dataclass
class PageForm:
    """One form that posts: where to, and its fields as they stand on the page."""

    action: str
    data: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects forms with method post."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.forms = url, []
        self._form: PageForm | None = None
        self._select = ""

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "get").lower() == "post":
            self._form = PageForm(given.get("action") or self.url)
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag in {"input", "textarea", "button"} and given.get("name") and given.get("type") != "file":
            self._form.data.setdefault(given["name"], given.get("value") or "x")
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and given.get("value"):
            self._form.data.setdefault(self._select, given["value"])

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def forms_on(url: str, html: str) -> list[PageForm]:
    """The posting forms of a page; a relative action stands for the page itself, tokens are left out."""
    reader = _Reader(url)
    reader.feed(html)
    for form in reader.forms:
        form.action = urlsplit(form.action).path if form.action.startswith("/") else url
        form.data.pop("csrfmiddlewaretoken", None)
    return reader.forms
