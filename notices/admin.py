"""Advisories and readings of the feed in the office's admin: for looking; the duty desk's own page is /admin/desk/advisories/."""

from django.contrib import admin

from members.admin.audited import ReadOnlyAdmin
from notices.models import Advisory, FeedRun
from ossma.core.duties import Duty


@admin.register(Advisory)
class AdvisoryAdmin(ReadOnlyAdmin):
    """What the ministry announced, version by version."""

    reads = (Duty.SEND_CHECK, Duty.PUBLISH_NOTICES)
    list_display = ["key_cd", "info_type", "title", "issued_on", "first_seen_at", "version", "needs_look", "looked_at"]
    list_filter = ["info_type", "needs_look"]
    search_fields = ["key_cd", "title"]
    date_hierarchy = "first_seen_at"


@admin.register(FeedRun)
class FeedRunAdmin(ReadOnlyAdmin):
    """Every reading of the feed, and why one failed."""

    reads = (Duty.SEND_CHECK, Duty.PUBLISH_NOTICES)
    list_display = ["started_at", "ok", "items", "new", "changed", "feed_time", "error"]
    list_filter = ["ok"]
