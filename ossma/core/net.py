"""Where a request came from."""

from ipaddress import AddressValueError, IPv6Address, IPv6Network

from django.conf import settings
from django.http import HttpRequest

IPV6_LINE = 64


def client_address(request: HttpRequest) -> str:
    """The caller's network address; behind TRUSTED_PROXIES proxies of our own, the one that the outermost of them saw."""
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            return hops[-settings.TRUSTED_PROXIES]
    return str(request.META.get("REMOTE_ADDR", ""))


def source_of(request: HttpRequest) -> str:
    """Whom limits count as one: the network address, of IPv6 the /64 that one line gets, so that nobody changes it at will."""
    return source(client_address(request))


def source(address: str) -> str:
    """The same for an address that is known already."""
    try:
        found = IPv6Address(address.partition("%")[0])
    except AddressValueError:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, IPV6_LINE), strict=False).network_address)
