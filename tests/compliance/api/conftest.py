"""Customers and reviewers who call the API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from apps.accounts.models import Customer, User
from apps.compliance.models import KycApplication
from tests.compliance.conftest import Unit
from tests.factories import accounts
from tests.support.callers import Caller


@dataclass(frozen=True)
class File:
    """A file of a form; name and type are the caller's word."""

    content: bytes
    name: str = "image.jpg"
    content_type: str = "image/jpeg"
    closed: bool = False

    def read(self) -> bytes:
        return self.content


class Applicant(Caller):
    """A customer who applies."""

    def __init__(self, customer: Customer) -> None:
        super().__init__(customer.user)
        self.customer = customer

    def upload(self, application: str, content: bytes, kind: str = "passport", **headers: str) -> Any:
        """Send a form with an image."""
        form = encode_multipart(BOUNDARY, {"kind": kind, "file": File(content)})
        return self.post(f"kyc/applications/{application}/documents", form, Content_Type=MULTIPART_CONTENT, **headers)


@pytest.fixture
def ann(db: None, unit: Unit) -> Applicant:
    with unit():
        return Applicant(accounts.customer())


@pytest.fixture
def bob(db: None, unit: Unit) -> Applicant:
    with unit():
        return Applicant(accounts.customer(name="Bob Example"))


@pytest.fixture
def staff(db: None, unit: Unit) -> Callable[..., Caller]:
    """Return what makes a member of staff of some roles; `login` is kept on the caller."""

    def made(*roles: str, **columns: Any) -> Caller:
        with unit():
            login: User = accounts.user(kind="staff", **columns)
            for role in roles:
                accounts.role_grant(login, role)
        caller = Caller(login)
        caller.login = login  # type: ignore[attr-defined]
        return caller

    return made


def started(caller: Applicant) -> KycApplication:
    """Begin an application and return it."""
    reference = caller.post("kyc/applications", {}).json()["id"]
    return next(row for row in KycApplication.objects.all() if row.ref == reference)
