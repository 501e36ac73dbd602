"""The trigger functions that every table binds."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Make the functions; a released SQL file never changes, a new version is a new file."""

    initial = True
    dependencies = ()
    operations = (migrations.RunSQL((_SQL / "triggers__v1.sql").read_text(), reverse_sql=migrations.RunSQL.noop),)
