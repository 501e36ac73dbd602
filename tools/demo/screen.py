"""The one screen that `make demo` shows when everything runs."""

from tools.demo.ports import Ports

_SCREEN = """
  API         {url}/api/v1/
  API guide   {url}/api/docs/
  E-mail      {mail_url}/   every message of the demo, sign-in codes too

  Logs        {folder}/log/
  Next        make journey (one customer's whole way, from outside)
              make demo-status (processes, ports, memory)
              make demo-reset (start over)

Strongroom is running. Ctrl-C stops it.
"""


def screen(ports: Ports, folder: str) -> str:
    """Return the text; its last line says that the demo is up."""
    return _SCREEN.format(url=ports.url, mail_url=ports.mail_url, folder=folder)
