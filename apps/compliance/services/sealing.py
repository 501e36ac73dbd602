"""Facts under the customer's data key: checked for what cannot be, then sealed each to its own column."""

import re
from datetime import date
from typing import Final

from apps.accounts.errors import CountryUnknown
from apps.accounts.selectors import countries
from apps.compliance.errors import FactInvalid
from apps.compliance.models import KycApplication
from apps.compliance.selectors import facts
from apps.compliance.selectors.facts import Facts, IdNumber
from apps.core import crypto
from apps.core.services import data_keys

_OLDEST: Final = 125
_NOISE: Final = re.compile(r"[\s.\-/]")


def require_possible(*, stated: Facts, on: date) -> None:
    """Refuse what cannot be true on a day. Works inside an open unit, or before it.

    Raises: fact_invalid, country_unknown.
    """
    if stated.born_on is not None and not on.replace(year=on.year - _OLDEST, day=1) <= stated.born_on < on:
        raise FactInvalid(field="facts.born_on")
    if stated.id_number is not None and not _normal(stated.id_number.number):
        raise FactInvalid(field="facts.id_number.number")
    named = {
        "facts.nationality": stated.nationality,
        "facts.address.country": stated.address and stated.address.country,
        "facts.id_number.country": stated.id_number and stated.id_number.country,
    }
    for field, country in named.items():
        if country is not None and country not in countries.CODES:
            raise CountryUnknown(field=field, country=country)


def take(*, application: KycApplication, stated: Facts) -> list[str]:
    """Seal what is stated into a locked application; return which facts those were. Works inside an open unit."""
    texts = facts.to_texts(stated)
    sealed = data_keys.seal_all(
        owner=facts.owner_of(application), texts={facts.place(name): text for name, text in texts.items()}
    )
    for name in texts:
        setattr(application, f"{name}_sealed", sealed[facts.place(name)])
    if stated.id_number is not None:
        application.id_number_fp = fingerprint(number=stated.id_number)
    return sorted(texts)


def fingerprint(*, number: IdNumber) -> bytes:
    """Return what is equal for one number however it is written. Works inside no open unit."""
    return crypto.fingerprint(f"id_number:{number.country}:{number.kind}", _normal(number.number))


def _normal(number: str) -> str:
    return _NOISE.sub("", number).upper()
