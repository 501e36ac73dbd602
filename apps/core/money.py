"""Money: whole minor units and a currency, exact or refused.

Nothing here divides: shares come from `allocate`, rates from `times` with a named rounding.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Self

from apps.core.errors import Invalid, InvalidAmount, UnknownCurrency

LIMIT: Final = 1 << 63
"""Amounts lie strictly between -LIMIT and LIMIT, so a negated amount is still one."""

CODE_FORM: Final = r"^[A-Z0-9-]{1,12}$"
"""Form of a currency or asset code, for checks in the database too."""

# ISO 4217 list one (currency and funds codes in force), by number of decimals. Codes without a minor unit (metals,
# XDR, XSU, XUA, testing) are not money that an account can hold and are left out.
_CODES_BY_EXPONENT: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
        IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
        MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
        YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS: Final[Mapping[str, int]] = MappingProxyType(
    {code: exponent for exponent, codes in _CODES_BY_EXPONENT.items() for code in codes.split()}
)
"""Decimals of every currency; callers that also know assets pass their own, larger table."""

_CODE: Final = re.compile(CODE_FORM.replace("$", r"\Z"), re.ASCII)
_DECIMAL: Final = re.compile(r"(?P<sign>-?)(?P<whole>0|[1-9][0-9]{0,18})(?:\.(?P<fraction>[0-9]{1,18}))?", re.ASCII)
_JSON_KEYS: Final = {"amount", "currency"}


class CurrencyMismatch(Invalid):
    """Amounts of two currencies cannot be added or compared. Convert one of them first."""

    code = "currency_mismatch"
    title = "Two currencies"


class InvalidAllocation(Invalid):
    """The total cannot be split by these weights. Give at least one share above zero, and none below."""

    code = "invalid_allocation"
    title = "Cannot be split like this"


class Rounding(StrEnum):
    """How an exact value becomes whole minor units.

    HALF_UP (ties away from zero) is for bills, tax, fees and fills; HALF_EVEN for interest of loans; FLOOR (towards
    minus infinity) for anything given to a customer.
    """

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency or asset.

    Sums, differences and order exist only within one currency (`currency_mismatch`); money of two currencies is never
    equal. Any code of the right form is accepted: whether an asset exists is decided where its table is known.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is not a whole number in range, and a code of a wrong form."""
        _require_amount(self.amount)
        _require_code(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Return nothing, in `currency`."""
        return cls(0, currency)

    @classmethod
    def from_json(cls, value: object, *, exponents: Mapping[str, int] = EXPONENTS) -> Self:
        """Read `{"amount": 1250, "currency": "USD"}` as the JSON decoder gave it.

        Raises: invalid_amount (no such object, amount not an integer or out of range), unknown_currency.
        """
        if not isinstance(value, dict) or value.keys() != _JSON_KEYS:
            raise InvalidAmount(field="")
        _require_amount(value["amount"])
        if not isinstance(value["currency"], str) or value["currency"] not in exponents:
            raise UnknownCurrency(field="currency")
        return cls(value["amount"], value["currency"])

    def to_json(self) -> dict[str, int | str]:
        """Return the object that `from_json` reads."""
        return {"amount": self.amount, "currency": self.currency}

    def format(self, *, exponents: Mapping[str, int] = EXPONENTS) -> str:
        """Return the amount in major units for machines: `-12.50`, always with all decimals of the currency.

        Raises: unknown_currency.
        """
        decimals = exponent(self.currency, exponents=exponents)
        digits = str(abs(self.amount)).rjust(decimals + 1, "0")
        sign = "-" if self.amount < 0 else ""
        return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"

    def times(self, rate: Decimal | Fraction | int, rounding: Rounding) -> Self:
        """Return this amount times `rate`, computed exactly and rounded once.

        Raises: invalid_amount if the result is out of range; TypeError for a float; ValueError for NaN and infinity.
        """
        return self._with(rounded(self.amount * _exact(rate), rounding))

    def allocate(self, weights: Sequence[int], key: str | None = None) -> list[Self]:
        """Split by weights; see the function `allocate`."""
        return [self._with(share) for share in allocate(self.amount, weights, key)]

    def parts(self, n: int, key: str | None = None) -> list[Self]:
        """Split into `n` parts that differ by at most one minor unit; see the function `allocate`."""
        return self.allocate([1] * n, key)

    def _with(self, amount: int) -> Self:
        return type(self)(amount, self.currency)

    def _amount_of(self, other: object) -> int:
        if not isinstance(other, Money):
            msg = f"money and {type(other).__name__} do not mix"
            raise TypeError(msg)
        if other.currency != self.currency:
            raise CurrencyMismatch(expected=self.currency, given=other.currency)
        return other.amount

    def __add__(self, other: "Money") -> Self:
        return self._with(self.amount + self._amount_of(other))

    def __sub__(self, other: "Money") -> Self:
        return self._with(self.amount - self._amount_of(other))

    def __neg__(self) -> Self:
        return self._with(-self.amount)

    def __abs__(self) -> Self:
        return self._with(abs(self.amount))

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._amount_of(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._amount_of(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._amount_of(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._amount_of(other)


def exponent(currency: str, *, exponents: Mapping[str, int] = EXPONENTS) -> int:
    """Return the number of decimals of a currency.

    Raises: unknown_currency.
    """
    found = exponents.get(currency)
    if found is None:
        raise UnknownCurrency(field="currency")
    return found


def total(moneys: Iterable[Money], currency: str) -> Money:
    """Return the sum in `currency`, nothing for none.

    Raises: currency_mismatch, invalid_amount if the sum is out of range.
    """
    return sum(moneys, start=Money.zero(currency))


def minor_from_text(text: str, currency: str, *, exponents: Mapping[str, int] = EXPONENTS) -> int:
    """Return the minor units that a form field names in major units: `12.5` in USD is 1250.

    Plain digits with an optional minus and point; no plus, separators, spaces, exponents or other scripts' digits.

    Raises: unknown_currency; invalid_amount, also for more decimals than the currency has.
    """
    decimals = exponent(currency, exponents=exponents)
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise InvalidAmount(field="amount")
    fraction = match["fraction"] or ""
    if len(fraction) > decimals:
        raise InvalidAmount(field="amount", decimals=decimals)
    minor = int(match["sign"] + match["whole"] + fraction.ljust(decimals, "0"))
    _require_amount(minor)
    return minor


def rounded(value: Fraction, rounding: Rounding) -> int:
    """Return an exact value as a whole number."""
    if rounding is Rounding.FLOOR:
        return value.numerator // value.denominator
    if rounding is Rounding.HALF_EVEN:
        return round(value)
    doubled = (abs(value.numerator) * 2 + value.denominator) // (value.denominator * 2)
    return -doubled if value < 0 else doubled


def allocate(total: int, weights: Sequence[int], key: str | None = None) -> list[int]:
    """Split `total` minor units by weights with the largest remainder; the sum is exact.

    Each share is floored; what is left goes out one unit at a time to the largest remainders, ties in index order from
    a start that `key` chooses. A negative total mirrors the split of its absolute value. Callers sort the participants
    by id, so that the same people with the same key always get the same split.

    Raises: invalid_allocation for a negative weight, and for a total other than 0 without any weight.
    """
    if any(weight < 0 for weight in weights):
        raise InvalidAllocation(reason="negative_weight")
    weight_sum = sum(weights)
    if weight_sum == 0:
        if total != 0:
            raise InvalidAllocation(reason="no_weight")
        return [0] * len(weights)
    count = len(weights)
    start = 0 if key is None else _fnv1a32(key.encode()) % count
    divided = [divmod(abs(total) * weight, weight_sum) for weight in weights]
    shares = [base for base, _ in divided]
    order = sorted(range(count), key=lambda index: (-divided[index][1], (index - start) % count))
    for index in order[: abs(total) - sum(shares)]:
        shares[index] += 1
    return [-share for share in shares] if total < 0 else shares


def _require_amount(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not -LIMIT < value < LIMIT:
        raise InvalidAmount(field="amount")


def _require_code(value: object) -> None:
    if not isinstance(value, str) or not _CODE.match(value):
        raise UnknownCurrency(field="currency")


def _exact(rate: Decimal | Fraction | int) -> Fraction:
    if isinstance(rate, bool) or not isinstance(rate, Decimal | Fraction | int):
        msg = f"a rate is exact, not {type(rate).__name__}"
        raise TypeError(msg)
    try:
        return Fraction(rate)
    except OverflowError as error:
        msg = f"not a rate: {rate}"
        raise ValueError(msg) from error


def _fnv1a32(data: bytes) -> int:
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value
