"""What stands against a leg of a posting, decided in one place for every way of posting."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"
_FILES = ("legs__v1.sql",)


class Migration(migrations.Migration):
    """A released SQL file never changes, a new version is a new file."""

    dependencies = [("ledger", "0005_anchors")]
    operations = [
        migrations.RunSQL((_SQL / name).read_text(), reverse_sql=migrations.RunSQL.noop) for name in _FILES
    ]
