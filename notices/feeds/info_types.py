"""What kinds of information the ministry sends (feeds-and-ui.md 1.4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InfoType(models.TextChoices):
    """infoType as documented or seen; an unknown one is kept and shown as "other"."""

    CONSULAR_MAIL = "R10", _("Consular mail")
    CONSULAR_MAIL_URGENT = "R20", _("Consular mail (urgent)")
    DANGER = "T40", _("Danger information")
    INFECTION_DANGER = "T41", _("Infectious disease danger information")
    # T81 is the code in use; T41 is the one the ministry documents for the same information.
    INFECTION_DANGER_IN_USE = "T81", _("Infectious disease danger information")
    SPOT = "C30", _("Spot information")
    SPOT_INFECTION = "C31", _("Spot information (infectious disease)")
    WIDE_AREA = "C50", _("Wide-area information")
    WIDE_AREA_INFECTION = "C51", _("Wide-area information (infectious disease)")


MAILS = frozenset({InfoType.CONSULAR_MAIL, InfoType.CONSULAR_MAIL_URGENT})


def label_of(info_type: str) -> str:
    """The kind in the reader's language."""
    return str(InfoType(info_type).label if info_type in InfoType else _("Other information"))
