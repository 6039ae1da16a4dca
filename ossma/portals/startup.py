"""What refuses to start: a production server with demo accounts or demo keys (interface.md, quality.md)."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import DatabaseError

from members.models import User

DEMO_MARK = "demo-"


def refuse_demo_in_production() -> None:
    """Raises ImproperlyConfigured when this is no demo and demo keys or demo accounts are in use."""
    if settings.DEBUG or settings.DEMO:
        return
    if settings.SECRET_KEY.startswith(DEMO_MARK):
        raise ImproperlyConfigured("SECRET_KEY is the demo's: make a key of your own.")
    try:
        found = User.objects.filter(is_demo=True).exists()
    except DatabaseError:
        # The database may still be starting or not be migrated: the health page says so, and nobody can log in.
        return
    if found:
        raise ImproperlyConfigured("There are demo accounts in this database: remove them before going live.")
