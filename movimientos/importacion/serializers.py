"""The shape of an import over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventario.api.campos import Entero, Peticion, Texto
from lotes.models import Almacen

from . import services, textos
from .cabecera import letra
from .models import Importacion, ProblemaDeFila


class ImportacionPeticion(serializers.Serializer):
    """A file to import: it is tried at once, and posts nothing. Sent again it is only tried again: what was posted is by row."""

    archivo = serializers.FileField(help_text="CSV or XLSX, at most 20 MB.")
    tipo = serializers.ChoiceField(choices=Importacion.Tipo.choices)
    almacen = serializers.PrimaryKeyRelatedField(
        queryset=Almacen.objects.activos(),
        required=False,
        help_text="Of rows that name none; left out, the default one.",
    )


class ImportacionCambioPeticion(Peticion):
    """What was understood wrong, and what must be decided. Each change tries the file again."""

    hoja = Texto(max_length=100, required=False, help_text="The sheet.")
    fila_cabecera = Entero(min_value=1, max_value=1000, required=False, help_text="The row where the titles begin.")
    mapa = serializers.DictField(
        child=Texto(max_length=120, allow_blank=True), required=False, help_text="Column → field; blank, not imported."
    )
    decisiones = serializers.DictField(
        child=Texto(max_length=40), required=False, help_text="Column, or the name of a general question → option."
    )


class ConfirmarPeticion(Peticion):
    """For how long to post before answering."""

    segundos = Entero(min_value=1, max_value=25, required=False, help_text="Left out, 20.")


class DecisionDeColumna(serializers.Serializer):
    """A question about a column. `elegida` is null while it waits."""

    codigo = serializers.CharField()
    opciones = serializers.ListField(child=serializers.CharField())
    elegida = serializers.CharField(allow_null=True)


_TEXTO = {"type": "string"}


@extend_schema_field(
    {
        "type": "object",
        "nullable": True,
        "description": "The first of its questions that waits, else the first.",
        "required": ["codigo", "opciones", "elegida"],
        "properties": {
            "codigo": _TEXTO,
            "opciones": {"type": "array", "items": _TEXTO},
            "elegida": {"type": "string", "nullable": True},
        },
    }
)
class DecisionOpcional(serializers.Field):
    """A question, or null."""


class ColumnaImportada(serializers.Serializer):
    """A column of the file."""

    columna = serializers.CharField()
    titulo = serializers.CharField()
    campo = serializers.CharField(allow_null=True)
    decision = DecisionOpcional()


class PreguntaDeImportacion(DecisionDeColumna):
    """Every question: of a column, or of the whole file, where `columna` is blank. `ejemplos`: cells that ask it."""

    columna = serializers.CharField(allow_blank=True)
    ejemplos = serializers.ListField(child=serializers.CharField())


class TotalesDeImportacion(serializers.Serializer):
    """Rows: `filas` = `listas` + `omitidas` + `rechazadas`; once it is done, `publicadas` in place of `listas`."""

    filas = serializers.IntegerField()
    listas = serializers.IntegerField()
    omitidas = serializers.IntegerField()
    rechazadas = serializers.IntegerField()
    unidades = serializers.IntegerField()
    pendientes = serializers.IntegerField(help_text="Questions that wait.")
    publicadas = serializers.IntegerField()
    operaciones = serializers.ListField(child=serializers.IntegerField())


class ImportacionRespuesta(serializers.ModelSerializer):
    """An import: what was understood of the file, what waits to be decided, and what its rows become."""

    almacen = serializers.IntegerField(source="almacen_id", allow_null=True)
    usuario = serializers.CharField(source="usuario.username")
    estado = serializers.SerializerMethodField()
    hojas = serializers.ListField(child=serializers.CharField())
    columnas = serializers.SerializerMethodField()
    preguntas = serializers.SerializerMethodField()
    pendientes = serializers.SerializerMethodField()
    totales = serializers.SerializerMethodField()

    class Meta:
        model = Importacion
        fields = [
            "id", "tipo", "estado", "archivo", "almacen", "usuario", "hojas", "hoja", "fila_cabecera", "columnas", "preguntas",
            "pendientes", "totales", "creada_en",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Importacion.Estado.choices))
    def get_estado(self, i: Importacion) -> str:
        return services.estado_de(i)

    @extend_schema_field(ColumnaImportada(many=True))
    def get_columnas(self, i: Importacion) -> list[dict[str, Any]]:
        def decision(columna: str) -> dict[str, Any] | None:
            suyas = sorted((p for p in i.preguntas if p["columna"] == columna), key=lambda p: p["elegida"] is not None)
            return {c: suyas[0][c] for c in ("codigo", "opciones", "elegida")} if suyas else None

        letras = [(letra(n), titulo.replace(" | ", " ")) for n, titulo in enumerate(i.titulos)]
        return [{"columna": c, "titulo": t, "campo": i.mapa.get(c), "decision": decision(c)} for c, t in letras]

    @extend_schema_field(PreguntaDeImportacion(many=True))
    def get_preguntas(self, i: Importacion) -> list[dict[str, Any]]:
        return [{c: p[c] for c in ("columna", "codigo", "opciones", "elegida", "ejemplos")} for p in i.preguntas]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_pendientes(self, i: Importacion) -> list[str]:
        return list(dict.fromkeys(p["columna"] or p["codigo"] for p in i.preguntas if p["elegida"] is None))

    @extend_schema_field(TotalesDeImportacion)
    def get_totales(self, i: Importacion) -> dict[str, Any]:
        dichos = i.totales or {}
        campos = [str(c) for c in TotalesDeImportacion().fields if c != "operaciones"]
        return {c: dichos.get(c, 0) for c in campos} | {"operaciones": i.operaciones}


class ProblemaRespuesta(serializers.ModelSerializer):
    """A row that is refused (`error`), left out (`omision`) or remarked on (`aviso`), and what was expected of it."""

    detail = serializers.SerializerMethodField()

    class Meta:
        model = ProblemaDeFila
        fields = ["fila", "columna", "valor", "codigo", "clase", "detail"]
        read_only_fields = fields

    def get_detail(self, p: ProblemaDeFila) -> str:
        return textos.de_fila(p.codigo, p.datos)
