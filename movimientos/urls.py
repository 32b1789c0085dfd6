from django.urls import path

from .views import consultar, registrar

app_name = "movimientos"
urlpatterns = [
    path("entrada/", registrar.entrada, name="entrada"),
    path("salida/", registrar.salida, name="salida"),
    path("despacho/", registrar.despacho, name="despacho"),
    path("despacho/plan/", registrar.plan, name="plan"),
    path("ajuste/", registrar.ajuste, name="ajuste"),
    path("traslado/", registrar.traslado, name="traslado"),
    path("baja/", registrar.baja, name="baja"),
    path("movimientos/", consultar.lista, name="lista"),
    path("operaciones/", consultar.operaciones, name="operaciones"),
    path("operaciones/<int:pk>/", consultar.operacion, name="operacion"),
    path("operaciones/<int:pk>/revertir/", consultar.revertir, name="revertir"),
]
