"""The functions that count many acts of one customer at once."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """A released SQL file never changes, a new version is a new file."""

    dependencies = [("accounts", "0004_limits_by_day")]
    operations = [
        migrations.RunSQL((_SQL / "limits_many__v1.sql").read_text(), reverse_sql=migrations.RunSQL.noop),
    ]
