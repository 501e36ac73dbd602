"""`python -m tools.demo start|status|reset|codes`, called by the Makefile."""

import argparse
import sys

from tools.demo.codes import codes
from tools.demo.folders import complaint
from tools.demo.reset import reset
from tools.demo.start import start
from tools.demo.status import status

_COMMANDS = {"start": start, "status": status, "reset": reset, "codes": codes}


def main() -> int:
    """Return the exit code of the named command."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("command", choices=_COMMANDS)
    try:
        return _COMMANDS[parser.parse_args().command]()
    except OSError as error:
        if (words := complaint(error)) is None:
            raise
        print(f"\n{words}", file=sys.stderr)
        return 1


sys.exit(main())
