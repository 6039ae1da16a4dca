"""The web server's entry point."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ossma.settings")

application = get_wsgi_application()
import_module("ossma.portals.startup").refuse_unsafe_production()
import_module("ossma.core.zone_check").warn_at_start()
