"""Pages for development and demo only: what the sinks of mail and push caught, and every component on one page."""

from django.urls import path

from ossma.portals.views import dev

app_name = "dev"
urlpatterns = [
    path("mail/", dev.mail_list, name="mail"),
    path("mail/<str:name>/", dev.mail_show, name="mail_show"),
    path("push/", dev.push_list, name="push"),
    path("components/", dev.components, name="components"),
]
