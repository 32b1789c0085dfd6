"""Dump, restore into an empty database, and the restored one verifies."""

import subprocess

from herramientas.cliente import Cliente
from herramientas.servidores import ENTORNO, Postgres

from .banco import DESPACHOS, Banco, Resultado, banco_postgres, carpeta


def restauracion(pg: Postgres, completo: bool) -> Resultado:
    """pg_dump while the service dispatches; the copy must be of one moment."""
    banco = banco_postgres(pg, "original")
    banco.preparar(3, 3, 10_000)
    archivo = carpeta() / "respaldo.dump"
    cuerpo = banco.cuerpo(2, banco.productos)
    with banco.web("restauracion") as servidor:
        cliente = Cliente(servidor.puerto, banco.llave, mantener=False)
        for _ in range(20):
            cliente.pedir("POST", DESPACHOS, cuerpo)
        volcado = subprocess.Popen([*_orden(pg, "pg_dump"), "-Fc", "-f", archivo, "original"], env=ENTORNO)
        while volcado.poll() is None:
            cliente.pedir("POST", DESPACHOS, cuerpo)
    pg.psql("CREATE DATABASE copia")
    copia = Banco(pg, pg.url_de("copia"))
    vuelta = subprocess.run(
        [*_orden(pg, "pg_restore"), "-d", "copia", "--exit-on-error", archivo], env=ENTORNO, check=False
    )
    archivo.unlink()
    cifras = {
        "pg_dump": volcado.returncode,
        "pg_restore": vuelta.returncode,
        "líneas": copia.contar("SELECT count(*) FROM movimientos_movimiento"),
        "verificar": copia.verificar(),
    }
    cumple = [cifras[x] for x in ("pg_dump", "pg_restore", "verificar")] == [0, 0, 0] and cifras["líneas"] >= 60
    copia.ejecutar("DROP TRIGGER movimientos_movimiento_sin_cambios ON movimientos_movimiento")
    control = copia.verificar()
    return Resultado("restaurar", cifras, cumple, {"sin un disparador: verificar": control}, control == 1)


def _orden(pg: Postgres, programa: str) -> list[str]:
    return [str(pg.bindir / programa), "-h", str(pg.base), "-p", str(pg.puerto), "-U", "postgres"]
