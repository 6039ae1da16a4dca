from django.db import migrations
from django.utils import timezone


def forwards(apps, schema_editor):
    """A policy for every set of steps. What is in force counts as approved; a later one gets its writers from the audit trail and waits."""
    step_model, policy_model = apps.get_model("safety", "LadderStep"), apps.get_model("safety", "EscalationPolicy")
    now = timezone.now()
    sets = step_model.objects.filter(policy=None).order_by("kind", "valid_from").values_list("kind", "valid_from").distinct()
    for kind, day in sets:
        steps = step_model.objects.filter(policy=None, kind=kind, valid_from=day)
        policy = policy_model(kind=kind, valid_from=day)
        if day <= timezone.localdate(now):
            policy.approved_at = now
        else:
            _name_writers(apps, policy, [str(pk) for pk in steps.values_list("pk", flat=True)])
        policy.save()
        steps.update(policy=policy)


def _name_writers(apps, policy, steps):
    entries = apps.get_model("core", "AuditEntry").objects.exclude(actor_user_id=None)
    saved = entries.filter(action="ladderstep.saved", subject_id__in=steps)
    copied = entries.filter(action="safety.ladder_copied", subject_id=policy.kind, detail__from=policy.valid_from.isoformat())
    known = set(apps.get_model("members", "User").objects.values_list("pk", flat=True))
    lines = [(at, user) for at, user in (saved | copied).order_by("at").values_list("at", "actor_user_id") if user in known]
    if lines:
        policy.proposed_at, policy.proposed_by_id = lines[-1]
        policy.writers = sorted({user for _at, user in lines})


def backwards(apps, schema_editor):
    for step in apps.get_model("safety", "LadderStep").objects.select_related("policy").filter(kind=None):
        step.kind, step.valid_from = step.policy.kind, step.policy.valid_from
        step.save(update_fields=["kind", "valid_from"])


class Migration(migrations.Migration):
    """Backwards: the version before knows no proposals, so withdraw or approve what waits first."""

    dependencies = [("safety", "0019_approval"), ("core", "0002_guards"), ("members", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
