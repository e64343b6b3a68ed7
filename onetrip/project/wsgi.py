"""Pages in production: granian serves this over WSGI, measured several times the rate of ASGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetrip.project.settings")
application = get_wsgi_application()
