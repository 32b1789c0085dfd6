#!/bin/sh
# Run a command as on a machine with python3 and make only: a PATH without the programs of herramientas/programas.py.
#     herramientas/desnudo.sh make test RAPIDO=1
set -eu
carpeta=$(mktemp -d)
trap 'rm -rf "$carpeta"' EXIT
for programa in /usr/bin/* /bin/*; do
    nombre=${programa##*/}
    case $nombre in
        chromium* | google-chrome* | pgbouncer | msg* | xgettext | node* | npm | npx | curl) ;;
        *) [ -e "$carpeta/$nombre" ] || ln -s "$programa" "$carpeta/$nombre" ;;
    esac
done
ln -sf "$(python3 -c 'import sys; print(sys.executable)')" "$carpeta/python3"
env -u CHROMIUM PATH="$carpeta" "$@"
