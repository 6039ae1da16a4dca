"""The kinds of numbers, in the order they are offered."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NumberKind(TextChoices):
    """What a call costs and where the number works; the paid direct line stands last, for it is the one that always connects."""

    NATIONAL_FREEPHONE = "national_freephone", _("National freephone")
    UIFN = "uifn", _("Universal international freephone")
    COLLECT = "collect", _("Collect call")
    DIRECT_PAID = "direct_paid", _("Direct line (charged)")


class FromMobile(TextChoices):
    """Whether a number connects from mobile phones, as far as the office knows."""

    YES = "yes", pgettext_lazy("from a mobile phone", "It connects")
    NO = "no", pgettext_lazy("from a mobile phone", "It does not connect")
    UNKNOWN = "unknown", pgettext_lazy("from a mobile phone", "It may not connect")


class Phone(TextChoices):
    """What somebody calls from: it decides which kinds of numbers are likely to connect (support.md H1)."""

    OWN_SIM = "own_sim", _("My mobile, Japanese SIM")
    LOCAL_SIM = "local_sim", _("My mobile, local SIM")
    WIFI = "wifi", _("Wi-Fi only (calling app)")
    HOTEL = "hotel", _("Hotel phone")
    PAYPHONE = "payphone", _("Payphone")
