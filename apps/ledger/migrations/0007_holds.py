"""Holds and their events, postings that capture them, many postings by one call, and events in the chain."""

from pathlib import Path

import apps.core.base.columns
import apps.core.base.keys
import apps.core.ids
import apps.ledger.models.hot
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"
_FILES = ("holds__v1.sql", "posting__v2.sql", "batch__v1.sql", "follow__v2.sql")


class Migration(migrations.Migration):
    """A released SQL file never changes, a new version is a new file."""

    dependencies = [
        ('ledger', '0006_legs'),
    ]

    operations = [
        migrations.CreateModel(
            name='HoldEvent',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('epoch', models.SmallIntegerField(db_default=1, editable=False)),
                ('xid', apps.ledger.models.hot.TransactionId(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('number', models.IntegerField()),
                ('act', apps.core.base.columns.Code(choices=[('placed', 'Placed'), ('increased', 'Increased'), ('reduced', 'Reduced'), ('extended', 'Extended'), ('captured', 'Captured'), ('released', 'Released'), ('expired', 'Expired')], max_length=32)),
                ('amount', models.BigIntegerField()),
                ('delta', models.BigIntegerField()),
                ('remaining_after', models.BigIntegerField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('account_no', models.BigIntegerField()),
                ('held_after', models.BigIntegerField()),
                ('account_version', models.BigIntegerField()),
                ('available_after', models.BigIntegerField()),
                ('txn', models.UUIDField(null=True)),
                ('reason_code', models.CharField(max_length=80)),
                ('actor', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'event of a hold',
                'verbose_name_plural': 'events of holds',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('account_no', models.BigIntegerField()),
                ('asset', models.CharField(max_length=12)),
                ('amount', models.BigIntegerField()),
                ('captured', models.BigIntegerField(db_default=0)),
                ('over_captured', models.BigIntegerField(db_default=0)),
                ('released', models.BigIntegerField(db_default=0)),
                ('remaining', models.BigIntegerField()),
                ('tolerance_bps', models.IntegerField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('status', apps.core.base.columns.Status(choices=[('open', 'Open'), ('captured', 'Captured'), ('released', 'Released'), ('expired', 'Expired')], default='open', max_length=32)),
                ('kind', apps.core.base.columns.Code(choices=[('card_auth', 'Card authorisation'), ('payment', 'Payment'), ('order', 'Order'), ('risk', 'Risk'), ('legal', 'Legal order'), ('dispute', 'Dispute')], max_length=32)),
                ('reason_code', models.CharField(max_length=80)),
                ('subject', models.CharField(max_length=80)),
                ('placed_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(null=True)),
                ('version', models.IntegerField(db_default=1)),
            ],
            options={
                'verbose_name': 'hold',
                'verbose_name_plural': 'holds',
                'abstract': False,
                'indexes': [models.Index(fields=['account_no', 'id'], name='ledger_hold_account'), models.Index(condition=models.Q(('status', 'open')), fields=['account_no'], name='ledger_hold_open'), models.Index(condition=models.Q(('status', 'open')), fields=['expires_at'], name='ledger_hold_expiry')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('captured'), '-', models.F('over_captured')), '+', models.F('released')), '+', models.F('remaining')))), name='ledger_hold_equation'), models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('captured__gte', 0), ('over_captured__gte', 0), ('released__gte', 0), ('remaining__gte', 0)), name='ledger_hold_amounts'), models.CheckConstraint(condition=models.Q(('tolerance_bps__range', (0, 10000)), ('over_captured__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('amount'), '/', models.Value(10000)), '*', models.F('tolerance_bps')), '+', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('amount'), '%%', models.Value(10000)), '*', models.F('tolerance_bps')), '/', models.Value(10000))))), name='ledger_hold_tolerance'), models.CheckConstraint(condition=models.Q(models.Q(('remaining__gt', 0), ('resolved_at__isnull', True), ('status', 'open')), models.Q(models.Q(('status', 'open'), _negated=True), ('remaining', 0), ('resolved_at__isnull', False)), _connector='OR'), name='ledger_hold_resolved'), models.CheckConstraint(condition=models.Q(('status__in', ['open', 'captured', 'released', 'expired'])), name='ledger_hold_status_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['card_auth', 'payment', 'order', 'risk', 'legal', 'dispute'])), name='ledger_hold_kind_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hold',
            trigger=pgtrigger.compiler.Trigger(name='no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='be9587f0db1c1e02af18c971dcd5e96d8af6e091', operation='DELETE', pgid='pgtrigger_no_delete_73661600d8', table='ledger_hold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hold',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='e5701f9f0f70cb37a4cca308466167548bd2b650', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_6f6c906145', table='ledger_hold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hold',
            trigger=pgtrigger.compiler.Trigger(name='only_columns', sql=pgtrigger.compiler.UpsertTriggerSql(execute="core_only_columns('amount', 'captured', 'over_captured', 'released', 'remaining', 'expires_at', 'status', 'resolved_at', 'version')", func='RETURN NEW;', hash='6a5b86fa84b4bc9c0fb57d6a2b60f8cb76ffd8fe', operation='UPDATE', pgid='pgtrigger_only_columns_c975d9d550', table='ledger_hold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hold',
            trigger=pgtrigger.compiler.Trigger(name='status_moves', sql=pgtrigger.compiler.UpsertTriggerSql(execute="core_moves('status', 'open>captured', 'open>released', 'open>expired')", func='RETURN NEW;', hash='530ebe8b49c754e32ba9975493ffdcabf848ab24', operation='UPDATE OF "status"', pgid='pgtrigger_status_moves_f5b19ddc50', table='ledger_hold', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='holdevent',
            name='hold',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='ledger.hold'),
        ),
        migrations.AddIndex(
            model_name='holdevent',
            index=models.Index(fields=['epoch', 'xid'], name='ledger_holdevent_sealing'),
        ),
        migrations.AddIndex(
            model_name='holdevent',
            index=models.Index(fields=['account_no', 'account_version', 'id'], name='ledger_holdevent_account'),
        ),
        migrations.AddConstraint(
            model_name='holdevent',
            constraint=apps.core.base.keys.Eternal(fields=('hold', 'number'), name='ledger_holdevent_number', reason='events of a hold are counted'),
        ),
        migrations.AddConstraint(
            model_name='holdevent',
            constraint=apps.core.base.keys.Eternal(fields=('txn',), name='ledger_holdevent_capture', reason='a transaction captures one hold'),
        ),
        migrations.AddConstraint(
            model_name='holdevent',
            constraint=models.CheckConstraint(condition=models.Q(('act', 'captured'), ('txn__isnull', True), _connector='XOR'), name='ledger_holdevent_txn'),
        ),
        migrations.AddConstraint(
            model_name='holdevent',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['placed', 'increased', 'reduced', 'extended', 'captured', 'released', 'expired'])), name='ledger_holdevent_act_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holdevent',
            trigger=pgtrigger.compiler.Trigger(name='no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='307b72fb9d5578912449dfe4c6aca94e02cdbb09', operation='DELETE', pgid='pgtrigger_no_delete_4fc84927ce', table='ledger_holdevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holdevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='059aa68f00028bfe858face41289a9a2a30718c1', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_4799f1d06f', table='ledger_holdevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holdevent',
            trigger=pgtrigger.compiler.Trigger(name='no_update', sql=pgtrigger.compiler.UpsertTriggerSql(execute='core_refuse()', func='RETURN NEW;', hash='e29a7a6eab6fa23933100bad49a477229a99e5f3', operation='UPDATE', pgid='pgtrigger_no_update_21dd0e88ab', table='ledger_holdevent', when='BEFORE')),
        ),
        *(
            migrations.RunSQL((_SQL / name).read_text(), reverse_sql=migrations.RunSQL.noop) for name in _FILES
        ),
    ]
