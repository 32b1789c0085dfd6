app_name = "alertas"
urlpatterns: list = []
