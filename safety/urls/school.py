"""The school's safety checks (interface.md, "Addresses")."""

from members.states import SchoolAct
from members.walls import school_only, school_or_supporter
from safety.urls.desk import Level, desk_urls
from safety.views.desk.faces import SCHOOL

RULES = {
    Level.READ: school_or_supporter(post=SchoolAct.FOLLOW_UP),
    Level.FILE: school_only(post=SchoolAct.FOLLOW_UP),
    Level.WRITE: school_only(get=SchoolAct.FOLLOW_UP, post=SchoolAct.FOLLOW_UP),
}

app_name = "safety"
urlpatterns = desk_urls(SCHOOL, lambda level, _duty: RULES[level])
