"""The office's safety checks: the same pages, all schools."""

from members.walls import office_with
from safety.urls.desk import desk_urls
from safety.views.desk.faces import OFFICE

app_name = "safety"
urlpatterns = desk_urls(OFFICE, lambda _level, duty: office_with(duty))
