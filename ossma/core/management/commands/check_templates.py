"""manage.py check_templates: every template compiles."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateSyntaxError
from django.template.loader import get_template


class Command(BaseCommand):
    """Compiles all of templates/; exits 1 with the list of those that do not."""

    help = "Compile every template."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load one after the other."""
        folder = settings.BASE_DIR / "templates"
        names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in {".html", ".txt", ".svg", ".js"})
        faults = []
        for name in names:
            try:
                get_template(name)
            except TemplateSyntaxError as error:
                faults.append(f"{name}: {error}")
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(names)} templates compile")
