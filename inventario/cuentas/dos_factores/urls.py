from django.urls import path

from . import views

app_name = "dos_factores"
urlpatterns = [
    path("", views.estado, name="estado"),
    path("verificar/", views.verificar, name="verificar"),
    path("activar/", views.activar, name="activar"),
    path("codigos/", views.codigos, name="codigos"),
    path("desactivar/", views.desactivar, name="desactivar"),
]
