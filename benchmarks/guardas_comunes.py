"""The guards of what the apps share, and of the pages: as in `guardas.py`."""

COMUNES: dict[str, list[tuple[str, ...]]] = {
    "inventario/dominio/permisos.py": [
        (
            "permiso en el servicio",
            "if not usuario.has_perm(permiso)",
            "if False",
            "movimientos/tests lotes/tests alertas/tests inventario/tests",
        ),
    ],
    "inventario/plataforma/cabeceras.py": [
        (
            "nadie guarda",
            'setdefault("Cache-Control", "no-store")',
            'setdefault("X-Nada", "")',
            "inventario/tests/test_cabeceras.py",
        ),
        ("de qué depende", "(*POR_QUIEN, *propias)", "propias", "inventario/tests/test_cabeceras.py"),
    ],
    "productos/gtines.py": [
        (
            "un GTIN, una cosa",
            "  IF ajeno THEN RAISE",
            "  IF false THEN RAISE",
            "productos/tests/test_empaques.py",
            "postgres",
        ),
        (
            "un GTIN, una cosa a la vez",
            "  PERFORM pg_advisory_xact_lock(hashtextextended('inventario gtin ' || NEW.gtin, 0));",
            "",
            "productos/tests/test_empaques.py",
            "postgres",
        ),
    ],
    "inventario/dominio/transacciones.py": [
        (
            "los productos antes que nada",
            'if (productos := getattr(modelo, "bloquear_productos", None)) is not None',
            "if (productos := None) is not None",
            "inventario/tests/test_carreras.py",
            "postgres",
        ),
        (
            "ningún error de la base sale",
            "propio = Conflicto()",
            "return error",
            "inventario/tests/test_carreras.py",
            "postgres",
        ),
    ],
    "inventario/dominio/vida.py": [
        ("lo fijo no cambia", "if campo in cambian:", "if False:", "inventario/tests/test_vida.py"),
        (
            "lo usado no se borra",
            "if dependen := dependientes(self)",
            "if False and (dependen := [])",
            "inventario/tests",
        ),
    ],
    "inventario/cuentas/alcance.py": [
        ("gestionar a un superusuario", "Q(is_superuser=True) | ", "", "inventario/tests/test_alcance.py"),
        (
            "gestionar a quien puede más por su papel",
            "Q(groups__permissions__in=ajenos) | ",
            "",
            "inventario/tests/test_alcance.py",
        ),
        (
            "gestionar a quien puede más por sí",
            " | Q(user_permissions__in=ajenos)",
            "",
            "inventario/tests/test_alcance.py",
        ),
        (
            "dar un papel que puede más",
            "permissions__in=_ajenos(actor)",
            "permissions=None",
            "inventario/tests/test_alcance.py",
        ),
    ],
    "inventario/cuentas/acceso.py": [
        ("tokens tras perder el acceso", "if perdidos or ", "if ", "inventario/tests/test_fin_de_accesos.py"),
        (
            "sesiones tras perder el acceso",
            'if "is_active" in perdidos',
            "if False",
            "inventario/tests/test_fin_de_accesos.py",
        ),
    ],
    "inventario/cuentas/dos_factores/services.py": [
        (
            "segundo factor en cada solicitud",
            "sesion.get(CLAVE) != VERIFICADO",
            "False",
            "inventario/tests/test_dos_factores.py",
        ),
        (
            "espera tras un código malo",
            "if espera(usuario, sesion, direccion)",
            "if False",
            "inventario/tests/test_dos_factores.py",
        ),
    ],
    "inventario/cuentas/roles.py": [
        (
            "un papel cambiado se queda así",
            "or p not in rol.permisos",
            "or True",
            "inventario/tests/test_inicializar.py",
        ),
    ],
    "inventario/api/analizador.py": [
        ("claves JSON repetidas", "object_pairs_hook=_objeto,", "", "inventario/tests"),
    ],
    "inventario/settings.py": [
        ("sesión obligatoria", '"inventario.paginas.fragmentos.AccesoMiddleware",', "", "inventario/tests"),
    ],
    "templates/reportes/fichas/producto.html": [
        ("escapar", "{{ producto.nombre }}", "{{ producto.nombre|safe }}", "productos/tests"),
    ],
    "inventario/paginas/tabla.py": [
        ("escapar (lista)", "args=[pk]), texto)", "args=[pk]), SafeString(texto))", "productos/tests"),
    ],
    "inventario/plataforma/celdas.py": [
        ("CSV sin fórmulas", '_SIGNOS = "=+', '_SIGNOS = "+', "inventario/tests/test_celdas.py reportes/tests"),
        ("CSV sin fórmulas tras otro separador", "(^|[,;|", "(^|[,|", "inventario/tests/test_celdas.py"),
    ],
}
