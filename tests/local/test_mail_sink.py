import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from ossma.local.demo_parts import takes_mail
from ossma.local.processes import wait_until
from ossma.local.run_with_servers import free_ports


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[int]:
    port = free_ports(1)[0]
    with subprocess.Popen([sys.executable, "-m", "ossma.local.mail_sink", str(port), tmp_path]) as process:
        wait_until(lambda: takes_mail(port), "the sink", alive=lambda: process.poll() is None)
        yield port
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def message(subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ossma@demo.example", "aya@demo.example", subject
    mail.set_content("今ここ\n.\nthe lone dot above is part of the text\n")
    return mail


def test_mails_are_kept_whole_as_files_of_a_maildir(sink: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", sink) as client:
        for subject in ("安否確認", "second in the same connection"):
            client.send_message(message(subject))
    kept = [BytesParser(policy=default).parsebytes(file.read_bytes()) for file in sorted((tmp_path / "new").iterdir())]
    assert [mail["Subject"] for mail in kept] == ["安否確認", "second in the same connection"]
    assert kept[0].get_content() == message("").get_content()
    assert not list((tmp_path / "tmp").iterdir())


def test_a_conversation_cut_before_its_end_leaves_no_mail(sink: int, tmp_path: Path) -> None:
    client = smtplib.SMTP("127.0.0.1", sink)
    client.ehlo()
    client.mail("ossma@demo.example")
    client.rcpt("aya@demo.example")
    client.putcmd("data")
    client.getreply()
    client.send(b"Subject: half a ma")
    client.close()
    with smtplib.SMTP("127.0.0.1", sink) as whole:
        whole.send_message(message("whole"))
    assert len(list((tmp_path / "new").iterdir())) == 1
