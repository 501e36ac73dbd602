"""`docs/openapi.yaml`: the stored document of the API. `python -m tools.openapi` compares; with `--write` it writes."""

import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.checks import environment

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path("docs/openapi.yaml")


def generated() -> str:
    """Return the document of the code. Raises CalledProcessError after a warning or for an invalid document."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "openapi.yaml"
        options = ["--fail-on-warn", "--validate", "--file", str(path)]
        subprocess.run([sys.executable, "manage.py", "spectacular", *options], cwd=ROOT, env=environment(), check=True)
        return path.read_text()


def main(arguments: list[str]) -> int:
    """Write the document, or return 1 when the stored one differs."""
    target = ROOT / TARGET
    try:
        wanted = generated()
    except subprocess.CalledProcessError as error:
        return error.returncode
    if "--write" in arguments:
        target.parent.mkdir(exist_ok=True)
        target.write_text(wanted)
        return 0
    stored = target.read_text() if target.exists() else ""
    difference = list(
        difflib.unified_diff(stored.splitlines(), wanted.splitlines(), str(TARGET), "the code", lineterm="")
    )
    if difference:
        print(*difference[:80], f"{TARGET}:1: differs from the code; run `make openapi` and commit it", sep="\n")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
