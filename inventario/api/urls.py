"""The API's own description."""

from django.contrib.auth.decorators import login_required
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation

urlpatterns = [
    path(
        "esquema/",
        SpectacularAPIView.as_view(content_negotiation_class=DefaultContentNegotiation),
        name="api-esquema",
    ),
    path("docs/", login_required(SpectacularSwaggerSplitView.as_view(url_name="api-esquema")), name="api-docs"),
]
