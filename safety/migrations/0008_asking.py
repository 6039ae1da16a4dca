"""Asking to the full: what was decided once about an occasion, an advisory, or somebody who was left out."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0002_second_email'),
        ('notices', '0001_initial'),
        ('safety', '0007_delivery_by_channel'),
    ]

    operations = [
        migrations.AddField(
            model_name='safetycheck',
            name='ask_again',
            field=models.BooleanField(default=False, verbose_name='ask those again who have answered'),
        ),
        migrations.AlterField(
            model_name='recipient',
            name='reason',
            field=models.CharField(choices=[('itinerary', 'itinerary'), ('destination', 'destination of the application'), ('own_report', 'own report'), ('named', 'named'), ('arriving', 'travels there soon')], max_length=12, verbose_name='why asked'),
        ),
        migrations.CreateModel(
            name='Occasion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('outcome', models.CharField(choices=[('asked', 'asked'), ('nobody', 'nobody was there to be asked'), ('skipped', 'left out: its hour was long past')], max_length=8, verbose_name='outcome')),
                ('decided_at', models.DateTimeField(verbose_name='decided')),
                ('check_row', models.ForeignKey(blank=True, db_column='check_id', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='safety.safetycheck', verbose_name='safety check')),
                ('schedule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='occasions', to='safety.checkschedule', verbose_name='schedule')),
            ],
            options={
                'verbose_name': 'occasion of a schedule',
                'verbose_name_plural': 'occasions of schedules',
                'ordering': ['-day'],
                'constraints': [models.UniqueConstraint(fields=('schedule', 'day'), name='occasion_decided_once')],
            },
        ),
        migrations.CreateModel(
            name='Omission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('withdrawn', 'has left OSSMA'), ('no_address', 'no e-mail address'), ('not_paid', 'membership fee not paid'), ('already_asked', 'is being asked already about this event'), ('answered', 'has answered already about this event')], max_length=16, verbose_name='why not asked')),
                ('check_row', models.ForeignKey(db_column='check_id', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='omissions', to='safety.safetycheck', verbose_name='safety check')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'member left out',
                'verbose_name_plural': 'members left out',
                'constraints': [models.UniqueConstraint(fields=('check_row', 'member'), name='left_out_once')],
            },
        ),
        migrations.CreateModel(
            name='RuleDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('outcome', models.CharField(choices=[('drafted', 'a draft was made'), ('nobody', 'nobody is there'), ('no_match', 'not meant by the rule')], max_length=8, verbose_name='outcome')),
                ('decided_at', models.DateTimeField(verbose_name='decided')),
                ('advisory', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.advisory', verbose_name='advisory')),
                ('check_row', models.ForeignKey(blank=True, db_column='check_id', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='safety.safetycheck', verbose_name='safety check')),
                ('rule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='safety.advisoryrule', verbose_name='rule')),
            ],
            options={
                'verbose_name': 'decision of a rule',
                'verbose_name_plural': 'decisions of rules',
                'ordering': ['-decided_at'],
                'constraints': [models.UniqueConstraint(fields=('rule', 'advisory'), name='rule_decides_once')],
            },
        ),
    ]
