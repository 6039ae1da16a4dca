"""Goodwill beside the rules, and refunds that are asked for again after a refusal."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0015_stuck_orders'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='refund',
            name='again_of',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='asked_again', to='payments.refund', verbose_name='asked for again after'),
        ),
        migrations.AddField(
            model_name='refund',
            name='goodwill',
            field=models.BooleanField(db_default=False, default=False, verbose_name='goodwill'),
        ),
        migrations.AddField(
            model_name='refund',
            name='reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='reason'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('goodwill', False), models.Q(('proposed_by__isnull', False), models.Q(('reason', ''), _negated=True), ('surplus', False)), _connector='OR'), name='goodwill_has_proposer_and_reason'),
        ),
    ]
