"""One row per figure of quality.md: what was measured, its baseline of the same run, and what it must reach."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is written as the spec writes it: how much longer (or slower) than the baseline. `cost`: seconds for one person, mail or page."""

    what: str
    ours: str
    baseline: str
    ratio: float | None
    must_reach: str
    cost: float | None = None


def _columns(lines: list[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def show(rows: list[Row]) -> str:
    """The table as text."""
    cells: list[tuple[str, ...]] = [("what", "ours", "baseline", "ratio", "must reach")]
    cells += [(row.what, row.ours, row.baseline, "" if row.ratio is None else f"{row.ratio:.2f}", row.must_reach) for row in rows]
    return _columns(cells)


def growth(tables: Mapping[int, list[Row]]) -> str:
    """What one person, mail or page costs at each size, and the largest size beside the smallest: 1.0 is linear."""
    costs = {size: {row.what: row.cost for row in rows if row.cost is not None} for size, rows in tables.items()}
    smallest, largest = costs[min(costs)], costs[max(costs)]
    lines: list[tuple[str, ...]] = [("cost of one, in µs", *(f"{size:,}" for size in costs), "largest / smallest")]
    lines += [
        (what, *(f"{found.get(what, 0) * 1e6:.1f}" for found in costs.values()), f"{largest[what] / smallest[what]:.2f}")
        for what in smallest
        if what in largest
    ]
    return _columns(lines)
