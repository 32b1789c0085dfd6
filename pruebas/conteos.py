"""Count sessions in one line each, for tests. Who does it is the superuser of `ayudas` unless the test says."""

from typing import Any

from inventario.cuentas.models import Usuario
from lotes.models import Almacen, Existencia, Lote
from movimientos.conteos import numeros, services
from movimientos.conteos.alcance import Alcance
from movimientos.conteos.models import Conteo, LineaDelConteo, NumeroContado
from pruebas.ayudas import jefe

DE_ALCANCE = ("categoria", "productos", "lotes", "clases", "sin_contar")


def abrir(usuario: Usuario | None = None, **datos: Any) -> Conteo:
    alcance = {k: datos.pop(k) for k in DE_ALCANCE if k in datos}
    hoy = datos.pop("hoy", None)
    return services.abrir(services.Apertura(alcance=Alcance(**alcance), **datos), usuario=usuario or jefe(), hoy=hoy)


def contar(conteo: Conteo, lote: Lote, cantidad: int, usuario: Usuario | None = None, **resto: Any) -> NumeroContado:
    contado = numeros.Contado(lote=lote.pk, cantidad=cantidad, **resto)
    [numero] = numeros.contar(conteo, [contado], usuario=usuario or jefe())
    return numero


def linea(conteo: Conteo, lote: Lote) -> LineaDelConteo:
    return LineaDelConteo.objects.get(conteo=conteo, lote=lote)


def saldo(lote: Lote, almacen: Almacen | None = None) -> int:
    filas = Existencia.objects.filter(lote=lote)
    return sum((filas.filter(almacen=almacen) if almacen else filas).values_list("cantidad", flat=True))
