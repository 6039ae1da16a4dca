"""What the gateway sent, as it came."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeAdmin
from ossma.core.reading import ReadOnly
from payments.models import GatewayNotice


@admin.register(GatewayNotice)
class GatewayNoticeAdmin(ReadOnly, OfficeAdmin):
    """Raw notices and what became of them. The gateway masks its secrets itself; no member is named."""

    reads = (Duty.HANDLE_PAYMENTS,)
    list_display = ("id", "received_at", "gateway", "order_id", "state", "outcome", "times", "tries")
    list_filter = ("state", "gateway")
    search_fields = ("order_id__exact",)
    fields = ("gateway", "order_id", "received_at", "remote_address", "times", "text", "state", "outcome", "tries", "due_at", "done_at", "attempt")

    @admin.display(description=_("body"))
    def text(self, notice: GatewayNotice) -> str:
        """The body as text, whatever bytes it has."""
        return bytes(notice.body).decode("ascii", "replace")
