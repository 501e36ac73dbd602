"""What a run says: a line for each measurement, one that sums up, a table, and whether the floors hold. Pure."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a run is judged by: rates are, only on a machine that had nothing else to do."""

    name: str
    of: Callable[[Sequence[Line]], float | None]
    least: float | None = None
    most: float | None = None
    is_rate: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether a value is on the right side."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def share(ordered: Sequence[float], part: float) -> float | None:
    """Return the value within which this part of the ordered values lies."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else None


def each(total: float, count: int, unit: float = 1.0) -> float | None:
    """Return a total for each of so many, in a unit; None when there were none."""
    return round(total / count / unit, 1) if count else None


def closed(line: Line, invariants: dict[str, int]) -> Line:
    """Return a line with what the books say: what was measured on broken ones is worth nothing."""
    ok = not any(invariants.values()) and not line["errors"] and not line["deadlocks"]
    broken = any(invariants.values())
    return {**line, "invariants": invariants, "ok": ok, **({"transfers_per_s": 0.0} if broken else {})}


def yardstick(lines: Iterable[Line]) -> float | None:
    """Return the rate of pgbench: the median of its runs with the number of clients that it did better with."""
    rates: dict[int, list[float]] = {}
    for line in lines:
        if line["name"] == "yardstick":
            rates.setdefault(line["clients"], []).append(line["per_s"])
    return max(map(statistics.median, rates.values()), default=None)


def summary(lines: Sequence[Line], *, is_idle: bool) -> Line:
    """Return the last line: the ratios to the yardstick, the floors that were missed, the invariants that broke."""
    found = {figure.name: value for figure in FIGURES if (value := figure.of(lines)) is not None}
    missed = [
        figure.name
        for figure in FIGURES
        if figure.name in found and not figure.holds(found[figure.name]) and (is_idle or not figure.is_rate)
    ]
    broken = sorted({code for line in lines for code, rows in line.get("invariants", {}).items() if rows})
    return {
        "bench": "ledger",
        "name": "summary",
        **{name: round(value, 2) for name, value in found.items()},
        "yardstick": yardstick(lines),
        "rates_judged": is_idle,
        "missed": missed,
        "broken": broken,
    }


def code(told: Line) -> int:
    """Return the exit code of a run: 3 for broken books, 1 for a missed floor."""
    if told["broken"]:
        return 3
    return int(bool(told["missed"]))


def table(lines: Sequence[Line]) -> str:
    """Return the measurements for people, a row each."""
    head = ("name", "transfers/s", "p50 ms", "p99 ms", "server us", "client us", "follower us", "bytes", "wal", "")
    rows = [head]
    for line in lines:
        if line["name"] in ("yardstick", "summary"):
            continue
        keys = ("p50_ms", "p99_ms", "server_cpu_us_per_transfer", "client_cpu_us_per_transfer")
        more = ("follower_cpu_us_per_transfer", "bytes_per_transfer", "wal_bytes_per_transfer")
        values = [line["transfers_per_s"], *(line[key] for key in (*keys, *more))]
        rows.append((line["name"], *map(_short, values), "" if line["ok"] else "NOT OK"))
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    return "\n".join(
        row[0].ljust(widths[0]) + "".join(f"  {word:>{width}}" for word, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    )


def _short(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"  # noqa: PLR2004 - three digits tell enough


def _those(lines: Iterable[Line], key: str, **words: Any) -> list[float]:
    """Return a figure of the measurements that match: a value, or a tuple of values that will do."""
    return [
        line[key]
        for line in lines
        if line.get(key) is not None
        and all(line.get(word) in (value if isinstance(value, tuple) else (value,)) for word, value in words.items())
    ]


_BULK: Final = {"scenario": "hot_fee", "path": "post_batch", "batch": (100, 1_000)}
_SINGLE: Final = {"scenario": "uniform", "path": "post_one", "writers": (8, 16)}
_HUNDRED: Final = {"scenario": "uniform", "path": "post_batch", "batch": 100}


def _most(key: str, **words: Any) -> Callable[[Sequence[Line]], float | None]:
    return lambda lines: max(_those(lines, key, **words), default=None)


def _least(key: str, **words: Any) -> Callable[[Sequence[Line]], float | None]:
    return lambda lines: min(_those(lines, key, **words), default=None)


def _ratio(**words: Any) -> Callable[[Sequence[Line]], float | None]:
    def of(lines: Sequence[Line]) -> float | None:
        best, yard = max(_those(lines, "transfers_per_s", **words), default=None), yardstick(lines)
        return best / yard if best is not None and yard else None

    return of


FIGURES: Final = (
    Figure("batch_per_s", _most("transfers_per_s", **_BULK), least=8_000, is_rate=True),
    Figure("single_per_s", _most("transfers_per_s", **_SINGLE), least=4_000, is_rate=True),
    Figure("batch_ratio", _ratio(**_BULK), least=2.5),
    Figure("single_ratio", _ratio(**_SINGLE), least=0.8),
    Figure("batch_server_us", _least("server_cpu_us_per_transfer", **_HUNDRED), most=90),
    Figure("single_server_us", _least("server_cpu_us_per_transfer", **_SINGLE), most=340),
    Figure("batch_p99_ms", _least("p99_ms", **_HUNDRED, writers=2), most=80, is_rate=True),
    Figure("single_p99_ms", _least("p99_ms", **{**_SINGLE, "writers": 8}), most=25, is_rate=True),
    Figure("bytes", _least("bytes_per_transfer", **_HUNDRED), most=780),
    Figure("follower_lag_max_s", _most("follower_lag_max_s"), most=5, is_rate=True),
    Figure("drain_s", _most("drain_s"), most=5, is_rate=True),
    Figure("errors", lambda lines: sum(_those(lines, "errors")), most=0),
    Figure("deadlocks", lambda lines: sum(_those(lines, "deadlocks")), most=0),
)
"""Two processors, durable, with all guards and the follower at work."""
