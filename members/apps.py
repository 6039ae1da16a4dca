"""People and schools."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Users, schools, contracts, roles, groups, members, legal acceptances."""

    name = "members"
    verbose_name = _("Members and schools")
