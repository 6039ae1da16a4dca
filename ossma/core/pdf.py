"""PDFs from templates: one sheet and three fonts for the whole house, kept per process; nothing is ever fetched from a network."""

from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from django.template.loader import render_to_string
from django.utils import translation
from PIL import ImageFile
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# WeasyPrint lets Pillow read broken pictures, for the whole process. What people send us is refused when it is cut off.
ImageFile.LOAD_TRUNCATED_IMAGES = False

HOME = Path(__file__).resolve().parent
SHEET = HOME / "pdf.css"
FONTS = HOME / "fonts"
# Pango and its font maps belong to one thread at a time.
_press = Lock()


class OnlyOwn(URLFetcher):
    """Gives out the house's own fonts and what stands in the document itself (data:). Everything else is refused."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The font or the embedded picture. Raises ValueError, which leaves a gap in the document and a line in the log."""
        parts = urlsplit(url)
        own = parts.scheme == "file" and Path(unquote(parts.path)).resolve().parent == FONTS
        if not own and parts.scheme != "data":
            raise ValueError("documents fetch nothing")
        return super().fetch(url, headers)


@lru_cache(maxsize=1)
def _house() -> tuple[FontConfiguration, CSS]:
    """Parsing fonts and sheet costs more than a page: once per process."""
    fonts = FontConfiguration()
    return fonts, CSS(filename=SHEET, font_config=fonts, url_fetcher=OnlyOwn())


def render_pdf(template: str, context: dict[str, Any], *, language: str) -> bytes:
    """A document from `templates/pdf/…` in one language (ja, en)."""
    with translation.override(language):
        html = render_to_string(f"pdf/{template}.html", {**context, "language": language})
    with _press:
        fonts, sheet = _house()
        page = HTML(string=html, base_url=f"{FONTS.as_uri()}/", url_fetcher=OnlyOwn())
        content: bytes = page.write_pdf(stylesheets=[sheet], font_config=fonts)
    return content
