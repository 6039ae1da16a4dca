"""The school's safety checks (interface.md, "Addresses")."""

from members.walls import school_only, school_or_supporter
from safety.urls.desk import desk_urls
from safety.views.desk.faces import SCHOOL

app_name = "safety"
urlpatterns = desk_urls(SCHOOL, reads=school_or_supporter, writes=school_only)
