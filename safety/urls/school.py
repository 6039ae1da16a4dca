"""The school's safety checks (interface.md, "Addresses")."""

from members.walls import school_only, school_or_supporter
from safety.urls.desk import Level, desk_urls
from safety.views.desk.faces import SCHOOL

RULES = {Level.READ: school_or_supporter, Level.WRITE: school_only}

app_name = "safety"
urlpatterns = desk_urls(SCHOOL, lambda level, _duty: RULES[level])
