"""The Celery application: worker and scheduler. Tasks are found in each app's tasks.py."""

import os
import sys
from importlib import import_module
from typing import Any

import django
from celery import Celery
from celery.signals import beat_init, worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ossma.settings")

app = Celery("ossma")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_unsafe_production(**_named: Any) -> None:
    """Worker and scheduler end where the web server would not start. Celery swallows exceptions here, no exit."""
    django.setup()
    try:
        import_module("ossma.portals.startup").refuse_unsafe_production()
    except ImproperlyConfigured as error:
        # Celery has put its log in the place of sys.stderr, and ends before it is written.
        print(error, file=sys.__stderr__, flush=True)
        sys.exit(1)
    import_module("ossma.core.zone_check").warn_at_start()
