from ._reporte import orden_de

Command = orden_de("conteos")
