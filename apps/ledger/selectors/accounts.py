"""Reads of accounts, assets, codes and kinds."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from apps.ledger.enums import AssetStatus
from apps.ledger.errors import AccountUnknown, KindUnknown
from apps.ledger.models import Account, Asset, TxnKind

_REMEMBERED: Final = 65_536

# Numbers never change, so each process looks them up once; the row behind a number is checked by the database.
_numbers: dict[UUID, int] = {}
_kinds: dict[str, int] = {}
_codes: dict[int, str] = {}


def has_asset(code: str) -> bool:
    """Tell whether accounts can be opened in this asset."""
    found: bool = Asset.objects.filter(code=code, status=AssetStatus.ACTIVE).exists()
    return found


def exponents() -> dict[str, int]:
    """Return the number of decimals of each asset."""
    return dict(Asset.objects.values_list("code", "exponent"))


def find(*, code: str, asset: str, owner: str, qualifier: str = "") -> Account | None:
    """Return the account of a purpose, if it is open or was."""
    found: Account | None = Account.objects.filter(
        gl_code__code=code, owner_ref=owner, qualifier=qualifier, asset__code=asset
    ).first()
    return found


def of_owner(owner: str) -> list[Account]:
    """Return all accounts of an owner (typed id), with code and asset, oldest first."""
    return list(Account.objects.filter(owner_ref=owner).select_related("gl_code", "asset").order_by("id"))


def numbers(accounts: Iterable[UUID]) -> dict[UUID, int]:
    """Return the internal number of each account.

    Raises: account_unknown naming those that do not exist.
    """
    wanted = set(accounts)
    known = known_numbers(wanted)
    missing = wanted - known.keys()
    if missing:
        raise AccountUnknown(accounts=sorted(Account.ref_of(account) for account in missing))
    return known


def known_numbers(accounts: Iterable[UUID]) -> dict[UUID, int]:
    """Return the internal number of each account that exists."""
    wanted = set(accounts)
    known = {account: no for account in wanted if (no := _numbers.get(account)) is not None}
    missing = wanted - known.keys()
    if missing:
        found = dict(Account.objects.filter(pk__in=missing).values_list("pk", "no"))
        if len(_numbers) + len(found) > _REMEMBERED:
            _numbers.clear()
        _numbers.update(found)
        known.update(found)
    return known


def number(account: UUID) -> int:
    """Return the internal number of one account. Raises: account_unknown."""
    return numbers([account])[account]


def kind_number(code: str) -> int:
    """Return the number of a kind of transaction. Raises: kind_unknown."""
    if code not in _kinds:
        found = TxnKind.objects.filter(code=code).values_list("no", flat=True).first()
        if found is None:
            raise KindUnknown(kind=code)
        _kinds[code] = found
    return _kinds[code]


def meta_keys(kind: str) -> frozenset[str]:
    """Return the keys that facts beside a posting of this kind may have."""
    return frozenset(TxnKind.objects.values_list("meta_keys", flat=True).get(code=kind))


def ids_of(nos: Iterable[int]) -> dict[int, UUID]:
    """Return the id of each account by its internal number."""
    return dict(Account.objects.filter(no__in=set(nos)).values_list("no", "pk"))


def kind_code(no: int) -> str:
    """Return the code of a kind of transaction. Raises: kind_unknown."""
    if no not in _codes:
        _codes.update(TxnKind.objects.values_list("no", "code"))
    if no not in _codes:
        raise KindUnknown(kind=str(no))
    return _codes[no]
