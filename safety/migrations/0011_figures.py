import django.db.models.deletion
from django.db import migrations, models

FIGURES = ("help", "not_there", "ok", "silent", "opened", "late")


def check(**more):
    return models.ForeignKey(
        db_column="check_id", db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="safety.safetycheck",
        verbose_name="safety check", **more,
    )  # fmt: skip


def loose(to, name, **more):
    return models.ForeignKey(
        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to=to, verbose_name=name, **more
    )  # fmt: skip


def pk():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def figures():
    names = ("needs help", "not there", "safe", "no answer", "opened", "late")
    return [(field, models.IntegerField(default=0, verbose_name=name)) for field, name in zip(FIGURES, names, strict=True)]


def place():
    zone = models.CharField(blank=True, max_length=64, verbose_name="time zone")
    return [("country", loose("core.country", "country", null=True)), ("zone", zone)]


# What one recipient adds to each of FIGURES.
def marks(row, sign=""):
    standings = [f"{sign}({row}.standing = '{name}')::int" for name in FIGURES[:4]]
    return ", ".join([*standings, f"{sign}({row}.opened_at IS NOT NULL)::int", f"{sign}{row}.late::int"])


DIMENSIONS = "check_id, school_id, country_id, zone"
INTO = f"INSERT INTO safety_shift ({DIMENSIONS}, minute, {', '.join(FIGURES)})"


def dimensions(row):
    columns = ", ".join(f"{row}.{name}" for name in DIMENSIONS.split(", "))
    return f"{columns}, date_trunc('minute', {row}.first_answered_at)"


def added_up(rows, sign):
    sums = ", ".join(f"{sign}sum({mark})" for mark in marks("r").split(", "))
    return f"{INTO} SELECT {dimensions('r')}, {sums} FROM {rows} r GROUP BY 1, 2, 3, 4, 5"  # noqa: S608 - names from this file only


COUNTED = [*DIMENSIONS.split(", "), "standing", "late", "first_answered_at"]
DIFFERS = " OR ".join([*(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in COUNTED), "(OLD.opened_at IS NULL) <> (NEW.opened_at IS NULL)"])
# Who came, who went, who stands otherwise: each change of a recipient is also written down as a change of the figures, whoever makes it.
TRIGGERS = f"""
CREATE FUNCTION safety_recipients_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {added_up("moved", "")}; RETURN NULL; END $$;
CREATE FUNCTION safety_recipients_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {added_up("moved", "-")}; RETURN NULL; END $$;
CREATE FUNCTION safety_recipient_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {INTO} VALUES ({dimensions("OLD")}, {marks("OLD", "-")}), ({dimensions("NEW")}, {marks("NEW")}); RETURN NULL; END $$;
CREATE TRIGGER safety_recipient_came AFTER INSERT ON safety_recipient REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION safety_recipients_came();
CREATE TRIGGER safety_recipient_went AFTER DELETE ON safety_recipient REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION safety_recipients_went();
CREATE TRIGGER safety_recipient_changed AFTER UPDATE ON safety_recipient
    FOR EACH ROW WHEN ({DIFFERS}) EXECUTE FUNCTION safety_recipient_changed();
{added_up("safety_recipient", "")};
ALTER TABLE safety_placetally SET (fillfactor = 70);
ALTER TABLE safety_schooltally SET (fillfactor = 70);
ALTER TABLE safety_shift SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
"""  # noqa: S608 - names from this file only
NO_TRIGGERS = """
DROP TRIGGER IF EXISTS safety_recipient_came ON safety_recipient;
DROP TRIGGER safety_recipient_went ON safety_recipient;
DROP TRIGGER safety_recipient_changed ON safety_recipient;
DROP FUNCTION IF EXISTS safety_recipients_came();
DROP FUNCTION safety_recipients_went();
DROP FUNCTION safety_recipient_changed();
"""


class Migration(migrations.Migration):
    """Figures kept beside the recipients. Writing recipients waits while those that exist are counted once: about a second per million."""

    dependencies = [("core", "0004_push_and_bounces"), ("members", "0002_second_email"), ("safety", "0010_first_answer")]

    operations = [
        migrations.CreateModel(
            name="Shift",
            fields=[
                pk(), ("check_row", check(db_constraint=False)), ("school", loose("members.school", "school")), *place(), *figures(),
                ("minute", models.DateTimeField(null=True, verbose_name="minute")),
            ],
            options={
                "verbose_name": "change of the figures",
                "verbose_name_plural": "changes of the figures",
                "indexes": [models.Index(fields=["check_row"], name="shift_check")],
            },
        ),
        migrations.CreateModel(
            name="PlaceTally",
            fields=[
                pk(), ("check_row", check(db_constraint=False)), ("school", loose("members.school", "school", null=True)), *place(), *figures(),
            ],
            options={
                "verbose_name": "figures by place",
                "verbose_name_plural": "figures by place",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("check_row", "school", "country", "zone"), name="tally_once_per_place", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SchoolTally",
            fields=[pk(), ("check_row", check(db_constraint=False)), ("school", loose("members.school", "school")), *figures()],
            options={
                "verbose_name": "figures by school",
                "verbose_name_plural": "figures by school",
                "constraints": [models.UniqueConstraint(fields=("check_row", "school"), name="tally_once_per_school")],
            },
        ),
        migrations.CreateModel(
            name="Pace",
            fields=[
                pk(), ("check_row", check(db_constraint=False)), ("school", loose("members.school", "school", null=True)),
                ("minute", models.DateTimeField(verbose_name="minute")),
                ("answered", models.IntegerField(default=0, verbose_name="answered")),
            ],
            options={
                "verbose_name": "answers within a minute",
                "verbose_name_plural": "answers within a minute",
                "constraints": [
                    models.UniqueConstraint(fields=("check_row", "school", "minute"), name="pace_once_per_minute", nulls_distinct=False)
                ],
            },
        ),
        migrations.CreateModel(
            name="Summary",
            fields=[
                pk(), ("check_row", check()),
                ("school", models.ForeignKey(
                    db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.school",
                    verbose_name="school",
                )),
                ("what", models.CharField(
                    choices=[("sending", "messages"), ("groups", "groups"), ("compared", "kept figures compared with the rows")],
                    max_length=10, verbose_name="what",
                )),
                ("taken_at", models.DateTimeField(verbose_name="as of")),
                ("took_ms", models.PositiveIntegerField(verbose_name="took (ms)")),
                ("figures", models.JSONField(default=dict, verbose_name="figures")),
            ],
            options={
                "verbose_name": "counted figures",
                "verbose_name_plural": "counted figures",
                "constraints": [models.UniqueConstraint(fields=("check_row", "school", "what"), name="summary_once", nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]  # fmt: skip
