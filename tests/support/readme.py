"""The commands that the README shows, in its blocks and in its lines."""

import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(make\b[^`]*)`")


def commands(text: str = "") -> list[str]:
    """Return each command once, without what is said of it, as they come."""
    text = text or README.read_text()
    blocks = [line.partition("#")[0].strip() for block in _BLOCK.findall(text) for line in block.splitlines()]
    found = [*filter(None, blocks), *_INLINE.findall(text)]
    return list(dict.fromkeys(found))
