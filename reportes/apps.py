from django.apps import AppConfig


class ReportesConfig(AppConfig):
    name = "reportes"

    def ready(self) -> None:
        from django.urls import reverse

        from movimientos.conteos import views as conteos

        def del_conteo(conteo: conteos.Conteo) -> str:
            """Every line of a count: what an auditor asks for."""
            return f"{reverse('reportes:reporte', args=['conteos'])}?conteo={conteo.pk}&agrupar=linea"

        conteos.informes.append(del_conteo)
