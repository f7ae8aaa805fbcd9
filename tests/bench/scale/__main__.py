"""The measuring of scale: `python -m tests.bench.scale`; other sizes with `--children 10000,100000 --seconds 1`."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.report import plain
from tests.bench.scale import report
from tests.bench.scale.measuring import measure


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--children", default="10000,100000,1000000", help="the sizes, two at least, smallest first")
    told.add_argument("--seconds", type=float, default=2.0, help="how long each operation is timed")
    told.add_argument("--json", type=Path, help="write all figures here")
    told.add_argument("--write", action="store_true", help="write docs/scale.md and its figures anew")
    told.add_argument("--from-json", type=Path, help="measure nothing: take the figures of an earlier run")
    return told.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> report.Figures:
    told = arguments(argv)
    measured = json.loads(told.from_json.read_text()) if told.from_json else _measured(told)
    parts = (report.curve, report.times, report.disk, report.tables, report.model, report.one_server)
    print(*(plain(part(measured)) for part in parts), sep="\n\n")
    if told.json:
        told.json.write_text(json.dumps(measured, indent=2) + "\n")
    if told.write:
        report.write(measured)
    return measured


def _measured(told: argparse.Namespace) -> report.Figures:
    found = []
    for children in map(int, told.children.split(",")):
        print(f"{children:,} children", file=sys.stderr)
        found.append(measure(children, told.seconds))
    return report.figures(found)


if __name__ == "__main__":
    main()
