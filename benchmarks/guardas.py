"""The guards that `benchmarks.mutaciones` takes away, by file: name, text, what takes its place (each occurrence), the tests
one of which must then fail, and "postgres" where they need it. Whoever moves a guard moves its row.
"""

GUARDAS: dict[str, list[tuple[str, ...]]] = {
    "productos/models.py": [
        ("candado", '.select_for_update(no_key=True, of=("self",))', "", "movimientos/tests", "postgres"),
        (
            "orden del candado (ORM)",
            'set(ids)).order_by("pk")',
            'set(ids)).order_by("?")',
            "movimientos/tests",
            "postgres",
        ),
    ],
    "movimientos/costeo.py": [
        ("límite de valor", "valor > VALOR_MAXIMO or any", "False and any", "movimientos/tests/test_dinero.py"),
    ],
    "movimientos/verificacion/producto.py": [
        (
            "valor del lote contra sus líneas",
            "lote.valor != lote.costo * sum",
            "False and lote.costo != sum",
            "movimientos/tests/test_dinero.py",
        ),
    ],
    "movimientos/motor/postgres.py": [
        ("orden del candado", "ORDER BY p.id FOR", "ORDER BY random() FOR", "movimientos/tests", "postgres"),
        ("candado de lo preparado", "FOR NO KEY UPDATE OF p", "", "movimientos/tests/test_concurrencia.py", "postgres"),
    ],
    "movimientos/libro.py": [
        ("el saldo no baja de cero", "if x.saldo.cantidad + x.cantidad < 0", "if False", "movimientos/tests"),
        (
            "historia de lo retroactivo",
            "if a.fecha < a.hoy:\n        _comprobar_historia",
            "if False:\n        _comprobar_historia",
            "movimientos/tests",
        ),
        (
            "límite de lo retroactivo",
            "if a.fecha < a.hoy - timedelta(days=settings.DIAS_RETROACTIVO)",
            "if False",
            "movimientos/tests",
        ),
        ("fecha futura", "if a.fecha > a.hoy", "if False", "movimientos/tests inventario/tests"),
        ("motivo que sirve", "if not a.motivo.sirve_para(a.tipo)", "if False", "movimientos/tests"),
        ("almacén activo", "if almacen.pk in entran and not almacen.activo", "if False", "movimientos/tests"),
        (
            "fecha local",
            "timezone.localdate()",
            "timezone.now().date()",
            "movimientos/tests alertas/tests inventario/tests",
        ),
    ],
    "movimientos/repeticiones.py": [
        (
            "otra petición con la misma clave",
            "if previa.resumen not in",
            "if False and previa.resumen not in",
            "movimientos/tests inventario/tests",
        ),
    ],
    "movimientos/firme.py": [
        (
            "se anuncia antes de tomar un id",
            "if anunciado is None else min(proximo, anunciado)",
            "",
            "movimientos/tests/test_firme.py",
            "postgres",
        ),
    ],
    "movimientos/services/ajuste.py": [
        (
            "lo contado, contra el saldo de entonces",
            "self.linea.cantidad - self.habia",
            "self.linea.cantidad - self.saldo.cantidad",
            "movimientos/tests",
        ),
    ],
    "movimientos/cadena.py": [
        (
            "cadena de huellas",
            "[anterior, sello_operacion, ",
            "[sello_operacion, ",
            "movimientos/tests reportes/tests",
        ),
    ],
    "lotes/caducidad.py": [
        ("caduca el día después", "fecha < hoy", "fecha <= hoy", "lotes/tests movimientos/tests alertas/tests"),
        ("vida mínima", "fecha < caducidad_minima(hoy, vida_minima)", "False", "lotes/tests movimientos/tests"),
        ("lote retenido", "if estado in _POR_ESTADO", "if False", "lotes/tests movimientos/tests"),
    ],
    "lotes/almacenes.py": [
        ("el almacén cierra vacío", 'if cuenta["lotes"]:', "if False:", "movimientos/tests/test_almacenes.py"),
        (
            "cerrar espera a las operaciones",
            "        bloqueo.detener()\n",
            "",
            "movimientos/tests/test_cierres.py",
            "postgres",
        ),
    ],
    "lotes/models.py": [
        (
            "el lote tras su producto",
            "self.bloquear_productos([self.pk], y_tambien=[self.producto_id])",
            "pass",
            "inventario/tests/test_carreras.py",
            "postgres",
        ),
        (
            "lote retenido (consulta)",
            "Q(cantidad__gt=0, lote__estado=Lote.Estado.DISPONIBLE)",
            "Q(cantidad__gt=0)",
            "lotes/tests movimientos/tests productos/tests",
        ),
        (
            "el lote que se movió",
            'return {"producto": movido, "codigo": movido, "fecha_caducidad": corregir}',
            "return {}",
            "inventario/tests",
        ),
    ],
    "movimientos/models.py": [
        (
            "el motivo espera a las operaciones",
            "bloqueo.detener()  # an operation under way was judged by what the reason said",
            "pass",
            "movimientos/tests/test_cierres.py",
            "postgres",
        ),
    ],
    "movimientos/fefo.py": [
        (
            "FEFO",
            "self.fecha_caducidad or date.max, self.creado_en",
            "self.creado_en, self.fecha_caducidad or date.max",
            "movimientos/tests",
        ),
    ],
    "movimientos/services/entrada.py": [
        (
            "lo descontinuado no se compra",
            "if not producto.activo and not devuelve",
            "if False",
            "movimientos/tests inventario/tests/test_vida.py",
        ),
        (
            "otra caducidad del mismo lote",
            "x.fecha_caducidad != lote.fecha_caducidad",
            "False",
            "movimientos/tests inventario/tests",
        ),
        (
            "caducado entra con nota",
            "if not p.nota.strip() and any(",
            "if False and any(",
            "movimientos/tests inventario/tests",
        ),
    ],
    "movimientos/services/salida.py": [
        ("solo sale lo despachable", "if not a.motivo.admite_no_disponible", "if False", "movimientos/tests"),
    ],
    "movimientos/services/reverso.py": [
        ("reverso único", "if anterior is not None", "if False", "movimientos/tests"),
        ("no se revierte un reverso", "o.tipo == Tipo.REVERSO or ", "", "movimientos/tests"),
    ],
    "movimientos/candado.py": [
        ("disparadores de operaciones", '    "movimientos_operacion",\n', "", "movimientos/tests reportes/tests"),
        ("disparadores de líneas", '    "movimientos_movimiento",\n', "", "movimientos/tests reportes/tests"),
        (
            "reemplazo de la historia",
            'f"WHEN {_ya_esta(connection, tabla)} "',
            '"WHEN 0 "',
            "movimientos/tests/test_candado.py",
        ),
        (
            "reemplazo por otra clave",
            "UNION ALL SELECT 'pk'",
            "AND 0 UNION ALL SELECT 'pk'",
            "movimientos/tests/test_candado.py",
        ),
        (
            "disparador de TRUNCATE",
            'suceso = "TRUNCATE" if',
            'suceso = "UPDATE" if',
            "movimientos/tests reportes/tests",
            "postgres",
        ),
        (
            "disparador también en una réplica",
            "ENABLE ALWAYS TRIGGER",
            "ENABLE TRIGGER",
            "movimientos/tests/test_candado.py",
            "postgres",
        ),
        (
            "el disparador entero, no su nombre",
            "if puestos.get(n) != como",
            "if n not in puestos",
            "movimientos/tests/test_candado.py",
        ),
    ],
    "movimientos/apps.py": [
        (
            "disparadores tras migrar",
            "post_migrate.connect(al_acabar_de_migrar, sender=self)",
            "pass",
            "movimientos/tests inventario/tests",
        ),
    ],
    "alertas/cache.py": [
        ("versión en la clave de la caché", ":{version}:", ":", "alertas/tests", "postgres"),
        ("la fecha en la clave de la caché", ":{hoy}:", ":", "alertas/tests", "postgres"),
    ],
    "alertas/services.py": [
        ("lo descontinuado no falta", "if not p.activo:", "if False:", "inventario/tests/test_vida.py"),
        ("invalidar tras confirmar", "transaction.on_commit(cache.invalidar)", "pass", "alertas/tests", "postgres"),
    ],
    "alertas/models.py": [
        (
            "una severidad peor reabre",
            'When(nivel__gt=F("nivel_atendido"), then=Value(Estado.ABIERTA.value)),',
            "",
            "alertas/tests",
        ),
    ],
}
