"""Dump, restore into an empty database, and the restored one verifies."""

import subprocess

from herramientas.servidores import ENTORNO, Postgres

from .banco import Banco, Resultado, banco_postgres, carpeta
from .concurrencia import DESPACHOS
from .web import Cliente, web


def restauracion(pg: Postgres, completo: bool) -> Resultado:
    """pg_dump while the service dispatches; the copy must be of one moment."""
    banco = banco_postgres(pg, "original")
    datos = banco.preparar(3, 3, 10_000)
    archivo = carpeta() / "respaldo.dump"
    cuerpo = {"lineas": [{"producto": p, "cantidad": 2} for p in datos["productos"]]}
    with web(banco.variables, carpeta() / "restauracion.log") as servidor:
        c = Cliente(servidor.puerto, datos["llave"])
        for _ in range(20):
            c.pedir("POST", DESPACHOS, cuerpo)
        volcado = subprocess.Popen([*_orden(pg, "pg_dump"), "-Fc", "-f", archivo, "original"], env=ENTORNO)
        while volcado.poll() is None:
            c.pedir("POST", DESPACHOS, cuerpo)
        c.cerrar()
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
    with copia.conectar(autocommit=True) as conexion:
        conexion.execute("DROP TRIGGER movimientos_movimiento_sin_cambios ON movimientos_movimiento")
    control = copia.verificar()
    return Resultado("restaurar", cifras, cumple, {"sin un disparador: verificar": control}, control == 1)


def _orden(pg: Postgres, programa: str) -> list[str]:
    return [str(pg.bindir / programa), "-h", str(pg.base), "-p", str(pg.puerto), "-U", "postgres"]
