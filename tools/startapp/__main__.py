"""`python -m tools.startapp NAME`, called by the Makefile."""

import sys
from pathlib import Path

from tools.startapp.plan import Refused, plan

ROOT = Path(__file__).resolve().parents[2]
NEXT = "Next: say in apps.py and in ARCHITECTURE.md what it answers for; then CONTRIBUTING.md, a feature in five steps."


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Make the app; return 1 when it cannot be made, 2 without a name."""
    if len(arguments) != 1:
        print("Name the app: make startapp NAME=rewards")
        return 2
    try:
        files = plan(root, arguments[0])
    except Refused as refusal:
        print(refusal)
        return 1
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(path.relative_to(root))
    print(NEXT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
