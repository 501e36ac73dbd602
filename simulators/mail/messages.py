"""Reading of mails: subject, bodies, attachments and one-time code of the bytes that arrived.

Pure and tolerant: whatever bytes a sender produces, reading them gives text and never raises.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser

SNIPPET_CHARS = 160

_CODE = r"(?:\d{6,8}|[A-Z0-9]{3,5}(?:-[A-Z0-9]{3,5}){1,2})"
_CODE_ON_ITS_OWN_LINE = re.compile(rf"^[ \t]*({_CODE})[ \t]*\.?[ \t]*$", re.MULTILINE)
_CODE_IN_A_SENTENCE = re.compile(rf"\bcode\b[^\n]{{0,40}}?\b({_CODE})\b", re.IGNORECASE)
_HIDDEN_TAGS = frozenset({"head", "script", "style", "template", "title"})
_BLOCK_TAGS = frozenset({"br", "div", "h1", "h2", "h3", "li", "p", "table", "td", "tr"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of a mail that is not its text."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a person sees of one mail; absent parts are empty."""

    subject: str
    from_: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    snippet: str
    code: str


def read(raw: bytes) -> Content:
    """Read the content of these bytes; a mail that the parser does not understand is shown as its own source."""
    try:
        return _read(message_from_bytes(raw))
    except (RecursionError, LookupError, ValueError, TypeError):
        text = raw.decode("utf-8", "replace")
        return Content("", "", (), text, "", (), _snippet(text), "")


def one_time_code(text: str) -> str:
    """Find the code that a mail asks its reader to type; empty when there is none."""
    found = _CODE_ON_ITS_OWN_LINE.search(text) or _CODE_IN_A_SENTENCE.search(text)
    return found.group(1) if found else ""


def text_of(html: str) -> str:
    """Return the words of an HTML mail without its markup."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).splitlines())
    return "\n".join(line for line in lines if line)


def _read(message: Message) -> Content:
    headers = tuple((name, _header(value)) for name, value in message.raw_items())
    bodies: dict[str, str] = {}
    attachments: list[Attachment] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        media_type = part.get_content_type()
        if part.get_filename() is None and media_type in {"text/plain", "text/html"} and media_type not in bodies:
            bodies[media_type] = _body(part)
        else:
            attachments.append(Attachment(_header(part.get_filename() or ""), media_type, len(_payload(part))))
    html = bodies.get("text/html", "")
    text = bodies.get("text/plain", "")
    words = text or text_of(html)
    by_name = {name.lower(): value for name, value in reversed(headers)}
    return Content(
        subject=by_name.get("subject", ""),
        from_=by_name.get("from", ""),
        headers=headers,
        text=text,
        html=html,
        attachments=tuple(attachments),
        snippet=_snippet(words),
        code=one_time_code(words),
    )


def _header(value: object) -> str:
    # The parser keeps bytes outside ASCII as surrogates; mails with SMTPUTF8 carry UTF-8 there.
    text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    with suppress(HeaderParseError, LookupError, ValueError):
        text = str(make_header(decode_header(text)))
    return " ".join(text.split())


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _body(part: Message) -> str:
    payload = _payload(part)
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace").replace("\r\n", "\n")
    except LookupError:
        return payload.decode("utf-8", "replace").replace("\r\n", "\n")


def _snippet(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SNIPPET_CHARS else words[: SNIPPET_CHARS - 1].rstrip() + "…"


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in _HIDDEN_TAGS
        if tag in _BLOCK_TAGS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN_TAGS))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)
