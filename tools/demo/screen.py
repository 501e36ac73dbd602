"""The one screen that `make demo` shows when everything runs."""

from tools.demo.ports import Ports

_SCREEN = """
  API         {url}/api/v1/
  API guide   {url}/api/docs/
  Console     {url}/console/
  Sockets     {sockets_url}/ws/support/ and /ws/agent/
  E-mail      {mail_url}/   every message of the demo, sign-in codes too
  Measures    {metrics_url}   of all processes together, for Prometheus

  Customers   {customers}
              sign in at /_allauth/app/v1/ with the code from the mail
  Staff       {staff}
              password {password}
              one-time codes: make demo-codes

  Logs        {folder}/log/
  Next        make journey (one customer's whole way, from outside)
              make demo-status (processes, ports, memory)
              make demo-reset (start over)

Strongroom is running. Ctrl-C stops it.
"""


def screen(ports: Ports, folder: str, *, customers: list[str], staff: list[dict[str, str]]) -> str:
    """Return the text; its last line says that the demo is up."""
    return _SCREEN.format(
        url=ports.url,
        sockets_url=ports.sockets_url,
        mail_url=ports.mail_url,
        metrics_url=ports.metrics_url,
        folder=folder,
        customers="  ".join(customers),
        staff="\n              ".join(f"{member['email']:<28}{member['role']}" for member in staff),
        password=staff[0]["password"] if staff else "",
    )
