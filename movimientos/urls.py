from django.urls import path

from .clases import CLASES
from .views import consultar, importar, registrar

app_name = "movimientos"
urlpatterns = [
    *(path(f"{c.ruta}/", registrar.hoja, {"clase": c}, name=c.ruta) for c in CLASES),
    path("despacho/plan/", registrar.plan, name="plan"),
    path("baja/", registrar.baja, name="baja"),
    path("importar/", importar.nueva, name="importar"),
    path("importar/plantilla/<slug:tipo>/", importar.plantilla, name="plantilla"),
    path("importar/<int:pk>/", importar.ver, name="importacion"),
    path("importar/<int:pk>/confirmar/", importar.confirmar, name="confirmar_importacion"),
    path("importar/<int:pk>/errores/", importar.errores, name="errores_de_importacion"),
    path("movimientos/", consultar.lista, name="lista"),
    path("operaciones/", consultar.operaciones, name="operaciones"),
    path("operaciones/<int:pk>/", consultar.operacion, name="operacion"),
    path("operaciones/<int:pk>/revertir/", consultar.revertir, name="revertir"),
]
