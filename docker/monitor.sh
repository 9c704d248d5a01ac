#!/usr/bin/env bash
# Bring the monitor's database, static files and administrator up to date, then serve it.
set -euo pipefail
django-admin migrate --noinput
django-admin collectstatic --noinput
DJANGO_SUPERUSER_PASSWORD=$MONITOR_ADMIN_PASSWORD django-admin ensure_admin admin
unset MONITOR_ADMIN_PASSWORD
exec gunicorn --config python:monitor.gunicorn --bind 0.0.0.0:8000 monitor.wsgi
