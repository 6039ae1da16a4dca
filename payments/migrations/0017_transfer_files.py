"""Files of bank transfers that one person makes and another confirms."""

import django.db.models.deletion
import ossma.core.encrypted
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0016_goodwill_and_asking_again'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TransferFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('transfer_on', models.DateField(verbose_name='day of the transfers')),
                ('count', models.PositiveIntegerField(verbose_name='number of transfers')),
                ('total', models.PositiveBigIntegerField(verbose_name='sum (yen)')),
                ('state', models.CharField(choices=[('made', 'to be confirmed'), ('confirmed', 'confirmed, with the bank'), ('finished', 'finished'), ('discarded', 'discarded')], default='made', max_length=10, verbose_name='state')),
                ('content', ossma.core.encrypted.EncryptedTextField(blank=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'transfer file',
                'verbose_name_plural': 'transfer files',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='TransferLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.PositiveIntegerField(verbose_name='amount (yen)')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('done', 'transferred'), ('returned', 'not accepted by the bank'), ('dropped', 'taken out')], default='waiting', max_length=10)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payments.transferfile')),
                ('refund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfer_lines', to='payments.refund')),
            ],
            options={
                'verbose_name': 'transfer',
                'verbose_name_plural': 'transfers',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='transferfile',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('made_by')), _negated=True), _connector='OR'), name='transfer_file_two_people'),
        ),
        migrations.AddConstraint(
            model_name='transferfile',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['made', 'discarded']), ('confirmed_by__isnull', False), _connector='OR'), name='transfer_file_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('refund',), name='one_waiting_transfer_per_refund'),
        ),
    ]
