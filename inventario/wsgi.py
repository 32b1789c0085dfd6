"""WSGI entry point: `gunicorn inventario.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from inventario.plataforma.conexion import cerrando

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")
application = cerrando(get_wsgi_application())
