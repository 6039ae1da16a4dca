"""Reading the colours out of the style sheets, and the contrast of two of them (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}\s*\}", re.DOTALL)
LIGHT = re.compile(r"^:root \{(.*?)\}", re.DOTALL | re.MULTILINE)
PROPERTY = re.compile(r"--([\w-]+):\s*([^;]+);")


def _properties(pattern, text):
    return dict(PROPERTY.findall(pattern.search(text).group(1)))


def _resolved(value, properties):
    while match := re.fullmatch(r"var\(--([\w-]+)\)", value):
        value = properties[match.group(1)]
    return value


def colours(sheet, *, dark):
    """Every custom property of a sheet as the browser would resolve it in that scheme."""
    text = (CSS / sheet).read_text()
    properties = _properties(LIGHT, text) | (_properties(DARK, text) if dark else {})
    return {name: _resolved(value, properties) for name, value in properties.items()}


def _luminance(colour):
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The ratio of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
