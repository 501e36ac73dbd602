"""The functions that guard, partition and grant: what models and later migrations bind and call."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"
_FILES = ("triggers__v1.sql", "partitions__v1.sql", "rights__v1.sql", "epochs__v1.sql")


class Migration(migrations.Migration):
    """Make the functions; a released SQL file never changes, a new version is a new file."""

    initial = True
    dependencies = ()
    operations = tuple(
        migrations.RunSQL((_SQL / name).read_text(), reverse_sql=migrations.RunSQL.noop) for name in _FILES
    )
