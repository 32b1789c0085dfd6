import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos, ErrorDeDominio
from inventario.plataforma.progreso import Progreso
from lotes.models import Almacen
from movimientos.importacion import services, textos
from movimientos.importacion.limites import BYTES
from movimientos.models import Importacion


class Command(BaseCommand):
    help = (
        "Import products, or opening stock with its lots, from a CSV or XLSX file, as the page does. Without --confirmar it only "
        "tries it, and says what is wrong with each row. The same file again posts nothing; an interrupted run goes on with "
        "--continuar. Exit code: 0 done, 1 refused, 3 some rows were refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archivo", nargs="?", help="the file")
        parser.add_argument("--usuario", required=True, help="who imports: the entries carry this name")
        parser.add_argument("--tipo", choices=Importacion.Tipo.values, default="existencias")
        parser.add_argument("--almacen", help="code of the warehouse of rows that name none (the default one)")
        parser.add_argument("--hoja", help="the sheet (the one whose header is understood best)")
        parser.add_argument(
            "--columna", action="append", default=[], metavar="D=fecha_caducidad", help="what a column is"
        )
        parser.add_argument(
            "--decision", action="append", default=[], metavar="D=dia_primero", help="how a column is read"
        )
        parser.add_argument("--confirmar", action="store_true", help="post what is ready")
        parser.add_argument("--continuar", type=int, metavar="ID", help="go on with an import that was interrupted")

    def handle(self, *args: Any, **opciones: Any) -> None:
        usuario = Usuario.objects.filter(username=opciones["usuario"], is_active=True).first()
        if usuario is None:
            raise CommandError(f"no active user is called {opciones['usuario']}")
        try:
            importacion = self._importacion(usuario, opciones)
            self._preguntas(importacion)
            if opciones["confirmar"] or opciones["continuar"]:
                with Progreso("rows", (importacion.totales or {}).get("listas", 0)) as progreso:
                    services.confirmar(importacion, usuario=usuario, avance=progreso.avanzar)
        except DatosInvalidos as error:
            dichos = [f"{campo}: {mensaje}" for campo, mensajes in error.errores.items() for mensaje in mensajes]
            raise CommandError("\n".join(dichos)) from error
        except ErrorDeDominio as error:
            raise CommandError(str(error)) from error
        except PermissionDenied as error:
            raise CommandError(f"{usuario.username} has no permission: {error}") from error
        self._decir(importacion)
        if (importacion.totales or {}).get("rechazadas"):
            sys.exit(3)

    def _importacion(self, usuario: Usuario, opciones: dict[str, Any]) -> Importacion:
        if opciones["continuar"]:
            hallada = Importacion.objects.filter(pk=opciones["continuar"]).first()
            if hallada is None:
                raise CommandError(f"there is no import {opciones['continuar']}")
            return hallada
        ruta = Path(opciones["archivo"] or "")
        if not ruta.is_file():
            raise CommandError("say which file")
        with ruta.open("rb") as archivo:
            contenido = archivo.read(BYTES + 1)
        importacion = services.crear(
            usuario=usuario,
            tipo=opciones["tipo"],
            nombre=ruta.name,
            contenido=contenido,
            almacen=self._almacen(opciones["almacen"]),
        )
        mapa, decisiones = _pares(opciones["columna"]), _pares(opciones["decision"])
        if opciones["hoja"] or mapa:
            services.cambiar(
                importacion, usuario=usuario, hoja=opciones["hoja"], mapa={c: v[0] for c, v in mapa.items()}
            )
        if decisiones:
            services.cambiar(importacion, usuario=usuario, decisiones=decisiones)
        return importacion

    def _almacen(self, codigo: str | None) -> Almacen | None:
        if not codigo:
            return None
        almacen = Almacen.objects.activos().filter(codigo=codigo).first()
        if almacen is None:
            raise CommandError(f"no open warehouse has the code {codigo}")
        return almacen

    def _preguntas(self, importacion: Importacion) -> None:
        for columna, titulo in zip(importacion.mapa, importacion.mapa.values(), strict=True):
            self.stdout.write(f"  {columna}: {titulo}")
        for p in importacion.preguntas:
            quien = p["columna"] or p["codigo"]
            eleccion = p["elegida"] or "?"
            self.stdout.write(
                f"  {quien} {p['codigo']}: {eleccion} ({' | '.join(p['opciones'])}) {', '.join(p['ejemplos'])}"
            )

    def _decir(self, importacion: Importacion) -> None:
        for p in importacion.problemas.all()[:1000]:
            self.stdout.write(f"  {p.fila}{p.columna:>3} [{p.codigo}] {p.valor!r}: {textos.de_fila(p.codigo, p.datos)}")
        totales = importacion.totales or {}
        self.stdout.write(
            f"Import {importacion.pk} ({services.estado_de(importacion)}): "
            + ", ".join(f"{k} {v}" for k, v in totales.items())
        )


def _pares(dichos: list[str]) -> dict[str, list[str]]:
    """ "D=dia_primero" more than once: every value of D."""
    pares: dict[str, list[str]] = {}
    for dicho in dichos:
        clave, signo, valor = dicho.partition("=")
        if not signo:
            raise CommandError(f"{dicho}: write it as D=value")
        pares.setdefault(clave, []).append(valor)
    return pares
