from django.urls import path

from . import views

app_name = "alertas"
urlpatterns = [
    path("", views.lista, name="lista"),
    path("reconocer/", views.reconocer, name="reconocer"),
    path("posponer/", views.posponer, name="posponer"),
    path("reabrir/", views.reabrir, name="reabrir"),
    path("contador/", views.contador, name="contador"),
]
