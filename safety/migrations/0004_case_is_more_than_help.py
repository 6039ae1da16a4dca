"""Whoever stays silent or misses a check-in is followed up like whoever needs help: one table of cases. Quick, and goes back."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("safety", "0003_words")]
    operations = [migrations.RenameModel("HelpCase", "SafetyCase")]
