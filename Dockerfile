# One image for web, worker and scheduler; the command tells which. Built with: docker build -t ossma .
FROM python:3.13-slim-trixie AS packages
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PROJECT_ENVIRONMENT=/opt/venv
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /src
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups --python /usr/local/bin/python3.13

FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 postgresql-common ca-certificates \
    # pg_dump and pg_restore of the server's version, for backups: Debian's own are older.
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/ossma --create-home --shell /usr/sbin/nologin ossma
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 OSSMA_VAR=/var/lib/ossma
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/ossma
COPY . .
# Reads no setting that matters; the values are thrown away with this step.
RUN env DEBUG=true SECRET_KEY=unused SITE_URL=http://unused DATABASE_URL=postgres://unused/unused REDIS_URL=redis://unused MAIL_FROM=unused@unused.example \
    python manage.py translations --compile
USER ossma
VOLUME /var/lib/ossma
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", \
     "--respawn-failed-workers", "--workers-kill-timeout", "10", "--no-ws", "ossma.wsgi:application"]
