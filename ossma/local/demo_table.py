"""What a person needs to start looking around: addresses and accounts of the demo."""

from pathlib import Path

from ossma.local.demo_env import Ports

PASSWORD = "Demo-Pass-2026"  # noqa: S105 - the demo's public password, refused in production
SECOND_FACTOR = "JBSWY3DPEHPK3PXP"
ACCOUNTS = (
    ("aya@demo.example", "member abroad now, Plus, paid"),
    ("ben@demo.example", "member of the same school, unpaid application"),
    ("chika@demo.example", "member of another school"),
    ("doi@demo.example", "administrator of Aya's school (second factor)"),
    ("emi@demo.example", "supporter of one group there (second factor)"),
    ("fumi@demo.example", "administrator of Aya's school and supporter at Chika's (second factor)"),
    ("office@demo.example", "office manager (second factor)"),
    ("operator@demo.example", "helpline operator (second factor)"),
    ("manager@demo.example", "another office manager: who proposes never approves (second factor)"),
    ("clerk@demo.example", "office clerk (second factor)"),
    ("publisher@demo.example", "office publisher (second factor)"),
)
CARDS = "4111111111111111 succeeds, 4000000000000002 declines, 4000000000003220 asks for 3-D Secure, 4000000000009995 times out"


def table(var: Path, ports: Ports, seconds: float) -> str:
    """The one table of a ready demo."""
    site = f"http://127.0.0.1:{ports.web}"
    rows: list[tuple[str, str] | None] = [
        ("Members and schools", f"{site}/"),
        ("Office", f"{site}/admin/"),
        ("Caught mail", f"{site}/dev/mail/  ({var / 'mail'}, SMTP on 127.0.0.1:{ports.mail})"),
        ("Caught push messages", f"{site}/dev/push/  ({var / 'push'}; the push service's side on 127.0.0.1:{ports.push})"),
        ("Sandbox gateway", f"http://127.0.0.1:{ports.gateway}/"),
        ("Sandbox cards", CARDS),
        ("Logs", f"{var / 'log'}"),
        None,
        *ACCOUNTS,
        None,
        ("Password for all", PASSWORD),
        ("Second factor", f"TOTP with the secret {SECOND_FACTOR}"),
        ("Join passwords", "青葉国際大学 aoba-2026, 港北学院大学 kohoku-2026"),
    ]
    width = max(len(row[0]) for row in rows if row)
    rule = "-" * (width + 60)
    lines = [rule if row is None else f"{row[0]:<{width}}  {row[1]}" for row in rows]
    return "\n".join(["", rule, f"OSSMA demo, ready after {seconds:.1f} s. Ctrl-C ends it.", rule, *lines, rule])
