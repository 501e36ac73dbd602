"""The function that counts acts against limits."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """A released SQL file never changes, a new version is a new file."""

    dependencies = [("accounts", "0002_second_factors")]
    operations = [
        migrations.RunSQL((_SQL / "limits__v1.sql").read_text(), reverse_sql=migrations.RunSQL.noop),
    ]
