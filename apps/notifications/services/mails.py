"""Composing the mail of a message: the text that its app wrote, and the same as HTML, in the house's layout."""

from typing import Final

from django.template.loader import render_to_string
from django.utils import translation

from apps.notifications.enums import Kind
from apps.notifications.services import rendering
from apps.notifications.services.letters import Letter
from apps.notifications.services.rendering import Reader

_LAYOUT: Final = "notifications/mail"


def compose(*, ref: str, to: str, kind: Kind, params: str, reader: Reader, site: str) -> Letter:
    """Return the mail of a message in its reader's language. `site` is the address of the site. Needs no open unit.

    The HTML is made of the text, so that nothing in a value can become markup or a link.
    Raises: TextMissing.
    """
    subject = rendering.line(kind=kind, part="subject", params=params, reader=reader)
    body = rendering.text(kind=kind, part="email", params=params, reader=reader)
    with rendering.written_for(reader=reader):
        values = {
            "subject": subject,
            "body": body,
            "paragraphs": [paragraph.splitlines() for paragraph in body.split("\n\n")],
            "site": site,
            "language": translation.get_language(),
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
        }
        text, html = (render_to_string(f"{_LAYOUT}.{form}", values).strip() + "\n" for form in ("txt", "html"))
    return Letter(ref=ref, to=to, subject=subject, text=text, html=html)
