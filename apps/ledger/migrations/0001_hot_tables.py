"""The hot tables, their guards and their partitions: made by SQL, known to Django by their state."""

from pathlib import Path

import apps.ledger.models.hot
from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"
_FILES = ("tables__v1.sql", "guards__v1.sql", "partitions__v1.sql")


class Migration(migrations.Migration):
    """A released SQL file never changes, a new version is a new file."""

    initial = True
    dependencies = [("core", "0001_functions")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL((_SQL / name).read_text(), reverse_sql=migrations.RunSQL.noop) for name in _FILES
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Balance",
                    fields=[
                        ("account_id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("posted", models.BigIntegerField(db_default=0)),
                        ("held", models.BigIntegerField(db_default=0)),
                        ("floor", models.BigIntegerField(null=True)),
                        ("ceiling", models.BigIntegerField(null=True)),
                        ("version", models.BigIntegerField(db_default=0)),
                        ("last_at", apps.ledger.models.hot.LastInstant()),
                        ("flags", models.SmallIntegerField(db_default=0)),
                        ("limit_profile", models.SmallIntegerField(null=True)),
                        ("asset", models.TextField()),
                    ],
                    options={"verbose_name": "balance", "verbose_name_plural": "balances"},
                ),
                migrations.CreateModel(
                    name="Txn",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("epoch", models.SmallIntegerField(db_default=1)),
                        (
                            "xid",
                            apps.ledger.models.hot.TransactionId(db_default=models.Func(function="pg_current_xact_id")),
                        ),
                        ("posted_at", models.DateTimeField()),
                        ("effective_on", models.DateField()),
                        ("kind", models.SmallIntegerField()),
                        ("legs", models.SmallIntegerField()),
                        ("actor", models.TextField(null=True)),
                        ("correlation", models.UUIDField(null=True)),
                        ("subject", models.TextField(null=True)),
                        ("reverses", models.UUIDField(null=True)),
                        ("approval", models.UUIDField(null=True)),
                        ("reason_code", models.TextField(null=True)),
                        ("meta", models.JSONField(null=True)),
                    ],
                    options={"verbose_name": "transaction", "verbose_name_plural": "transactions"},
                ),
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "txn_id", "leg", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("txn_id", models.UUIDField()),
                        ("account_id", models.BigIntegerField()),
                        ("amount", models.BigIntegerField()),
                        ("balance_after", models.BigIntegerField(null=True)),
                        ("version", models.BigIntegerField(null=True)),
                        ("posted_at", models.DateTimeField()),
                        ("effective_on", models.DateField()),
                        ("leg", models.SmallIntegerField()),
                        ("asset", models.TextField()),
                    ],
                    options={"verbose_name": "entry", "verbose_name_plural": "entries"},
                ),
                migrations.CreateModel(
                    name="PostingKey",
                    fields=[
                        ("key", models.UUIDField(primary_key=True, serialize=False)),
                        ("result_id", models.UUIDField()),
                        ("kind", models.SmallIntegerField()),
                        ("request_hash", models.BinaryField()),
                    ],
                    options={"verbose_name": "posting key", "verbose_name_plural": "posting keys"},
                ),
            ],
        ),
    ]
