"""One row per figure of quality.md: what was measured, its baseline of the same run, and what it must reach."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is written as the spec writes it: how much longer (or slower) than the baseline."""

    what: str
    ours: str
    baseline: str
    ratio: float | None
    must_reach: str


def show(rows: list[Row]) -> str:
    """The table as text."""
    cells = [("what", "ours", "baseline", "ratio", "must reach")]
    cells += [(row.what, row.ours, row.baseline, "" if row.ratio is None else f"{row.ratio:.2f}", row.must_reach) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells)
