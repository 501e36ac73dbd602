"""HTML of the mail sink's pages. Every value from a mail passes `escape`; a mail's own HTML is never part of a page."""

import re
from datetime import datetime
from html import escape
from urllib.parse import quote, urlsplit

from simulators.mail.messages import Attachment
from simulators.mail.store import Mail

_LINK = re.compile(r"https?://[^\s<>\"']+")
_LINK_END = ".,;:!?)]}"


def inbox(mails: list[Mail], *, to: str, smtp_address: str) -> str:
    """Render the list of mails, newest first, all or those to one address."""
    rows = "".join(_row(mail) for mail in mails)
    newest = mails[0].id if mails else 0
    clear = '<a class="clear" href="/">Show all</a>' if to else ""
    return _page(
        "Inbox",
        f"""
<form class="find" method="get" action="/" role="search">
  <label for="to">Mails to</label>
  <input id="to" name="to" type="search" inputmode="email" autocomplete="off" spellcheck="false"
         placeholder="any address" value="{escape(to)}">
  <button>Show</button>{clear}
</form>
<p id="state" class="state" role="status"></p>
<ol id="mails" class="mails" data-newest="{newest}" data-to="{escape(to)}">{rows}</ol>
<p id="empty" class="empty"{" hidden" if mails else ""}>{_empty(to, smtp_address)}</p>
""",
        script=True,
    )


def message(mail: Mail) -> str:
    """Render one mail: who, when, its text, its HTML in a sandboxed frame, attachments and headers."""
    content = mail.content
    code = f'<p class="code">Code <output>{escape(content.code)}</output></p>' if content.code else ""
    return _page(
        content.subject or "(no subject)",
        f"""
<p class="back"><a href="/">All mails</a></p>
<article>
<h2 dir="auto">{escape(content.subject) or "(no subject)"}</h2>
<dl class="facts">
  <div><dt>From</dt><dd dir="auto">{escape(content.from_ or mail.sender)}</dd></div>
  <div><dt>To</dt><dd>{", ".join(_recipient(address) for address in mail.to)}</dd></div>
  <div><dt>Received</dt><dd>{_time(mail.received_at)}</dd></div>
</dl>
{code}
{_bodies(mail)}
{_attachments(content.attachments)}
<details><summary>Headers</summary><pre>{_headers(mail)}</pre>
<p><a href="/messages/{mail.id}/source">Source of the whole mail</a></p></details>
</article>
""",
        script=True,
    )


def problem(title: str, detail: str) -> str:
    """Render a page that says what went wrong."""
    text = f'<h2>{escape(title)}</h2><p>{escape(detail)}</p><p class="back"><a href="/">All mails</a></p>'
    return _page(title, text, script=False)


def linked(text: str) -> str:
    """Escape text and make its web addresses links."""
    parts: list[str] = []
    end = 0
    for found in _LINK.finditer(text):
        address = found.group().rstrip(_LINK_END)
        parts.append(escape(text[end : found.start()]))
        parts.append(_anchor(address))
        end = found.start() + len(address)
    parts.append(escape(text[end:]))
    return "".join(parts)


def _page(title: str, body: str, *, script: bool) -> str:
    inline = '<script src="/assets/inbox.js" defer></script>' if script else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{escape(title)} · Mail sink</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/style.css">
{inline}
</head>
<body>
<header><h1><a href="/">Mail sink</a></h1><p>Every mail of the demo ends here. Nothing is sent on.</p></header>
<main>{body}</main>
</body>
</html>
"""


def _row(mail: Mail) -> str:
    content = mail.content
    code = f"<output>{escape(content.code)}</output>" if content.code else ""
    return f"""
<li data-id="{mail.id}"><a href="/messages/{mail.id}">
<span class="to">{escape(", ".join(mail.to))}</span>{_time(mail.received_at)}
<strong dir="auto">{escape(content.subject) or "(no subject)"}</strong>{code}
<span class="snippet" dir="auto">{escape(content.snippet)}</span>
</a></li>"""


def _empty(to: str, smtp_address: str) -> str:
    if to:
        return f"No mail to {escape(to)} is kept."
    return f"No mail yet. Whatever is sent to <code>{escape(smtp_address)}</code> appears here by itself."


def _recipient(address: str) -> str:
    return f'<a href="/?to={quote(address, safe="")}">{escape(address)}</a>'


def _time(at: datetime) -> str:
    return f'<time datetime="{at.isoformat()}">{at:%d %b %Y, %H:%M:%S} UTC</time>'


def _bodies(mail: Mail) -> str:
    content = mail.content
    text = f'<pre class="text" dir="auto">{linked(content.text)}</pre>'
    if not content.html:
        return text if content.text else '<p class="empty">This mail has no text.</p>'
    frame = (
        f'<iframe title="HTML of this mail" sandbox="" referrerpolicy="no-referrer" loading="lazy" '
        f'src="/messages/{mail.id}/html"></iframe>'
        f'<p class="note">Scripts and pictures from elsewhere are not loaded. '
        f'<a href="/messages/{mail.id}/html" target="_blank" rel="noopener">Open alone</a>, there its links work.</p>'
    )
    if not content.text:
        return frame
    return (
        f"<details open><summary>Text</summary>{text}</details><details open><summary>HTML</summary>{frame}</details>"
    )


def _attachments(attachments: tuple[Attachment, ...]) -> str:
    if not attachments:
        return ""
    items = "".join(
        f"<li>{escape(part.name) or '(no name)'}, {escape(part.media_type)}, {part.size:,} bytes</li>"
        for part in attachments
    )
    return f'<h3>Attachments</h3><ul class="attachments">{items}</ul>'


def _headers(mail: Mail) -> str:
    return "\n".join(f"{escape(name)}: {escape(value)}" for name, value in mail.content.headers)


def _anchor(address: str) -> str:
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    if not host:
        return escape(address)
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(address)}</a>'
