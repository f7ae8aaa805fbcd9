"""Whether what is locked has known vulnerabilities: `python -m tests.advisories`; status 1 where anything has."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "requirements-dev.lock"


def asked() -> list[dict[str, Any]] | None:
    """Return what is known of each package of the lock, None where nobody could be asked."""
    flags = ["--requirement", str(LOCK), "--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    told = subprocess.run([sys.executable, "-m", "pip_audit", *flags], capture_output=True, text=True, check=False)
    try:
        known: list[dict[str, Any]] = json.loads(told.stdout)["dependencies"]
    except ValueError:
        return None
    return known


def main() -> int:
    known = asked()
    audited = [each for each in known or () if "vulns" in each]
    for each in audited:
        for found in each["vulns"]:
            fixed = ", ".join(found["fix_versions"]) or "nothing yet"
            print(f"{each['name']} {each['version']}: {found['id']}; mended in {fixed}")
    print(f"{len(audited)} of {len(known or ())} locked packages were asked about")
    if not audited:
        print("nobody here tells of known vulnerabilities: run `make audit` where PyPI can be reached")
    return int(any(each["vulns"] for each in audited))


if __name__ == "__main__":
    raise SystemExit(main())
