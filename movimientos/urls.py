from django.urls import path

from .clases import CLASES
from .conteos import contado
from .conteos import views as conteos
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
    path("conteos/", conteos.lista, name="conteos"),
    path("conteos/nuevo/", conteos.nuevo, name="conteo_nuevo"),
    path("conteos/<int:pk>/", conteos.conteo, name="conteo"),
    path("conteos/<int:pk>/contar/", contado.contar, name="contar"),
    path("conteos/<int:pk>/hoja/", contado.hoja, name="hoja"),
    path("conteos/<int:pk>/cerrar/", conteos.cerrar, name="conteo_cerrar"),
    path("conteos/<int:pk>/reabrir/", conteos.reabrir, name="conteo_reabrir"),
    path("conteos/<int:pk>/cancelar/", conteos.cancelar, name="conteo_cancelar"),
    path("conteos/<int:pk>/aprobar/", conteos.aprobar, name="conteo_aprobar"),
    path("conteos/<int:pk>/traer/", conteos.traer, name="conteo_traer"),
    path("movimientos/", consultar.lista, name="lista"),
    path("operaciones/", consultar.operaciones, name="operaciones"),
    path("operaciones/<int:pk>/", consultar.operacion, name="operacion"),
    path("operaciones/<int:pk>/revertir/", consultar.revertir, name="revertir"),
]
