"""How gunicorn serves the monitor: gunicorn --config python:monitor.gunicorn --bind ADDRESS:PORT monitor.wsgi

Threads wait for databases side by side; each process has one session with Cassandra, made after the fork.
"""

import sys

from data_models import settings

# The thread that takes Cassandra's answers off the wire waits for those that fold and write, so long at a time.
sys.setswitchinterval(0.0005)

worker_class = "gthread"
workers = settings.number("HMSF_MONITOR_WORKERS")
threads = settings.number("HMSF_MONITOR_THREADS")
# Longer than the longest statement that is asked of either database.
timeout = 60
graceful_timeout = 20
keepalive = 15
control_socket_disable = True
max_requests = 50_000
max_requests_jitter = 5_000
accesslog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s %(L)s'
forwarded_allow_ips = "*" if settings.number("HMSF_MONITOR_PROXIES") else "127.0.0.1"
