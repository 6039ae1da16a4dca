"""Cancellation rules, changes of period, and what goes back by them. New columns are empty: nothing is rewritten."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

from ossma.core.guards import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0005_flights'),
        ('members', '0002_second_email'),
        ('payments', '0007_references_and_signatures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cancellation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days_before', models.PositiveSmallIntegerField(verbose_name='days before the first day')),
                ('share', models.DecimalField(decimal_places=4, max_digits=5, verbose_name='share returned')),
                ('fee', models.PositiveIntegerField(verbose_name='settled fee with tax (yen)')),
                ('handling', models.PositiveIntegerField(verbose_name='settled handling fee (yen)')),
                ('amount', models.PositiveIntegerField(verbose_name='to give back (yen)')),
                ('made_at', models.DateTimeField(verbose_name='made')),
            ],
            options={
                'verbose_name': 'cancellation',
                'verbose_name_plural': 'cancellations',
                'ordering': ['-made_at'],
            },
        ),
        migrations.CreateModel(
            name='CancellationRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days_before', models.PositiveSmallIntegerField(verbose_name='days before the first day')),
                ('share', models.DecimalField(decimal_places=4, max_digits=5, verbose_name='share returned')),
            ],
            options={
                'verbose_name': 'cancellation rule',
                'verbose_name_plural': 'cancellation rules',
                'ordering': ['-days_before'],
            },
        ),
        migrations.CreateModel(
            name='CancellationTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(blank=True, choices=[('ossma', 'OSSMA'), ('plus', 'OSSMA Plus')], help_text='Empty: for every service without a table of its own.', max_length=12, verbose_name='service')),
                ('version', models.CharField(max_length=40, verbose_name='version')),
                ('valid_from', models.DateField(verbose_name='in force from')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
            ],
            options={
                'verbose_name': 'cancellation table',
                'verbose_name_plural': 'cancellation tables',
                'ordering': ['service', '-valid_from'],
            },
        ),
        migrations.CreateModel(
            name='GiveBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.PositiveIntegerField(verbose_name='amount (yen)')),
                ('handling', models.PositiveIntegerField(default=0, verbose_name='handling fee that could be returned (yen)')),
                ('rule', models.CharField(max_length=120, verbose_name='rule')),
                ('made_at', models.DateTimeField(verbose_name='made')),
            ],
            options={
                'verbose_name': 'money to give back',
                'verbose_name_plural': 'money to give back',
                'ordering': ['made_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PeriodChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('awaiting_approval', "Waiting for the school's approval"), ('awaiting_payment', 'Waiting for the payment of the difference'), ('applied', 'Changed'), ('refused', 'Refused by the school'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed')], max_length=20, verbose_name='state')),
                ('first_day', models.DateField(verbose_name='first day abroad')),
                ('last_day', models.DateField(verbose_name='last day abroad')),
                ('old_first_day', models.DateField(verbose_name='first day before')),
                ('old_last_day', models.DateField(verbose_name='last day before')),
                ('refusal', models.CharField(blank=True, max_length=300, verbose_name='reason for the refusal')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'change of period',
                'verbose_name_plural': 'changes of period',
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='application',
            name='asked_first_day',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='first day asked for'),
        ),
        migrations.AddField(
            model_name='application',
            name='asked_last_day',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='last day asked for'),
        ),
        migrations.AddField(
            model_name='cancellation',
            name='application',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='cancellation', to='applications.application', verbose_name='application'),
        ),
        migrations.AddConstraint(
            model_name='cancellationtable',
            constraint=models.UniqueConstraint(fields=('service', 'valid_from'), name='cancellation_table_from_once'),
        ),
        migrations.AddConstraint(
            model_name='cancellationtable',
            constraint=models.UniqueConstraint(fields=('service', 'version'), name='cancellation_table_version_once'),
        ),
        migrations.AddField(
            model_name='cancellationrow',
            name='table',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='applications.cancellationtable', verbose_name='cancellation table'),
        ),
        migrations.AddField(
            model_name='cancellation',
            name='table',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.cancellationtable', verbose_name='cancellation table'),
        ),
        migrations.AddField(
            model_name='giveback',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='give_backs', to='applications.application', verbose_name='application'),
        ),
        migrations.AddField(
            model_name='giveback',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='giveback',
            name='refund',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.refund', verbose_name='refund'),
        ),
        migrations.AddField(
            model_name='periodchange',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='period_changes', to='applications.application', verbose_name='application'),
        ),
        migrations.AddField(
            model_name='periodchange',
            name='payment',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='periodchange',
            name='quote',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='period_change', to='applications.quote', verbose_name='quote'),
        ),
        migrations.AddConstraint(
            model_name='cancellationrow',
            constraint=models.UniqueConstraint(fields=('table', 'days_before'), name='cancellation_row_days_once'),
        ),
        migrations.AddConstraint(
            model_name='cancellationrow',
            constraint=models.CheckConstraint(condition=models.Q(('share__gte', 0), ('share__lte', 1)), name='cancellation_share'),
        ),
        migrations.AddConstraint(
            model_name='cancellationrow',
            constraint=models.CheckConstraint(condition=models.Q(('days_before__gt', 0)), name='cancellation_days'),
        ),
        migrations.AddIndex(
            model_name='giveback',
            index=models.Index(condition=models.Q(('refund', None)), fields=['made_at'], name='give_back_waiting'),
        ),
        migrations.AddConstraint(
            model_name='giveback',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='give_back_positive'),
        ),
        migrations.AddConstraint(
            model_name='periodchange',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='change_period_forward'),
        ),
        migrations.AddConstraint(
            model_name='periodchange',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('awaiting_approval', 'awaiting_payment'))), fields=('application',), name='one_open_change'),
        ),
        append_only('applications_cancellation'),
    ]
