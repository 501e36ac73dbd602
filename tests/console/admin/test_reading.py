"""Reading changes nothing: whatever page is opened, only what was read is written down."""

import pytest
from django.apps import apps
from django.db import connection

from apps.accounts.enums import Role
from tests.console.pages import lists, pages_of, plain_pages
from tests.factories import accounts, helpdesk
from tests.support import staff
from tests.support.units import unit

pytestmark = pytest.mark.django_db

WRITTEN_DOWN = ("core_auditevent", "django_session")


def digests() -> dict[str, str]:
    """Return a digest of every table but those of the audit and of the sessions."""
    with connection.cursor() as cursor:
        tables = [
            name
            for model in apps.get_models(include_auto_created=True)
            if (name := model._meta.db_table) in connection.introspection.table_names()
            and not name.startswith(WRITTEN_DOWN)
        ]
        found = {}
        for table in sorted(set(tables)):
            cursor.execute(
                f"SELECT count(*)::text || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t"
            )
            found[table] = cursor.fetchone()[0]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Role))
def test_opening_every_page_changes_no_row(role):
    with unit():
        customer = accounts.customer()
        helpdesk.ticket(helpdesk.as_customer(customer))
    browser = staff.signed_in(role)
    doors = [*plain_pages(), *lists(), *pages_of(customer)]
    before = digests()

    for door in doors:
        for url in (door.url, f"{door.url}?after=x"):
            assert browser.get(url).status_code in {200, 403, 405}, url

    assert digests() == before
