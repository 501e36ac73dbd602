"""The books as a whole: the trial balance of an asset by value date."""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.console.selectors import books
from apps.core.admin import frame, shown
from apps.core.admin.frame import Page
from apps.core.money import Money
from apps.ledger.enums import Permission

_VIEW: Final = (Permission.TRIAL_BALANCE_VIEW.value,)


def listing(request: HttpRequest) -> HttpResponse:
    """Show what the accounts of each code come to at the end of a day; today's where no other is asked for."""
    codes = books.assets()
    asset = request.GET.get("asset", "")
    asset = asset if asset in codes else next(iter(codes), "")
    on, is_day = _day(request.GET.get("on", ""), frame.at(request).date())
    found = books.balance(asset=asset, on=on) if asset else None
    return frame.render(
        request,
        "console/trial_balance.html",
        title=_("Trial balance"),
        codes=codes,
        asset=asset,
        on=on.isoformat(),
        is_day=is_day,
        lines=[_line(one.code, one.name, Money(one.balance, asset), one.accounts) for one in found.lines]
        if found
        else [],
        debit=shown.amount(found.debit) if found else "",
        credit=shown.amount(found.credit) if found else "",
        is_even=found is None or found.debit == found.credit,
    )


def _day(text: str, today: date) -> tuple[date, bool]:
    """Return the day that is asked for, and whether the text is one."""
    try:
        return (date.fromisoformat(text) if text else today), True
    except ValueError:
        return today, False


def _line(code: str, name: str, balance: Money, accounts: int) -> dict[str, Any]:
    figure = shown.amount(Money(abs(balance.amount), balance.currency))
    return {
        "code": code,
        "name": name,
        "debit": figure if balance.amount < 0 else "",
        "credit": figure if balance.amount > 0 else "",
        "accounts": f"{accounts:,}",
    }


PAGES = (Page("trial-balance/", "trial_balance", listing, _VIEW),)
