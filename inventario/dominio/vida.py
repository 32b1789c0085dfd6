"""The life of a row that people keep by hand and that history points to: what of it may still change, and when it may go.

Each model says its rules once, in `fijos` and `comprobar_cambio`. Pages, API, admin, commands and shell all end in `save` and
`delete`, which ask them; forms learn of a refusal from `clean`, beside its field.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import PROTECT, ForeignObjectRel
from django.utils.formats import number_format
from django.utils.functional import Promise

from .exceptions import CambioImposible, EnUso, ErrorDeDominio
from .transacciones import bloquear

TOPE = 10_000  # of what is counted: a refusal costs the same however much hangs from a row
EJEMPLOS = 3
RECHAZO = "rechazo"  # the code of a form's error that is a refusal, not a mistake in what was typed


class ConHistoria(models.Model):
    """Base of the models that have such a life."""

    EN_USO: ClassVar[type[EnUso]] = EnUso  # how a row that others point to refuses to go

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():  # so that what follows from it, alerts and audit, commits with it
            self.comprobar(kwargs.get("update_fields"))
            super().save(*args, **kwargs)

    def bloqueada(self) -> Self | None:
        """The row as it is stored, locked; None when there is none."""
        bloquear(type(self), [self.pk])
        return type(self)._base_manager.filter(pk=self.pk).first()

    def fijos(self) -> dict[str, str | Promise]:
        """The fields of the row, as it is stored, that can no longer change; of each, why."""
        return {}

    def comprobar_cambio(self, antes: Self, cambian: Collection[str]) -> None:
        """Raise the refusal of a change that may not be made. `antes` is the row as it is stored, locked; `cambian`, the names of
        the fields in which this one differs.
        """
        for campo, porque in antes.fijos().items():
            if campo in cambian:
                raise CambioImposible(porque, campo=campo)

    def comprobar(self, campos: Iterable[str] | None = None) -> None:
        """Raise the refusal of what this row would change if it were saved, or if only `campos` of it were."""
        if self.pk is None:
            return
        with transaction.atomic():
            antes = self.bloqueada()
            if antes is None:
                return
            concretos = [f for f in self._meta.concrete_fields if not f.generated]
            cambian = {f.name for f in concretos if _valor(self, f) != _valor(antes, f)}
            if campos is not None:
                pedidos = set(campos)
                cambian &= {f.name for f in concretos if pedidos & {f.name, f.attname}}
            if cambian:
                self.comprobar_cambio(antes, cambian)

    def clean(self) -> None:
        super().clean()
        try:
            self.comprobar()
        except ErrorDeDominio as error:
            raise ValidationError({error.datos["campo"]: ValidationError(str(error), code=RECHAZO)}) from error

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if dependen := dependientes(self):
            raise self.EN_USO(dependen=[d.datos() for d in dependen])
        return super().delete(*args, **kwargs)


def _valor(fila: models.Model, campo: "models.Field[Any, Any]") -> Any:
    return campo.to_python(getattr(fila, campo.attname))


@dataclass(frozen=True, slots=True)
class Dependientes:
    """Rows of `modelo` that keep another from being deleted: how many (TOPE at most) and what the first are called."""

    modelo: type[models.Model]
    cuantos: int
    hay_mas: bool
    ejemplos: list[str]

    def datos(self) -> dict[str, Any]:
        return {
            "modelo": self.modelo._meta.model_name,
            "cuantos": self.cuantos,
            "hay_mas": self.hay_mas,
            "ejemplos": self.ejemplos,
        }

    def __str__(self) -> str:
        meta, mas = self.modelo._meta, "+" if self.hay_mas else ""
        nombre = meta.verbose_name if self.cuantos == 1 else meta.verbose_name_plural
        resto = "…" if self.cuantos > len(self.ejemplos) else ""
        return f"{number_format(self.cuantos, force_grouping=True)}{mas} {nombre}: {', '.join(self.ejemplos)}{resto}"


def dependientes(fila: models.Model) -> list[Dependientes]:
    """What keeps `fila` from being deleted: the rows that point at it with PROTECT. Django's own collector would read them all.

    Relations with an index of their own come first, and where one of them has rows the others are not asked: a row of a warehouse
    in the ledger would be looked for line by line.
    """
    relaciones = [r for r in fila._meta.get_fields(include_hidden=True) if isinstance(r, ForeignObjectRel)]
    protegen = [r for r in relaciones if r.on_delete is PROTECT]
    for con_indice in (True, False):
        hallados = [_de(r, fila) for r in protegen if getattr(r.field, "db_index", False) is con_indice]
        if con_filas := [d for d in hallados if d.cuantos]:
            return con_filas
    return []


def _de(relacion: ForeignObjectRel, fila: models.Model) -> Dependientes:
    modelo = relacion.related_model
    filas = modelo._base_manager.filter(**{relacion.field.name: fila}).order_by()
    cuantos = filas[: TOPE + 1].count()
    ejemplos = list(map(str, filas.order_by("pk")[:EJEMPLOS])) if cuantos else []
    return Dependientes(modelo, min(cuantos, TOPE), cuantos > TOPE, ejemplos)
