"""Searching money by order, payment number or member: each by its index, none by reading the table."""

import re

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members.queries import directory
from ossma.core.office_admin import OfficeAdmin
from ossma.core.requests import Request

NUMBER = re.compile(r"\d{1,18}")
# What gateways are told (rules.order_id) and what demo data is named.
ORDER = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)+")


class SearchedAdmin(OfficeAdmin):
    """One box for three things; which of them was typed shows by its form."""

    # Makes the box appear; what it finds is decided below.
    search_fields = ("pk",)
    search_help_text = _("Order, payment number, or name or number of the member")
    # The ways from this table to the payment's number, to the order's name and to the member.
    payment_lookup, order_lookup, member_lookup = "payment_id", "attempt__order_id", "payment__member"

    def get_search_results(self, request: Request, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """The rows that are about what was typed; never the same row twice."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if NUMBER.fullmatch(term):
            return queryset.filter(**{self.payment_lookup: int(term)}), False
        if ORDER.fullmatch(term) and (rows := queryset.filter(**{self.order_lookup: term})).exists():
            return rows, False
        members = directory.found(request.viewer, term).order_by().values("pk")
        return queryset.filter(**{f"{self.member_lookup}__in": members}), False
