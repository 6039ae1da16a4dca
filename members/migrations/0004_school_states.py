import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STATES = [("active", "active"), ("suspended", "suspended"), ("ended", "ended")]


class Migration(migrations.Migration):
    """What becomes of a school is decided by an action, with a reason. The table of schools is small: the constraint may look at all of it."""

    dependencies = [("members", "0003_kind_requests")]

    operations = [
        migrations.CreateModel(
            name="SchoolStateChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.CharField(choices=STATES, max_length=12, verbose_name="state before")),
                ("after", models.CharField(choices=STATES, max_length=12, verbose_name="state after")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="state_changes",
                        to="members.school",
                        verbose_name="school",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a school's state",
                "verbose_name_plural": "changes of schools' states",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddConstraint(
            "schoolstatechange",
            models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="school_state_has_reason"),
        ),
        migrations.AddField(
            "school",
            "ended_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended"),
        ),
        # Nobody wrote down when: their time for reading begins now.
        migrations.RunSQL("UPDATE members_school SET ended_at = now() WHERE state = 'ended'", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "school",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state", "ended")),
                    models.Q(models.Q(("state", "ended"), _negated=True), ("ended_at", None)),
                    _connector="OR",
                ),
                name="ended_school_says_when",
            ),
        ),
    ]
