"""Figures of quality.md. Importing this package sets Django up with the settings of the environment, without debugging; programs that only
start others need no settings."""

import os

import django

if "SECRET_KEY" in os.environ:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ossma.settings")
    os.environ["DEBUG"] = "false"
    django.setup()
