"""What the database's roles may do, compared with what the kinds of rows demand."""

from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.db import connection, models

from apps.core.base import Domain, Kept, Log, Operational
from apps.core.history import history_table, models_with_history

APP: Final = "strongroom_app"
OWNER: Final = "strongroom_owner"
READ: Final = "strongroom_read"
# Third-party code removes rows of these in ordinary work: sign-out, a code used, an address or a method withdrawn.
DELETABLE: Final = (
    "account_emailaddress",
    "account_emailconfirmation",
    "django_session",
    "mfa_authenticator",
    "otp_static_statictoken",
    "usersessions_usersession",
)
_NEVER: Final = ("TRUNCATE", "TRIGGER", "REFERENCES", "MAINTAIN")


def sealed_tables() -> list[str]:
    """Return the tables that only functions of their app write: `sealed_tables` of the app configurations."""
    return sorted(name for config in apps.get_app_configs() for name in getattr(config, "sealed_tables", ()))


def faults() -> list[str]:
    """Return every difference between the roles' rights and the rules, in words; none when all is well."""
    tables = _tables()
    return [*_of_roles(), *_of_tables(tables), *_of_updates(tables)]


def _of_roles() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolcreaterole OR rolcreatedb "
            "OR rolreplication OR rolbypassrls) ORDER BY 1",
            [[APP, READ]],
        )
        for (role,) in cursor.fetchall():
            yield f"{role} has an attribute of an administrator"
        cursor.execute(
            "SELECT m.rolname, g.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member "
            "JOIN pg_roles g ON g.oid = a.roleid WHERE m.rolname = ANY(%s) ORDER BY 1, 2",
            [[APP, READ]],
        )
        for role, group in cursor.fetchall():
            yield f"{role} is a member of {group}"


def _of_tables(tables: dict[str, dict[str, Any]]) -> Iterator[str]:
    sealed = set(sealed_tables())
    for name, table in tables.items():
        if table["owner"] != OWNER:
            yield f"{name} is owned by {table['owner']}, not by {OWNER}"
        for right in sorted(table[APP].intersection(_NEVER)):
            yield f"{APP} may {right} {name}"
        if ("DELETE" in table[APP]) != (name in DELETABLE):
            yield f"{APP} {'may' if 'DELETE' in table[APP] else 'may not'} DELETE {name}"
        if name in sealed or table["is_leaf"]:
            for right in sorted(table[APP].intersection({"INSERT", "UPDATE"})):
                yield f"{APP} may {right} {name}, which only functions or the parent write"
        for right in sorted(table[READ] - {"SELECT"}):
            yield f"{READ} may {right} {name}"


def _of_updates(tables: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, expected in _changing().items():
        if name in tables and tables[name]["updates"] != expected:
            found = tables[name]["updates"]
            yield f"{APP} may change {sorted(found)} of {name}, the model says {sorted(expected)}"


def _changing() -> dict[str, set[str]]:
    """Return, per table of a kind, the columns that the processes' role may change."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        if issubclass(model, Log):
            found[model._meta.db_table] = _columns(model, model.once)
        elif issubclass(model, Domain | Kept | Operational):
            found[model._meta.db_table] = {str(field.column) for field in model._meta.concrete_fields}
    found.update({history_table(model): set() for model in models_with_history()})
    return {name: columns for name, columns in found.items() if name not in sealed_tables()}


def _columns(model: type[models.Model], names: tuple[str, ...]) -> set[str]:
    return {str(model._meta.get_field(name).column) for name in names}  # type: ignore[union-attr]  # own columns only


_RIGHTS: Final = """
SELECT c.relname, pg_get_userbyid(c.relowner), c.relispartition,
       ARRAY(SELECT r FROM unnest(%(rights)s::text[]) r WHERE has_table_privilege(%(app)s, c.oid, r)),
       ARRAY(SELECT r FROM unnest(%(rights)s::text[]) r WHERE has_table_privilege(%(read)s, c.oid, r)),
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
          AND NOT a.attisdropped AND has_column_privilege(%(app)s, c.oid, a.attnum, 'UPDATE'))
  FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
   AND NOT EXISTS (SELECT 1 FROM pg_depend d
                    WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
 ORDER BY c.relname
"""


def _tables() -> dict[str, dict[str, Any]]:
    rights = ["SELECT", "INSERT", "UPDATE", "DELETE", *_NEVER]
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, {"rights": rights, "app": APP, "read": READ})
        return {
            name: {"owner": owner, "is_leaf": is_leaf, APP: set(app), READ: set(read), "updates": set(updates)}
            for name, owner, is_leaf, app, read, updates in cursor.fetchall()
        }
