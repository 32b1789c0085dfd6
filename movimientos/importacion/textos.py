"""What each code says, in a sentence: of a file that cannot be read, of a row, of a question."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .limites import Ilegible

ARCHIVO: dict[str, Promise] = {
    "archivo_vacio": gettext_lazy("El archivo está vacío."),
    "archivo_demasiado_grande": gettext_lazy("El archivo pasa de %(n)s MB. Divídalo en varios."),
    "no_es_lo_que_dice": gettext_lazy(
        "No es un CSV ni un libro XLSX. Ábralo en su hoja de cálculo y guárdelo como uno de los dos."
    ),
    "libro_con_macros": gettext_lazy("El libro tiene macros. Guárdelo como XLSX sin macros."),
    "libro_cifrado": gettext_lazy("El libro está protegido con contraseña. Quítesela y vuelva a enviarlo."),
    "libro_antiguo": gettext_lazy("Es un libro XLS antiguo. Guárdelo como XLSX."),
    "libro_danado": gettext_lazy("El libro está dañado: no se puede abrir."),
    "bomba": gettext_lazy("El libro ocupa demasiado al descomprimirse."),
    "demasiadas_columnas": gettext_lazy("Hay más de %(n)s columnas."),
    "demasiadas_filas": gettext_lazy("Hay más de %(n)s filas. Divida el archivo."),
    "contiene_nul": gettext_lazy("El archivo tiene caracteres nulos: no es un CSV."),
    "codificacion": gettext_lazy("No se entiende el texto del archivo. Guárdelo como CSV UTF-8."),
    "csv_roto": gettext_lazy("El CSV no se puede leer cerca de la línea %(fila)s: hay unas comillas sin cerrar."),
    "hoja_desconocida": gettext_lazy("No hay ninguna hoja «%(hoja)s»."),
}
FILA: dict[str, Promise] = {
    "sku_falta": gettext_lazy("Falta el SKU: toda fila dice de qué producto es."),
    "fecha_imposible": gettext_lazy("No es una fecha: se espera una como 31/12/2027 o 2027-12-31, del 2000 al 2100."),
    "fecha_ambigua": gettext_lazy("Puede ser más de una fecha: decida antes cómo se lee la columna."),
    "fecha_sin_dia": gettext_lazy("Falta el día: se espera una fecha completa."),
    "numero_invalido": gettext_lazy("No es un número."),
    "numero_ambiguo": gettext_lazy("Puede ser más de un número: decida antes cómo se lee la columna."),
    "cantidad_no_entera": gettext_lazy("Se espera un número entero de unidades."),
    "cantidad_negativa": gettext_lazy("No puede ser negativa."),
    "cantidad_excesiva": gettext_lazy("Pasa de mil millones."),
    "costo_invalido": gettext_lazy("Se espera un costo de cero o más, con hasta 6 decimales."),
    "codigo_deformado": gettext_lazy(
        "La hoja de cálculo lo escribió en notación científica y perdió cifras: dé a la columna formato de texto."
    ),
    "si_o_no": gettext_lazy("Se espera Sí o No."),
    "texto_largo": gettext_lazy("Es demasiado largo. %(detalle)s"),
    "gtin_invalido": gettext_lazy("No es un GTIN. %(detalle)s"),
    "valor_invalido": gettext_lazy("No es válido. %(detalle)s"),
    "gtin_repetido": gettext_lazy("Ese GTIN ya es de %(sku)s."),
    "almacen_desconocido": gettext_lazy("No hay ningún almacén con ese nombre o código."),
    "almacen_inactivo": gettext_lazy("Ese almacén está cerrado."),
    "producto_desconocido": gettext_lazy("No existe el producto, y el archivo no dice su nombre para crearlo."),
    "producto_inactivo": gettext_lazy("El producto está inactivo: no admite entradas."),
    "nombre_falta": gettext_lazy("Falta el nombre del producto nuevo."),
    "caducidad_falta": gettext_lazy("Falta la caducidad, y el producto la controla."),
    "lote_falta": gettext_lazy("Falta el código del lote."),
    "caducidad_distinta": gettext_lazy("El lote %(lote)s viene con más de una caducidad: %(fechas)s."),
    "ya_caducado": gettext_lazy("Ya caducó. Para que entre, decídalo para todo el archivo."),
    "cantidad_cambiada": gettext_lazy(
        "Ya entraron %(antes)s y ahora dice %(ahora)s: corríjalo con un conteo, no con otra entrada."
    ),
    "con_otra_fila": gettext_lazy("Va con la fila %(otra)s, que tiene un error: es del mismo lote."),
    "rechazada_al_publicar": gettext_lazy("No se pudo publicar: %(detalle)s"),
    "fila_de_total": gettext_lazy("Es una fila de totales: no se importa."),
    "cabecera_repetida": gettext_lazy("Repite la cabecera: no se importa."),
    "ya_publicada": gettext_lazy("Ya entró antes con esa cantidad."),
    "sin_cambios": gettext_lazy("El producto ya está así."),
    "sin_cantidad": gettext_lazy("No dice cantidad: no entra nada, solo se crea el producto si es nuevo."),
    "producto_cambia": gettext_lazy("El producto ya existe: cambia %(campos)s."),
    "sku_repetido": gettext_lazy("El SKU está también en la fila %(otra)s: vale lo que dice la primera."),
    "nombre_distinto": gettext_lazy("El SKU ya tenía otro nombre en el archivo: queda «%(queda)s»."),
    "se_suman": gettext_lazy("Varias filas del mismo lote (%(filas)s) se suman: %(total)s."),
    "fecha_de_serie": gettext_lazy("Es el número de serie de una fecha: %(fecha)s."),
    "fecha_de_mes": gettext_lazy("Solo dice el mes: %(fecha)s."),
}
PREGUNTAS: dict[str, Promise] = {
    "orden_de_fecha": gettext_lazy("¿Qué va primero en las fechas?"),
    "mes_solo": gettext_lazy("Hay fechas sin día. ¿Qué se hace?"),
    "decimal": gettext_lazy("¿Qué separa los decimales?"),
    "ceros_perdidos": gettext_lazy("Unos códigos empiezan por cero y otros los perdieron. ¿Qué se hace?"),
    "caducados": gettext_lazy("Hay lotes que ya caducaron. ¿Entran?"),
    "sin_caducidad": gettext_lazy("Hay productos nuevos sin lote ni caducidad. ¿Qué se hace?"),
    "almacenes": gettext_lazy("El archivo nombra almacenes que no existen. ¿Qué se hace?"),
}
OPCIONES: dict[str, Promise] = {
    "dia_primero": gettext_lazy("El día: 03/04 es 3 de abril"),
    "mes_primero": gettext_lazy("El mes: 03/04 es 4 de marzo"),
    "fin_de_mes": gettext_lazy("Vale el último día del mes"),
    "rechazar": gettext_lazy("Se rechazan esas filas"),
    "decimal_coma": gettext_lazy("La coma: 1.250 son mil doscientos cincuenta"),
    "decimal_punto": gettext_lazy("El punto: 1.250 es uno y cuarto"),
    "completar": gettext_lazy("Completar con ceros a la izquierda"),
    "dejar": gettext_lazy("Dejarlos como están"),
    "omitir": gettext_lazy("No: se rechazan esas filas"),
    "entrar": gettext_lazy("Sí, y quedan como caducados"),
    "no_caducan": gettext_lazy("Se crean como productos que no caducan"),
    "crear": gettext_lazy("Se crean"),
}
CAMPOS: dict[str, Promise] = {
    "sku": gettext_lazy("SKU"),
    "nombre": gettext_lazy("Nombre del producto"),
    "descripcion": gettext_lazy("Descripción"),
    "categoria": gettext_lazy("Categoría"),
    "unidad": gettext_lazy("Unidad"),
    "gtin": gettext_lazy("GTIN (código de barras)"),
    "stock_minimo": gettext_lazy("Stock mínimo"),
    "stock_maximo": gettext_lazy("Stock máximo"),
    "dias_aviso": gettext_lazy("Días de aviso"),
    "vida_minima_despacho": gettext_lazy("Vida mínima al despachar"),
    "controla_caducidad": gettext_lazy("Controla caducidad"),
    "lote": gettext_lazy("Lote"),
    "fecha_caducidad": gettext_lazy("Caducidad"),
    "fecha_fabricacion": gettext_lazy("Fecha de fabricación"),
    "cantidad": gettext_lazy("Cantidad"),
    "costo_unitario": gettext_lazy("Costo unitario"),
    "almacen": gettext_lazy("Almacén"),
    "contraparte": gettext_lazy("Proveedor"),
}


def de_archivo(error: Ilegible) -> str:
    return str(ARCHIVO[error.codigo]) % error.datos


def de_fila(codigo: str, datos: Mapping[str, Any]) -> str:
    return str(FILA[codigo]) % datos


def de_campo(campo: str) -> str:
    """What a field is called; a column that holds one warehouse says which."""
    nombre = campo.partition(":")[2]
    return _("Existencias en %(almacen)s") % {"almacen": nombre} if nombre else str(CAMPOS[campo])
