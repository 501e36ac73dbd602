"""The chain of sealed blocks, the sums by day, and the function that derives them."""

from pathlib import Path

import apps.core.base.keys
import apps.core.fields
import apps.core.ids
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """A released SQL file never changes, a new version is a new file."""

    dependencies = [
        ('ledger', '0003_functions'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL((_SQL / "days__v1.sql").read_text(), reverse_sql=migrations.RunSQL.noop)
            ],
            state_operations=[
                migrations.CreateModel(
                    name='BalanceDay',
                    fields=[
                        ('pk', models.CompositePrimaryKey('account_id', 'effective_on', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('account_id', models.BigIntegerField()),
                        ('effective_on', models.DateField()),
                        ('net', models.BigIntegerField()),
                        ('count', models.BigIntegerField()),
                    ],
                    options={
                        'verbose_name': 'movement of a day',
                        'verbose_name_plural': 'movements of days',
                    },
                ),
                migrations.CreateModel(
                    name='BalanceMark',
                    fields=[
                        ('pk', models.CompositePrimaryKey('account_id', 'booked_on', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('account_id', models.BigIntegerField()),
                        ('booked_on', models.DateField()),
                        ('last_version', models.BigIntegerField()),
                        ('posted', models.BigIntegerField()),
                    ],
                    options={
                        'verbose_name': 'closing of a day',
                        'verbose_name_plural': 'closings of days',
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('format', models.SmallIntegerField()),
                ('epoch', models.SmallIntegerField()),
                ('xid_from', models.BigIntegerField()),
                ('xid_to', models.BigIntegerField()),
                ('count', models.IntegerField()),
                ('leaves', models.BinaryField()),
                ('root', apps.core.fields.Fingerprint()),
                ('prev_hash', apps.core.fields.Fingerprint()),
                ('hash', apps.core.fields.Fingerprint()),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'block of the books',
                'verbose_name_plural': 'blocks of the books',
                'abstract': False,
                'constraints': [apps.core.base.keys.Eternal(fields=('seq',), name='ledger_block_seq', reason='a gapless chain')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='block',
            trigger=pgtrigger.compiler.Trigger(name='no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='12c4652e3d33074acec2298d33414bf864d7b351', operation='DELETE', pgid='pgtrigger_no_delete_e86b5b587d', table='ledger_block', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='block',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='264a511bc8d0d4d7d484ef06eb6a4f1f87162a7a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_b8d37119a8', table='ledger_block', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='block',
            trigger=pgtrigger.compiler.Trigger(name='no_update', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='ccc5e6424bf22a36421277e7530e11ad2fda5b87', operation='UPDATE', pgid='pgtrigger_no_update_21812a8701', table='ledger_block', when='BEFORE')),
        ),
        *(
            migrations.RunSQL((_SQL / name).read_text(), reverse_sql=migrations.RunSQL.noop)
            for name in ("chain__v1.sql", "follow__v1.sql")
        ),
    ]
