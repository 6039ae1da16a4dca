"""Figures of quality.md. Importing this package sets Django up, with the settings of the environment and without debugging."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ossma.settings")
os.environ["DEBUG"] = "false"
django.setup()
