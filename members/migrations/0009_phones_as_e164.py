"""Telephone numbers are kept as E.164. Only those that leave no doubt are converted; the member is asked about the others."""

import re
import unicodedata

import phonenumbers
from django.db import migrations

# Mobile and IP numbers of Japan: eleven digits that begin so. Whatever else has no country code may be of any country.
JAPANESE_MOBILE = re.compile(r"0[5789]0\d{8}")


def read(text):
    """E.164 of a number that says its country, or is plainly a Japanese mobile's; None for what is doubtful."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isdigit() or sign == "+")
    if not plain.startswith("+"):
        if not JAPANESE_MOBILE.fullmatch(plain):
            return None
        plain = f"+81{plain[1:]}"
    try:
        number = phonenumbers.parse(plain, None)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


def convert(apps, schema_editor):
    for model, field in (("Member", "mobile"), ("EmergencyContact", "phone"), ("School", "phone")):
        rows = apps.get_model("members", model).objects.exclude(**{field: ""})
        changed = []
        for row in rows.only("pk", field).iterator(chunk_size=2000):
            number = read(getattr(row, field))
            if number and number != getattr(row, field):
                setattr(row, field, number)
                changed.append(row)
            if len(changed) == 2000:
                rows.model.objects.bulk_update(changed, [field])
                changed = []
        rows.model.objects.bulk_update(changed, [field])


class Migration(migrations.Migration):
    dependencies = [("members", "0008_published_is_kept")]
    operations = [migrations.RunPython(convert, migrations.RunPython.noop)]
