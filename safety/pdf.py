"""The summary of a check on paper (look.md: same marks, same words, one accent)."""

from typing import Any

from ossma.core.pdf import render_pdf


def summary_pdf(context: dict[str, Any], *, language: str) -> bytes:
    """A4, in the reader's language; `context` as the page of the report shows it."""
    return render_pdf("safety/summary", context, language=language)
