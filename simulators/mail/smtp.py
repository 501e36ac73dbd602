"""SMTP door of the mail sink: every sender and recipient is taken, a mail above the size limit is refused.

Runs an event loop in a thread of its own.
"""

import asyncio
import logging
import socket
import threading

from aiosmtpd.smtp import SMTP, Envelope, Session

from simulators.mail.store import MailStore

MAX_MAIL_BYTES = 5 * 1024 * 1024
MAX_RECIPIENTS = 100

_log = logging.getLogger("simulators.mail")


class SmtpServer:
    """SMTP on a bound listener; each accepted mail is in the store before the sender gets its 250."""

    def __init__(self, listener: socket.socket, store: MailStore, *, max_mail_bytes: int = MAX_MAIL_BYTES) -> None:
        """Take over the listener; it answers once started."""
        self._listener = listener
        self._handler = _Handler(store)
        self._max_mail_bytes = max_mail_bytes
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Answer from now on."""
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(self._loop,), name="mail-smtp", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, drop open connections, wait for the thread."""
        if self._loop and self._thread and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join()
        self._listener.close()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.get_running_loop().create_server(self._connection, sock=self._listener)
        await self._ended.wait()
        server.close()

    def _connection(self) -> SMTP:
        return SMTP(
            self._handler,
            data_size_limit=self._max_mail_bytes,
            enable_SMTPUTF8=True,
            hostname="mail.strongroom.localhost",
            ident="Strongroom mail sink",
            loop=asyncio.get_running_loop(),
        )


class _Handler:
    """The hooks that aiosmtpd looks for by name."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        del server, session
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return f"452 4.5.3 At most {MAX_RECIPIENTS} recipients a mail"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        raw = envelope.content
        if not isinstance(raw, bytes):
            return "554 5.6.0 The mail has no bytes"
        try:
            mail = self._store.add(sender=envelope.mail_from or "", to=envelope.rcpt_tos, raw=raw)
        except OSError as error:
            _log.warning("a mail could not be kept: %s", error.strerror)
            return "452 4.3.1 The mail could not be kept, try again"
        return f"250 2.0.0 Kept as {mail.id}"
