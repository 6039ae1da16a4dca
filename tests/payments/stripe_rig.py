"""A small Stripe for tests, over HTTP: sessions with card and konbini, refunds, disputes, expiry, signed events.

It shares nothing with the adapter.
"""

import hashlib
import hmac
import itertools
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY, SECRET = "sk_test_sandbox", "whsec_sandbox"
NUMBERS = itertools.count(1)


class Books:
    """Sessions by id, the events that were sent, and switches."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.disputes: dict[str, dict[str, Any]] = {}
        # What was answered under a key, whatever it was: repeated for a day. `replayed`: the last answer was such a one.
        self.by_key: dict[str, tuple[str, int, Any]] = {}
        self.replayed = False
        self.events: list[tuple[dict[str, str], bytes]] = []
        self.fault = ""

    # What a payer and a till do.

    def session_of(self, order_id: str) -> dict[str, Any]:
        return next(session for session in self.sessions.values() if session["client_reference_id"] == order_id)

    def card(self, order_id: str, amount: int | None = None) -> None:
        session = self.session_of(order_id)
        if session["status"] != "open":
            return
        self._charge(session, "card", amount)
        self._send("checkout.session.completed", session)

    def konbini(self, order_id: str) -> None:
        session = self.session_of(order_id)
        stores = {"familymart": {"confirmation_number": "1234567890", "payment_code": "654321"}}
        details = {"expires_at": int(time.time()) + 3 * 86400, "hosted_voucher_url": "https://pay.stripe.example/v/1", "stores": stores}
        intent = {
            "id": f"pi_{next(NUMBERS)}",
            "status": "requires_action",
            "next_action": {"konbini_display_details": details},
            "latest_charge": None,
        }
        session |= {"status": "complete", "payment_status": "unpaid", "payment_intent": intent}
        self._send("checkout.session.completed", session)

    def till(self, order_id: str) -> None:
        session = self.session_of(order_id)
        self._charge(session, "konbini", None)
        self._send("checkout.session.async_payment_succeeded", session)

    def run_out(self, order_id: str) -> None:
        session = self.session_of(order_id)
        if session["status"] == "open":
            session["status"] = "expired"
            self._send("checkout.session.expired", session)
        else:
            session["payment_intent"] |= {"status": "requires_payment_method", "next_action": None}
            self._send("checkout.session.async_payment_failed", session)

    def refund(self, order_id: str, amount: int) -> dict[str, Any]:
        """In the dashboard: no order of ours is in it but what the charge has from its payment."""
        _status, refund = self._refund({"payment_intent": self._intent_of(order_id)["id"], "amount": str(amount)})
        self._send_charge("charge.refunded", order_id)
        return refund

    def refund_fails(self, order_id: str, refund: dict[str, Any]) -> None:
        """The bank sends it back, days later."""
        refund |= {"status": "failed", "payment_intent": self._intent_of(order_id)["id"]}
        self._intent_of(order_id)["latest_charge"]["amount_refunded"] -= refund["amount"]
        self._send("refund.failed", refund)

    def dispute(self, order_id: str, amount: int | None = None, reason: str = "fraudulent", *, inquiry: bool = False) -> dict[str, Any]:
        """The payer tells the bank that the charge is wrong; but for an inquiry the money is gone at once."""
        intent = self._intent_of(order_id)
        charge = intent["latest_charge"]
        charge["disputed"] = True
        dispute = {
            "id": f"du_{next(NUMBERS)}", "object": "dispute", "amount": amount or self.session_of(order_id)["amount_total"], "currency": "jpy",
            "charge": charge["id"], "payment_intent": intent["id"], "reason": reason,
            "status": "warning_needs_response" if inquiry else "needs_response",
            "evidence_details": {"due_by": int(time.time()) + 9 * 86400}, "created": int(time.time()), "metadata": {},
        }  # fmt: skip
        self.disputes[str(dispute["id"])] = dispute
        self._send("charge.dispute.created", dispute)
        if not inquiry:
            self._send("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def dispute_ends(self, dispute: dict[str, Any], status: str) -> None:
        """won, lost or warning_closed."""
        dispute["status"] = status
        self._send("charge.dispute.closed", dispute)
        if status == "won":
            self._send("charge.dispute.funds_reinstated", dispute)

    def _intent_of(self, order_id: str) -> dict[str, Any]:
        intent: dict[str, Any] = self.session_of(order_id)["payment_intent"]
        return intent

    def _charge(self, session: dict[str, Any], kind: str, amount: int | None) -> None:
        total = amount or session["amount_total"]
        charge = {
            "id": f"ch_{next(NUMBERS)}", "object": "charge", "amount": total, "amount_refunded": 0, "currency": "jpy", "created": int(time.time()),
            "disputed": False, "payment_method_details": {"type": kind}, "metadata": session["metadata"],
        }  # fmt: skip
        intent = session["payment_intent"] or {"id": f"pi_{next(NUMBERS)}"}
        session["payment_intent"] = intent | {"status": "succeeded", "next_action": None, "latest_charge": charge}
        session |= {"status": "complete", "payment_status": "paid", "amount_total": total}

    def _send_charge(self, kind: str, order_id: str) -> None:
        intent = self._intent_of(order_id)
        self._send(kind, intent["latest_charge"] | {"payment_intent": intent["id"]})

    def _send(self, kind: str, thing: dict[str, Any]) -> None:
        if isinstance(thing.get("payment_intent"), dict):
            thing = thing | {"payment_intent": thing["payment_intent"]["id"]}
        body = json.dumps({"id": f"evt_{next(NUMBERS)}", "object": "event", "type": kind, "data": {"object": thing}}).encode()
        self.events.append(({"Stripe-Signature": signed(body)}, body))

    # What the API does.

    def answer(self, method: str, path: str, form: dict[str, str], key: str, fault: str = "") -> tuple[int, Any]:
        known = self.by_key.get(key) if key else None
        self.replayed = known is not None and known[0] == _print(form)
        if known:
            _form, status, earlier = known
            return (status, earlier) if self.replayed else (400, _error("idempotency_error", ""))
        status, body = (500, _error("api_error", "")) if fault == "breaks before work" else self._route(method, path, form)
        if fault == "breaks after work":
            status, body = 500, _error("api_error", "")
        # What was refused before anything began is not kept; every other answer is, failures too.
        if key and status != 404 and not (status == 400 and body["error"]["code"] == "parameter_invalid"):
            self.by_key[key] = (_print(form), status, json.loads(json.dumps(body)))
        return status, body

    def _route(self, method: str, path: str, form: dict[str, str]) -> tuple[int, Any]:
        if (method, path) == ("POST", "/v1/checkout/sessions"):
            return self._create(form)
        if (method, path) == ("GET", "/v1/checkout/sessions"):
            newest = list(reversed(self.sessions.values()))
            return 200, {"object": "list", "url": path, "has_more": False, "data": newest}
        if (method, path) == ("POST", "/v1/refunds"):
            return self._refund(form)
        if (method, path) == ("GET", "/v1/disputes"):
            listed = [dispute for dispute in self.disputes.values() if dispute["payment_intent"] == form["payment_intent"]]
            return 200, {"object": "list", "url": path, "has_more": False, "data": listed}
        if found := re.fullmatch(r"/v1/checkout/sessions/(\w+)(/expire)?", path):
            return self._one(found[1], expire=bool(found[2]))
        if re.fullmatch(r"/v1/payment_intents/(\w+)/cancel", path):
            # One of a checkout session can be cancelled only while it waits for a capture, which none of ours does.
            return 400, _error("invalid_request_error", "payment_intent_unexpected_state")
        return 404, _error("invalid_request_error", "resource_missing")

    def _create(self, form: dict[str, str]) -> tuple[int, Any]:
        amount = int(form["line_items[0][price_data][unit_amount]"])
        session_id = f"cs_test_{next(NUMBERS)}"
        ends = int(form["expires_at"])
        if not time.time() + 1800 <= ends <= time.time() + 86400:
            return 400, _error("invalid_request_error", "parameter_invalid", "expires_at")
        self.sessions[session_id] = {
            "id": session_id, "object": "checkout.session", "status": "open", "payment_status": "unpaid", "amount_total": amount, "currency": "jpy",
            "client_reference_id": form["client_reference_id"], "metadata": {"order_id": form["metadata[order_id]"]}, "payment_intent": None,
            "created": int(time.time()), "expires_at": ends, "url": f"https://checkout.stripe.example/c/pay/{session_id}",
            "success_url": form["success_url"], "cancel_url": form["cancel_url"],
        }  # fmt: skip
        return 200, self.sessions[session_id]

    def _one(self, session_id: str, *, expire: bool) -> tuple[int, Any]:
        session = self.sessions.get(session_id)
        if session is None:
            return 404, _error("invalid_request_error", "resource_missing")
        if expire:
            if session["status"] != "open":
                return 400, _error("invalid_request_error", "")
            session["status"] = "expired"
        return 200, session

    def _refund(self, form: dict[str, str]) -> tuple[int, Any]:
        session = next(s for s in self.sessions.values() if (s["payment_intent"] or {}).get("id") == form["payment_intent"])
        charge, amount = session["payment_intent"]["latest_charge"], int(form["amount"])
        if charge["disputed"]:
            return 400, _error("invalid_request_error", "charge_disputed")
        if charge["amount_refunded"] + amount > session["amount_total"]:
            return 400, _error("invalid_request_error", "charge_already_refunded")
        charge["amount_refunded"] += amount
        return 200, {"id": f"re_{next(NUMBERS)}", "object": "refund", "amount": amount, "status": "succeeded"}


def _print(form: dict[str, str]) -> str:
    return json.dumps(form, sort_keys=True)


def _error(kind: str, code: str, param: str = "") -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "param": param, "message": code}}


def signed(body: bytes, secret: str = SECRET, moment: int | None = None) -> str:
    """The header that Stripe sends with an event."""
    at = int(time.time()) if moment is None else moment
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


class Door(BaseHTTPRequestHandler):
    """HTTP in front of the books."""

    def _serve(self, method: str) -> None:
        books: Books = self.server.books  # type: ignore[attr-defined]
        length = int(self.headers.get("Content-Length") or 0)
        form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        fault = books.fault if method == "POST" or books.fault == "busy" else ""
        books.fault = "" if fault else books.fault
        books.replayed = False
        url = urlsplit(self.path)
        if self.headers["Authorization"] != f"Bearer {KEY}":
            status, body = 401, _error("authentication_error", "api_key_invalid")
        elif fault == "busy":
            status, body = 429, _error("rate_limit_error", "rate_limit")
        else:
            form |= dict(parse_qsl(url.query)) if method == "GET" else {}
            status, body = books.answer(method, url.path, form, self.headers.get("Idempotency-Key", "") if method == "POST" else "", fault)
            books.fault = fault if books.replayed else books.fault
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if books.replayed:
            self.send_header("Idempotent-Replayed", "true")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def log_message(self, *_: object) -> None: ...


@contextmanager
def stripe_sandbox() -> Iterator[tuple[str, Books]]:
    """Its address and its books, for as long as the block lasts."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        server.books = Books()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", server.books  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
