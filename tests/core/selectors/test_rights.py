"""Rights of the database's roles: as they must be, and every excess or lack is named."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, connections

from apps.core.selectors import rights


def owner(statement):
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_a_migrated_database_has_the_right_rights(capsys):
    assert rights.faults() == []

    call_command("verify_roles")

    assert capsys.readouterr().out == "Rights are as they must be.\n"


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        (
            "GRANT DELETE, TRUNCATE ON core_idempotencykey TO strongroom_app",
            ["strongroom_app may TRUNCATE core_idempotencykey", "strongroom_app may DELETE core_idempotencykey"],
        ),
        ("GRANT TRIGGER ON core_outboxmessage TO strongroom_app", ["strongroom_app may TRIGGER core_outboxmessage"]),
        ("REVOKE DELETE ON django_session FROM strongroom_app", ["strongroom_app may not DELETE django_session"]),
        (
            "GRANT UPDATE (action) ON core_auditevent TO strongroom_app",
            ["strongroom_app may change ['action'] of core_auditevent, the model says []"],
        ),
        (
            "REVOKE UPDATE ON core_auditblock FROM strongroom_app",
            ["strongroom_app may change [] of core_auditblock, the model says ['anchor_ref', 'anchored_at']"],
        ),
        (
            "GRANT INSERT ON core_auditevent_default TO strongroom_app",
            ["strongroom_app may INSERT core_auditevent_default, which only functions or the parent write"],
        ),
        ("GRANT INSERT ON core_datakey TO strongroom_read", ["strongroom_read may INSERT core_datakey"]),
    ],
)
def test_a_wrong_right_is_named_and_put_right(committed_db, statement, faults):
    owner(statement)

    try:
        assert rights.faults() == faults
        with pytest.raises(CommandError, match="faults; run"):
            call_command("verify_roles")
    finally:
        owner("REVOKE INSERT ON core_datakey FROM strongroom_read")
        call_command("grant_rights")

    assert rights.faults() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE core_auditevent DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (n int)",
        "DROP TABLE core_auditevent",
        "SET ROLE strongroom_owner",
        "SELECT core_grant_rights('{}', '{core_auditevent}')",
        "SELECT core_new_epoch()",
    ],
)
def test_the_processes_role_cannot_help_itself(statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_functions_that_act_as_owner_are_for_the_processes_alone():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace "
            "AND (has_function_privilege('strongroom_read', p.oid, 'EXECUTE') OR "
            "NOT has_function_privilege('strongroom_app', p.oid, 'EXECUTE'))"
        )
        assert cursor.fetchall() == []
