"""Where `gateway` begins: a law with a fault ends it in sentences, before anything is built on that law."""

import sys
from importlib import import_module
from traceback import extract_tb

from authz.rules import faults
from gateway.collector import relax

LAW = "authz.policy"


def main() -> None:
    """Run the command line, unless the law cannot be read or has a structural fault."""
    relax()
    if found := _faults_of_the_law():
        sys.stderr.writelines(f"gateway: {sentence}\n" for sentence in found)
        raise SystemExit(1)
    import_module("gateway.cli").main()


def _faults_of_the_law() -> list[str]:
    try:
        law = import_module(LAW)
    except Exception as error:  # noqa: BLE001  # whatever a slip in the law raises is to be told as one
        lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename.endswith("policy.py")]
        where = f", line {lines[-1]}" if lines else ""
        return [f"`authz/policy.py` cannot be read{where} ({type(error).__name__}: {error}): mend what stands there"]
    return faults(law.POLICY)
