"""安否報告."""

from functools import partial

from django.urls import path

from members.walls import member_only
from safety.views import member
from safety.views.own import checkins, family, settings
from safety.views.pictures import picture

app_name = "safety"
urlpatterns = [
    path("", member.report, name="report"),
    path("done/", member.done, name="done"),
    path("case/", member.case, name="case"),
    path("call-back/", member.call_back, name="call_back"),
    path("pictures/<int:a>/", member_only(picture), name="picture"),
    path("pictures/<int:a>/small/", member_only(partial(picture, small=True)), name="picture_small"),
    path("settings/", settings.show, name="settings"),
    path("reach/", settings.reach, name="reach"),
    path("family/", family.family, name="family"),
    path("family/<int:f>/<str:verb>/", family.act, name="family_act"),
    path("checkins/", checkins.index, name="check_ins"),
    path("checkins/new/", checkins.new, name="check_in_new"),
    path("checkins/<int:i>/", checkins.act, name="check_in_act"),
]
