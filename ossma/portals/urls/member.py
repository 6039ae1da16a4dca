"""What the app shell of a signed-in member asks for."""

from django.urls import path

from ossma.portals.views import app

app_name = "portals"
urlpatterns = [path("safety/token/", app.token, name="token")]
