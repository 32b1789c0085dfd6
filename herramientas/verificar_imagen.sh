#!/bin/sh
# The steps of the Dockerfile without Docker, in a clean folder: wheels with hashes, installed without an index, the files
# that .dockerignore lets in, statics collected, and the result started from a read-only tree by nobody.
set -eu
cd "$(dirname "$0")/.."
trabajo=$(mktemp -d); trap 'chmod -R u+w "$trabajo"; rm -rf "$trabajo"' EXIT
PYTHON=${PYTHON:-python3}

"$PYTHON" -m pip wheel -q --no-deps --require-hashes --wheel-dir "$trabajo/ruedas" -r requirements.txt
"$PYTHON" -m venv "$trabajo/venv"
"$trabajo/venv/bin/pip" install -q --no-index --no-deps --no-compile "$trabajo"/ruedas/*.whl
mkdir "$trabajo/app"
# The allow list of .dockerignore, read from it.
sed -n 's/^!//p' .dockerignore | while read -r ruta; do [ ! -e "$ruta" ] || cp -r "$ruta" "$trabajo/app/"; done
find "$trabajo/app" -depth \( -name tests -o -name __pycache__ -o -name '.env*' -o -name '*.sqlite3*' \) -exec rm -rf {} +
cd "$trabajo/app"
PATH="$trabajo/venv/bin:/usr/bin:/bin"; export PATH
SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(50))"); export SECRET_KEY
ALLOWED_HOSTS=build DATABASE_URL=sqlite://:memory: python manage.py collectstatic --noinput -v0 --ignore redoc
mkdir "$trabajo/datos"
chmod 755 "$trabajo"; chmod -R a-w,a+rX "$trabajo/app"
como=""
if [ "$(id -u)" = 0 ]; then
    # Root without a single capability obeys permissions as anybody does, and reaches a Python that lies in its home.
    como="setpriv --bounding-set=-all --inh-caps=-all"
fi
if $como sh -c "echo x > '$trabajo/app/x'" 2>/dev/null; then echo "the tree is not read-only"; exit 1; fi
export ALLOWED_HOSTS=localhost DATABASE_URL="sqlite:///$trabajo/datos/x.sqlite3" GUNICORN_BIND=127.0.0.1:${PUERTO:-8079} GUNICORN_DRENAJE=0 HOME=/nonexistent PYTHONDONTWRITEBYTECODE=1
$como python manage.py inicializar
$como gunicorn & pid=$!
n=0
until python -c "import urllib.request as u; u.urlopen('http://$GUNICORN_BIND/salud/lista/', timeout=4)" 2>/dev/null; do
    n=$((n + 1)); [ $n -lt 60 ] || { kill $pid; echo "not ready"; exit 1; }; sleep 0.5
done
kill $pid; wait $pid
echo "Image steps: OK"
