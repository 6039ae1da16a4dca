from django.db import migrations, models

# Of a crowd in thousands of schools there are nearly as many pairs of school and place as people: writing a change for each of them made
# freezing half as slow again. The figures of a frozen audience are counted once, by whoever freezes it.
COUNTED_AT_ONCE = """
DROP TRIGGER safety_recipient_came ON safety_recipient;
DROP FUNCTION safety_recipients_came();
"""


class Migration(migrations.Migration):
    """Figures by place and minute are kept of all together and of schools with a crowd of their own. Goes back only by the migration before."""

    dependencies = [("safety", "0012_whom_to_call")]

    operations = [
        migrations.AddField(model_name="schooltally", name="by_place", field=models.BooleanField(default=False, verbose_name="kept by place")),
        migrations.RunSQL(COUNTED_AT_ONCE, migrations.RunSQL.noop),
    ]
