"""A mail server for tests: keeps what it takes, and fails where it is told to."""

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

LENIENT, STRICT = "lenient", "strict"


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def reply(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        sink = self.server.sink
        with sink.lock:
            sink.connections += 1
        self.reply("220 test")
        self.to, self.held = None, []
        while line := self.rfile.readline():
            verb, _space, rest = line.decode().strip().partition(" ")
            match verb.upper():
                case "QUIT":
                    self.reply("221 bye")
                    return
                case "EHLO":
                    self.reply("250-test\r\n250 PIPELINING" if sink.at_once else "250 test")
                case "MAIL":
                    sink.senders.append(rest.split("<")[1].rstrip(">"))
                    self.held.append("250 ok")
                case "RCPT":
                    address = rest.split("<")[1].rstrip(">")
                    self.held.append(sink.refuse.get(address, "250 ok"))
                    self.to = None if address in sink.refuse else address
                case "DATA":
                    goes_on = self.to is not None or sink.at_once == LENIENT
                    self.held.append("354 go on" if goes_on else "503 no recipients")
                    self.answer()
                    if goes_on and not self.take():
                        return
                case _:
                    self.reply("250 ok")
            if not sink.at_once:
                self.answer()

    def answer(self):
        """Say what was held back: who sends an envelope at once must not wait for single answers."""
        for line in self.held:
            self.reply(line)
        self.held.clear()

    def take(self):
        """Read one message. False when the connection is to be cut."""
        sink, lines = self.server.sink, []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if not line:
            return False
        if self.to is None:
            self.reply("554 no valid recipients")
            return True
        with sink.lock:
            sink.taken.append((self.to, b"".join(lines)))
            cut = len(sink.taken) == sink.cut_after
        if not cut:
            self.reply("250 kept")
        return not cut


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class Sink:
    """What came: `taken` holds (address, bytes), `senders` the envelopes' senders.

    `refuse` maps addresses to replies; `cut_after` cuts the connection once that many came; `at_once` (LENIENT or STRICT towards a
    letter to nobody) offers PIPELINING, and then answers nothing before DATA."""

    def __init__(self):
        self.lock = threading.Lock()
        self.taken = []
        self.senders = []
        self.refuse = {}
        self.cut_after = None
        self.at_once = ""
        self.connections = 0
        self.port = 0

    @property
    def addresses(self):
        """To whom, in the order of arrival."""
        return [address for address, _content in self.taken]

    def mails(self):
        """The messages, parsed."""
        return [message_from_bytes(content, policy=policy.default) for _address, content in self.taken]


@contextmanager
def smtp_sink():
    """A running sink on a free port."""
    sink = Sink()
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.sink = sink
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()
