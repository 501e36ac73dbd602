"""What a customer states, opened from its seals."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from apps.compliance.errors import ChecksIncomplete
from apps.compliance.models import KycApplication
from apps.core import ids
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Sealed

COLUMNS: Final = ("legal_name", "born_on", "nationality", "address", "id_number")
_LAST: Final = 4


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives; `country` is ISO 3166-1 alpha-2."""

    line1: str
    city: str
    country: str
    line2: str = ""
    region: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class IdNumber:
    """The number by which a state knows somebody. `number` is empty where only its end may be seen."""

    kind: str
    country: str
    number: str
    last4: str = ""

    def masked(self) -> "IdNumber":
        """Return it without the number, but for its last characters."""
        return IdNumber(self.kind, self.country, "", self.last4)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a customer states about themselves; None for what was not stated, and for all after an erasure."""

    legal_name: str | None = None
    born_on: date | None = None
    nationality: str | None = None
    address: Address | None = None
    id_number: IdNumber | None = None

    def missing(self) -> list[str]:
        """Return the names of what was not stated."""
        return [name for name in COLUMNS if getattr(self, name) is None]


@dataclass(frozen=True, slots=True)
class Identity:
    """The facts by which a person is known."""

    legal_name: str
    born_on: date


def identity(application: KycApplication) -> Identity:
    """Return the facts by which an applicant is known. Raises: checks_incomplete, also after an erasure."""
    stated = of_application(application)
    if stated.legal_name is None or stated.born_on is None:
        raise ChecksIncomplete(missing=stated.missing())
    return Identity(stated.legal_name, stated.born_on)


def of_application(application: KycApplication, *, is_masked: bool = True) -> Facts:
    """Return the facts of an application, with one query; masked: of the number only its last characters."""
    owner = owner_of(application)
    sealed = {name: getattr(application, f"{name}_sealed") for name in COLUMNS}
    places = [None if value is None else Sealed(owner, place(name), value) for name, value in sealed.items()]
    texts = dict(zip(COLUMNS, data_keys.open_all(places), strict=True))
    return from_texts(texts, is_masked=is_masked)


def of_plain(stated: Mapping[str, Any]) -> Facts:
    """Return facts from plain values by name, those inside too."""
    address, number = stated.get("address"), stated.get("id_number")
    parts = {"address": address and Address(**address), "id_number": number and IdNumber(**number)}
    return Facts(**{**stated, **parts})


def from_texts(texts: dict[str, str | None], *, is_masked: bool) -> Facts:
    """Return the facts that these texts are."""
    born_on, address, number = texts["born_on"], texts["address"], texts["id_number"]
    stated = None if number is None else _number(json.loads(number))
    return Facts(
        legal_name=texts["legal_name"],
        born_on=None if born_on is None else date.fromisoformat(born_on),
        nationality=texts["nationality"],
        address=None if address is None else Address(**json.loads(address)),
        id_number=stated.masked() if stated is not None and is_masked else stated,
    )


def to_texts(facts: Facts) -> dict[str, str]:
    """Return what was stated as the texts that are sealed."""
    texts: dict[str, Any] = {
        "legal_name": facts.legal_name,
        "born_on": facts.born_on and facts.born_on.isoformat(),
        "nationality": facts.nationality,
        "address": facts.address and json.dumps(asdict(facts.address), ensure_ascii=False),
        "id_number": facts.id_number
        and json.dumps(
            {"kind": facts.id_number.kind, "country": facts.id_number.country, "number": facts.id_number.number}
        ),
    }
    return {name: text for name, text in texts.items() if text is not None}


def place(name: str) -> str:
    """Return the column of a fact, to which its seal is bound."""
    return f"compliance.KycApplication.{name}_sealed"


def owner_of(application: KycApplication) -> str:
    """Return whose data key seals an application: the customer's typed id."""
    return ids.encode("cus", application.customer_id)


def _number(stated: dict[str, str]) -> IdNumber:
    return IdNumber(**stated, last4=stated["number"][-_LAST:])
