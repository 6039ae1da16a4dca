"""Addresses that mail programs, chats and people lengthened or changed: signed links are mended, or say that nothing was sent."""

import re

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import is_valid_path
from django.views.defaults import page_not_found

from ossma.core.requests import Request
from safety.views.public import wrong_link

# A signed link at the beginning, and whatever stands behind it: `=`, `)`, `。`, `.`, `&amp;choice=safe`; its first word in any case.
LINK = re.compile(
    r"/+(?P<kind>(?i:a|f|reach|checkin|second-address|invitation))/+(?P<token>[A-Za-z0-9_-]+)"
    r"(?:/+(?P<step>here|need|elsewhere|thanks|case|account|accept|decline)(?![a-z]))?"
)
ASKS = re.compile(r"/+(?i:a|f|reach|checkin)/")
CHOICE = re.compile(r"choice=(safe|help)")


def not_found(request: Request, exception: Exception) -> HttpResponseBase:
    """The page for an address that is none. What does not begin like a signed link, or is a page's own "not found", gets the usual one."""
    if request.resolver_match is None:
        if request.method in {"GET", "HEAD"} and (found := LINK.match(request.path_info)):
            return _mended(request, found)
        if ASKS.match(request.path_info):
            return wrong_link(request)
    return page_not_found(request, exception)


def _mended(request: Request, found: re.Match[str]) -> HttpResponse:
    """To the address that was meant; whether its signature is right is judged there."""
    query = request.META.get("QUERY_STRING", "")
    choice = CHOICE.search(f"{request.path_info[found.end() :]}?{query}")
    start = f"/{found['kind'].lower()}/{found['token']}/"
    step = f"{found['step']}/" if found["step"] and is_valid_path(f"{start}{found['step']}/") else ""
    end = f"?{choice[0]}" if choice else f"?{query}" if query else ""
    response = redirect(f"{start}{step}{end}")
    response["Referrer-Policy"] = "no-referrer"
    return response
