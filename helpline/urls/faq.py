"""Questions and answers; open to everybody."""

from django.urls import path

from helpline.views import public

app_name = "faq"
urlpatterns = [path("faq/", public.faq_list, name="list")]
