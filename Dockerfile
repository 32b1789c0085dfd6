# syntax=docker/dockerfile:1
# One image for web, release step and scheduled commands. docs/operating.md says how each instruction was verified.
ARG PYTHON=3.13-slim

FROM python:${PYTHON} AS ruedas
# Only the pinned, hashed requirements: this layer changes when they do, not with the code.
COPY requirements.txt /tmp/
RUN pip wheel --no-cache-dir --no-deps --require-hashes --wheel-dir /ruedas -r /tmp/requirements.txt

FROM python:${PYTHON} AS entorno
RUN --mount=type=bind,from=ruedas,source=/ruedas,target=/ruedas \
    python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --no-index --no-deps --no-compile /ruedas/*.whl \
    && /opt/venv/bin/python -m compileall -q /opt/venv \
    && rm -rf /opt/venv/lib/python3*/site-packages/pip /opt/venv/lib/python3*/site-packages/pip-* /opt/venv/bin/pip*
WORKDIR /app
COPY . .
# Keys of this step only: nothing of it stays in a layer or in the environment.
RUN SECRET_KEY=$(/opt/venv/bin/python -c "import secrets; print(secrets.token_urlsafe(50))") ALLOWED_HOSTS=build \
    DATABASE_URL=sqlite://:memory: /opt/venv/bin/python manage.py collectstatic --noinput -v0 --ignore redoc \
    && /opt/venv/bin/python -m compileall -q .

FROM python:${PYTHON} AS final
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin inventario \
    && mkdir /datos && chown inventario: /datos
COPY --from=entorno /opt/venv /opt/venv
COPY --from=entorno /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8000
USER inventario
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/salud/viva/', timeout=4)"]
CMD ["gunicorn"]
