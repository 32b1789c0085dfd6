app_name = "lotes"
urlpatterns: list = []
