"""The office's first templates: words for the worst hour, written in a quiet one. The office changes them as it likes."""

from django.db import migrations

CORRECTION_JA = "先ほどの安否確認は訓練でした。実際の事故や災害は起きていません。心配をおかけしました。"
CORRECTION_EN = "The safety check you received was a drill. Nothing has happened. We are sorry for the worry."
TEMPLATES = [
    {
        "kind": "ad_hoc",
        "name_ja": "地震",
        "name_en": "Earthquake",
        "title_ja": "地震がありました。ご無事ですか",
        "title_en": "There was an earthquake. Are you safe?",
        "text_ja": "大きな地震がありました。まず身の安全を確保し、余震と津波に注意してください。"
        "安全な場所に移ってから、無事かどうかをお知らせください。",
        "text_en": "There was a strong earthquake. First get to safety; mind aftershocks and tsunami."
        " When you are in a safe place, tell us how you are.",
    },
    {
        "kind": "ad_hoc",
        "name_ja": "テロ・襲撃",
        "name_en": "Terror attack",
        "title_ja": "テロ事件の情報があります。ご無事ですか",
        "title_en": "Reports of an attack. Are you safe?",
        "text_ja": "付近で襲撃事件が起きたとの情報があります。現場に近づかず、安全な建物の中にとどまり、"
        "現地当局の指示に従ってください。無事かどうかをお知らせください。",
        "text_en": "An attack is reported near you. Keep away, stay inside a safe building, follow the authorities. Tell us how you are.",
    },
    {
        "kind": "regular",
        "name_ja": "定期の安否確認",
        "name_en": "Regular check",
        "title_ja": "定期の安否確認です。お変わりありませんか",
        "title_en": "Regular safety check: is everything all right?",
        "text_ja": "定期の安否確認です。何かが起きたわけではありません。今の居場所と、お変わりがないことをお知らせください。",
        "text_en": "This is a regular check. Nothing has happened. Please tell us where you are and that all is well.",
    },
    {
        "kind": "drill",
        "name_ja": "訓練（地震の想定）",
        "name_en": "Drill (earthquake)",
        "title_ja": "地震を想定した安否確認の訓練です",
        "title_en": "Exercise: safety check after an earthquake",
        "text_ja": "これは訓練です。実際には何も起きていません。大きな地震があったと想定し、本番と同じように答えてください。",
        "text_en": "This is an exercise. Nothing has happened. Imagine a strong earthquake and answer as if it were real.",
    },
]


def make(apps, _schema_editor):
    """Once, on a new database as on one in use."""
    template = apps.get_model("safety", "CheckTemplate")
    for words in TEMPLATES:
        drill = words["kind"] == "drill"
        corrections = {"correction_ja": CORRECTION_JA if drill else "", "correction_en": CORRECTION_EN if drill else ""}
        template.objects.get_or_create(school=None, name_ja=words["name_ja"], defaults={**words, **corrections})


class Migration(migrations.Migration):
    """Words only; taking it back leaves them to the office."""

    dependencies = [("safety", "0013_large_schools")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
