"""A mail server for tests: keeps what it takes, and fails where it is told to."""

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def reply(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        sink = self.server.sink
        with sink.lock:
            sink.connections += 1
        self.reply("220 test")
        while line := self.rfile.readline():
            verb, _space, rest = line.decode().strip().partition(" ")
            match verb.upper():
                case "QUIT":
                    self.reply("221 bye")
                    return
                case "MAIL":
                    sink.senders.append(rest.split("<")[1].rstrip(">"))
                    self.reply("250 ok")
                case "RCPT":
                    address = rest.split("<")[1].rstrip(">")
                    self.reply(sink.refuse.get(address, "250 ok"))
                    self.to = address
                case "DATA":
                    self.reply("354 go on")
                    if not self.take():
                        return
                case _:
                    self.reply("250 ok")

    def take(self):
        """Read one message. False when the connection is to be cut."""
        sink, lines = self.server.sink, []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if not line:
            return False
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

    `refuse` maps addresses to replies; `cut_after` cuts the connection once that many came."""

    def __init__(self):
        self.lock = threading.Lock()
        self.taken = []
        self.senders = []
        self.refuse = {}
        self.cut_after = None
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
