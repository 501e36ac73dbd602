"""The functions that write the books, and the sequence of account numbers."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"
_FILES = ("accounts__v1.sql", "posting__v1.sql", "always__v1.sql")


class Migration(migrations.Migration):
    """A released SQL file never changes, a new version is a new file."""

    dependencies = [("ledger", "0002_accounts")]
    operations = [
        migrations.RunSQL((_SQL / name).read_text(), reverse_sql=migrations.RunSQL.noop) for name in _FILES
    ]
