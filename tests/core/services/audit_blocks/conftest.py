"""The chain of audit events: sealed without losing any, and whatever is changed in it is found and named."""

from contextlib import contextmanager

import psycopg
import pytest

from apps.core.services import audit_blocks
from tests.core.services.audit_blocks.chain import AT, BY, newest, record, seal


@pytest.fixture(autouse=True)
def sealed(committed_db):
    """Start with everything sealed and end with a whole chain, whatever other tests left."""
    seal()
    if newest() is None:
        record()
        seal()
    yield
    assert audit_blocks.verify(by=BY, at=AT).fault is None


@pytest.fixture
def superuser(own_cluster):
    server, name = own_cluster

    @contextmanager
    def tampering(statement, *params):
        """Change rows as only a superuser can, and put them back."""
        with psycopg.connect(server.url("superuser", name), autocommit=True) as session:
            session.execute("SET session_replication_role = replica")
            session.execute("CREATE TEMP TABLE kept AS SELECT * FROM core_auditevent")
            session.execute("CREATE TEMP TABLE kept_blocks AS SELECT * FROM core_auditblock")
            session.execute(statement, params)
            try:
                yield
            finally:
                session.execute("DELETE FROM core_auditevent")
                session.execute("INSERT INTO core_auditevent SELECT * FROM kept")
                session.execute("DELETE FROM core_auditblock")
                session.execute("INSERT INTO core_auditblock SELECT * FROM kept_blocks")

    return tampering
