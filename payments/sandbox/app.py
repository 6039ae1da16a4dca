"""Which address is answered by which handler."""

from functools import partial

from payments.sandbox import checkout, control, idpass, links
from payments.sandbox.shop import Desk
from payments.sandbox.web import Application

CHECKOUT = r"/v2/plus/(?P<shop>[^/]+)/checkout/(?P<key>[0-9a-f]{64})"


def application(desk: Desk) -> Application:
    """The whole gateway as one WSGI application."""
    calls = "|".join(idpass.CALLS)
    return Application(
        [
            (
                "POST",
                "/payment/GetLinkplusUrlPayment.json",
                partial(links.make_link, desk),
            ),
            (
                "POST",
                "/payment/RejectLinkplusUrlPayment.json",
                partial(links.reject_link, desk),
            ),
            (
                "POST",
                rf"/payment/(?P<call>{calls})\.idPass",
                partial(idpass.answer, desk),
            ),
            ("GET", CHECKOUT, partial(checkout.show, desk)),
            ("POST", CHECKOUT, partial(checkout.submit, desk)),
            ("GET", "/", partial(control.overview, desk)),
            ("POST", "/control/switches", partial(control.turn_switch, desk)),
            ("POST", "/control/clock", partial(control.put_clock_forward, desk)),
            (
                "POST",
                r"/control/orders/(?P<order_id>[^/]+)/(?P<verb>[a-z-]+)",
                partial(control.act, desk),
            ),
        ]
    )
