"""What the database refuses about work, whoever asks."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_database_refuses_an_illegal_move(item):
    with pytest.raises(Exception, match="may not move from open to decided"), connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_workitem SET state = 'decided', closed_at = now() WHERE id = %s", [item.pk])


def test_a_claim_without_a_lease_is_refused_by_the_database(item):
    with pytest.raises(Exception, match="workflow_workitem_lease"), connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_workitem SET state = 'claimed' WHERE id = %s", [item.pk])
