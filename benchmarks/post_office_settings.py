"""The settings of the peer that safety mails are measured against: ours, and django-post_office. Used by its own process only."""

from ossma.settings import *  # noqa: F403
from ossma.settings import INSTALLED_APPS, LOGGING

INSTALLED_APPS = [*INSTALLED_APPS, "post_office"]
# As fast as it goes: batches as large as its documentation suggests, its own number of threads, no log row per mail.
POST_OFFICE = {"BATCH_SIZE": 500, "LOG_LEVEL": 0, "MAX_RETRIES": 0}
LOGGING = {**LOGGING, "loggers": {"post_office": {"level": "WARNING", "handlers": ["stderr"]}}}
