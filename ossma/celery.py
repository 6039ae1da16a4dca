"""The Celery application: worker and scheduler. Tasks are found in each app's tasks.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ossma.settings")

app = Celery("ossma")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
