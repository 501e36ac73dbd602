"""Two kinds of messages that exist in tests only."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from apps.core import ids
from apps.core.money import Money
from apps.notifications.enums import Kind, Param

PAID: Final = "notifications.paid"
WARNED: Final = "notifications.warned"
TEXTS: Final = {
    "paid.subject.txt": "{{ payer }} sent you {{ money }}\n",
    "paid.inbox.txt": "{{ payer }} sent you {{ money }} on {{ at }}.\n",
    "paid.email.txt": "Hello,\n\n{{ payer }} sent you {{ money }} on {{ at }}.\n\nThe money is yours.\n",
    "warned.subject.txt": "Sign-in refused\n",
    "warned.inbox.txt": "{% load i18n %}{% blocktranslate count count=count trimmed %}\n"
    "One sign-in was refused since {{ since }}.\n{% plural %}\n"
    "{{ count }} sign-ins were refused since {{ since }}.\n{% endblocktranslate %}\n",
    "warned.email.txt": "Somebody tried to sign in.\n",
}


KINDS: Final = (
    Kind(PAID, {"money": Param.MONEY, "payer": Param.TEXT, "at": Param.INSTANT}),
    Kind(WARNED, {"count": Param.NUMBER, "since": Param.DAY}, is_security=True),
)


def write_templates(folder: Path) -> Path:
    """Write the texts below a folder of templates and return it."""
    for name, text in TEXTS.items():
        path = folder / "notifications" / "notifications" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def paid(recipient: str, **words: Any) -> dict[str, Any]:
    """Return the arguments of a message about a payment."""
    params = {
        "money": words.pop("money", Money(2_510, "USD")),
        "payer": words.pop("payer", "Ann Lee"),
        "at": datetime(2026, 3, 1, 12, 5, tzinfo=UTC),
    }
    trf = ids.encode("trf", ids.new())
    return {"recipient": recipient, "kind": PAID, "subject": trf, "params": params, "key": f"paid:{trf}", **words}


def warned(recipient: str, **words: Any) -> dict[str, Any]:
    """Return the arguments of a message of security."""
    params = {"count": words.pop("count", 3), "since": date(2026, 3, 1)}
    return {"recipient": recipient, "kind": WARNED, "subject": recipient, "params": params, "key": "warned:1", **words}
