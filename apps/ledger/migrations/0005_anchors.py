"""Where heads of the chain were published."""

import apps.core.base.keys
import apps.core.fields
import apps.core.ids
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_chain'),
    ]

    operations = [
        migrations.CreateModel(
            name='Anchor',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('place', models.CharField(max_length=120)),
                ('mark', apps.core.fields.Fingerprint()),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'anchor of the books',
                'verbose_name_plural': 'anchors of the books',
                'abstract': False,
                'constraints': [apps.core.base.keys.Eternal(fields=('place',), name='ledger_anchor_place', reason='a published head is never replaced')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='anchor',
            trigger=pgtrigger.compiler.Trigger(name='no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='ae9749eb7bea1b0b3660421f2d6270bbc504b5e3', operation='DELETE', pgid='pgtrigger_no_delete_9cb49fe4d3', table='ledger_anchor', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='anchor',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='7306022c41896854c290f4537f22cfe74b318485', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_59651db990', table='ledger_anchor', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='anchor',
            trigger=pgtrigger.compiler.Trigger(name='no_update', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='c0133c63d2e25003c036084cdd3a8989e7e91a53', operation='UPDATE', pgid='pgtrigger_no_update_ab1cb0e502', table='ledger_anchor', when='BEFORE')),
        ),
    ]
