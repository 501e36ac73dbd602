"""Data keys found by the id of their subject, so that a statement can join them."""

from pathlib import Path

from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """A released SQL file never changes, a new version is a new file."""

    dependencies = [("core", "0002_engines")]
    operations = [
        migrations.RunSQL((_SQL / "ids__v1.sql").read_text(), reverse_sql=migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="datakey",
            index=models.Index(models.Func("owner", function="core_id_of"), name="core_datakey_subject"),
        ),
    ]
