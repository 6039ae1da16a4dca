"""Returned mails as programs write them; every name and host is invented."""

from functools import cache

from ossma.core.bounces.keys import reference

BOUNDARY = "b1_example"


@cache
def ref(kind, number):
    """The keyed name of a mail of ours."""
    return reference(kind, number)


def report(*, action="failed", status="5.1.1", to="aya@example.jp", message_id="", diagnostic="smtp; 550 5.1.1 no such user", original=""):
    """RFC 3464, as Postfix writes it: words for humans, the fields, the headers of what was sent."""
    message_id = message_id or f"{ref('safety', 7)}@127.0.0.1"
    first = f"Original-Recipient: rfc822;{original}\n" if original else ""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces@ossma.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{BOUNDARY}"

--{BOUNDARY}
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--{BOUNDARY}
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Sat, 21 Nov 2026 11:10:00 +0900

{first}Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.jp
Diagnostic-Code: {diagnostic}

--{BOUNDARY}
Content-Type: text/rfc822-headers

From: ossma@demo.example
To: {to}
Subject: =?utf-8?b?5a6J5ZCm56K66KqN?=
Message-ID: <{message_id}>

--{BOUNDARY}--
""".replace("\n", "\r\n").encode()


# RFC 6533: addresses in other letters than Latin, the fields as text.
GLOBAL = f"""From: postmaster@mx.example.net
MIME-Version: 1.0
Content-Type: multipart/report; report-type=global-delivery-status; boundary="b2"

--b2
Content-Type: text/plain; charset=utf-8

Nobody there.
--b2
Content-Type: message/global-delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: utf-8; taro@example.jp
Action: failed
Status: 5.1.1

--b2
Content-Type: message/global-headers

Message-ID: <{ref("outbox", 3)}@127.0.0.1>

--b2--
""".encode()
# Exim: no report, but a header of its own; the returned mail stands in the text.
EXIM = f"""From: Mail Delivery System <Mailer-Daemon@mx.example.net>
X-Failed-Recipients: Ben@example.jp
Auto-Submitted: auto-replied
Content-Type: text/plain

A message that you sent could not be delivered: Ben@example.jp
------ This is a copy of the message ------
Message-ID: <{ref("safety", 9)}@127.0.0.1>
""".encode()
# qmail and the like: words only, and what was sent below them.
WORDS = f"""From: MAILER-DAEMON@old.example.net
Subject: failure notice

Hi. This is the mail program at old.example.net. Sorry, no mailbox here by that name.

--- Below this line is a copy of the message.
Message-ID: <{ref("outbox", 4)}@127.0.0.1>
""".encode()
AWAY = f"""From: Aya <aya@example.jp>
Subject: Out of office
Auto-Submitted: auto-replied (vacation)
In-Reply-To: <{ref("safety", 7)}@127.0.0.1>

I am on holiday.
""".encode()
LETTER = b"""From: somebody@example.org
Subject: Hello

A human being wrote this.
"""
EMPTY_REPORT = b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\n--x--"
# So deeply nested that a parser gives up; a header so long that a careless pattern never ends.
NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
LONG = b"X-Failed-Recipients: " + b"a" * 200_000 + b"\n\nx"
GARBAGE = [b"\xff\xfe\x00", b"not a mail at all", EMPTY_REPORT, NESTED, LONG]
