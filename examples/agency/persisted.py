"""The documents of the generated client as a manifest, for the operator of the gateway to trust."""

import ast
import json
from pathlib import Path

from gate import id_of

CLIENT = Path(__file__).parent / "directory" / "client.py"


def documents() -> dict[str, str]:
    """Return the text of each document by its id: what the client hands to its `gql` function."""
    calls = [node for node in ast.walk(ast.parse(CLIENT.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    texts = [call.args[0].value for call in calls if isinstance(call.func, ast.Name) and call.func.id == "gql"]  # type: ignore[attr-defined]  # they are constants
    return {id_of(text): text for text in texts}


def write(file: Path) -> int:
    """Write the manifest."""
    file.write_text(json.dumps(documents(), indent=2) + "\n", encoding="utf-8")
    return 0
