"""The first members of staff: made at the machine, because nobody could let them in yet."""

import getpass
import io
import secrets
from argparse import ArgumentParser
from typing import Any

import qrcode
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.enums import Role
from apps.accounts.services import second_factors, staff
from apps.core import actors, clock, db
from apps.core.errors import DomainError


class Command(BaseCommand):
    help = "Make a login of staff, and show once what the person needs to sign in to the console."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="address that the person signs in with")
        parser.add_argument("--name", required=True, help="name as colleagues see it")
        parser.add_argument("--role", required=True, action="append", choices=Role.values, help="may be repeated")
        parser.add_argument("--generate", action="store_true", help="make a password and show it, instead of asking")

    def handle(self, *_args: Any, **options: Any) -> None:
        password = secrets.token_urlsafe(18) if options["generate"] else self._asked()
        by, at = actors.system("accounts.create_staff", door="command"), clock.now()
        try:
            with db.unit(by=by, at=at, why="create staff"):
                user = staff.create(
                    email=options["email"],
                    password=password,
                    name=options["name"],
                    roles=[Role(role) for role in options["role"]],
                    by=by,
                    at=at,
                )
                enrolment = second_factors.enrol(user.pk, by=by, at=at)
        except DomainError as error:
            message = f"{error.code}: {error.message}"
            raise CommandError(message) from error
        self.stdout.write(f"{user.ref} may sign in to the console. What follows is not shown again.\n")
        if options["generate"]:
            self.stdout.write(f"Password: {password}\n")
        self.stdout.write(_drawn(enrolment.url))
        self.stdout.write(f"Authenticator app: {enrolment.url}\n")
        self.stdout.write("Codes on paper, each opens once:\n")
        for one in enrolment.codes:
            self.stdout.write(f"  {one}")

    def _asked(self) -> str:
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password again: "):
            message = "The passwords differ; nothing was made."
            raise CommandError(message)
        return password


def _drawn(url: str) -> str:
    """Return a QR code in half blocks."""
    code = qrcode.QRCode(border=1)
    code.add_data(url)
    drawing = io.StringIO()
    code.print_ascii(out=drawing)
    return drawing.getvalue()
