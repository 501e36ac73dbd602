"""The functions that count acts, one or many: what they add up no longer grows with the acts of a customer."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """A released SQL file never changes, a new version is a new file."""

    dependencies = [("accounts", "0003_functions")]
    operations = [
        migrations.RunSQL((_SQL / "limits__v2.sql").read_text(), reverse_sql=migrations.RunSQL.noop),
    ]
