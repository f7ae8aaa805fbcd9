"""The chart of a run: server CPU of a request, a group of bars for each work, as SVG."""

from math import log10
from typing import Any
from xml.sax.saxutils import escape

from tests.bench.contestants import CONTESTANTS
from tests.bench.works import WORKS

_COLOURS = {"ours": "#0b6e4f", "stock": "#c94f4f", "tuned": "#e09f3e", "mercurius": "#4a6fa5", "floor": "#9a9a9a"}
_LEFT, _WIDTH, _BAR, _GAP = 190, 520, 16, 22
_LEAST = 0.1
_STYLE = "text{font:12px sans-serif;fill:#333} .title{font-weight:bold} .line{stroke:#ddd}"
_LINES = (0.1, 1, 10, 100, 1000)


def _x(milliseconds: float) -> float:
    """Return where a time ends; each step of the scale is ten times the last."""
    return _LEFT + _WIDTH * log10(max(milliseconds, _LEAST) / _LEAST) / log10(_LINES[-1] * 2 / _LEAST)


def chart(measured: dict[str, Any], clients: str = "16") -> str:
    """Return the SVG of the figures of a run."""
    parts, y = [], 44
    for work, title in WORKS.items():
        if not any(work in told["works"] for told in measured["contestants"].values()):
            continue
        parts.append(_text(10, y, f"{work} {title}", "title"))
        y += 8
        for name, told in measured["contestants"].items():
            if work in told["works"]:
                at = told["works"][work]["clients"]
                parts += _bar(y, name, at.get(clients, next(iter(at.values())))["cpu_ms"])
                y += _BAR + 2
        y += _GAP
    lines = [_line(tick, y) for tick in _LINES]
    head = _text(
        10, 18, "Server CPU of a request in milliseconds, each line ten times the last: less is better", "title"
    )
    size = f'width="{_LEFT + _WIDTH + 60}" height="{y + 10}"'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{_STYLE}</style>',
        '<rect width="100%" height="100%" fill="#fff"/>', head, *lines, *parts, "</svg>\n",
    ])  # fmt: skip


def _bar(y: int, name: str, milliseconds: float) -> list[str]:
    width = _x(milliseconds) - _LEFT
    return [
        _text(10, y + 12, CONTESTANTS[name].title),
        f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR}" fill="{_COLOURS[name]}"/>',
        _text(_LEFT + width + 6, y + 12, f"{milliseconds:.2f}"),
    ]


def _text(x: float, y: int, text: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y}" class="{kind}">{escape(text)}</text>'


def _line(tick: float, height: int) -> str:
    x = _x(tick)
    return f'<line x1="{x:.1f}" y1="28" x2="{x:.1f}" y2="{height}" class="line"/>' + _text(x + 3, 36, f"{tick:g}")
