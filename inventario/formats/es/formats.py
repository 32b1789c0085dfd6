"""What the region says, whatever the language."""

from inventario.dominio import region

DECIMAL_SEPARATOR, THOUSAND_SEPARATOR, _orden = region.partes()
NUMBER_GROUPING = 3
SHORT_DATE_FORMAT = "d/m/Y" if _orden == "dma" else "m/d/Y"
SHORT_DATETIME_FORMAT = f"{SHORT_DATE_FORMAT} H:i"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y" if _orden == "dma" else "%m/%d/%Y"]
