"""Both languages are complete."""

from io import StringIO

from django.core.management import call_command


def test_every_text_has_its_japanese_and_no_catalog_holds_a_text_that_nobody_uses():
    out = StringIO()
    call_command("translations", check=True, stdout=out)
    assert "0 texts to mend" in out.getvalue()
