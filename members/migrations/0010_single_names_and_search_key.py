"""One name alone is possible; members are searched by one folded column; Roman names stand in capitals, as in passports.

The column is filled by `members.search_keys` after migrating: folding is live code.
"""

from django.db import migrations, models

import ossma.core.search_field

CAPITALS = """
UPDATE members_member SET family_roman = upper(family_roman), given_roman = upper(given_roman)
WHERE family_roman <> upper(family_roman) OR given_roman <> upper(given_roman)
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0009_phones_as_e164")]

    operations = [
        migrations.AddField("member", "search_key", ossma.core.search_field.SearchKeyField(db_default="", default="", editable=False)),
        migrations.AlterField("member", "given_kana", models.CharField(blank=True, max_length=60, verbose_name="given name (kana)")),
        migrations.AlterField("member", "given_name", models.CharField(blank=True, max_length=60, verbose_name="given name")),
        migrations.AlterField("member", "given_roman", models.CharField(blank=True, max_length=60, verbose_name="given name (Roman letters)")),
        migrations.RunSQL(CAPITALS, migrations.RunSQL.noop),
    ]
