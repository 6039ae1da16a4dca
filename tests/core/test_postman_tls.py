"""A mail server has to prove who it is before it gets a login, a code or a link to answer with."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ossma.core.postman import smtp_connection

VALID = timedelta(days=2)


@pytest.fixture
def certificate(tmp_path):
    """Key and certificate of a server that signed for itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - VALID).not_valid_after(now + VALID)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    clear = serialization.NoEncryption()
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear)
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def server(certificate, *, starttls):
    """A server for one connection; what it was told after the handshake is in `heard`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[str] = []

    def talk(listening):
        plain, _address = listening.accept()
        plain.settimeout(5)
        try:
            if starttls:
                _greeted(plain, heard)
            with context.wrap_socket(plain, server_side=True) as secure:
                if not starttls:
                    secure.sendall(b"220 test\r\n")
                answered = {"EHLO": b"250-test\r\n250 AUTH PLAIN\r\n", "AUTH": b"235 ok\r\n", "QUIT": b"221 bye\r\n"}
                while line := secure.recv(4096).decode():
                    heard.append(line)
                    secure.sendall(answered.get(line[:4].upper(), b"250 ok\r\n"))
        except OSError:
            plain.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=talk, args=(listening,))
        thread.start()
        yield listening.getsockname()[1], heard
        thread.join()


def _greeted(plain, heard):
    plain.sendall(b"220 test\r\n")
    for answer in (b"250-test\r\n250 STARTTLS\r\n", b"220 go on\r\n"):
        heard.append(plain.recv(4096).decode())
        plain.sendall(answer)


def point_at(settings, port, **more):
    login = {"username": "ossma", "password": "secret"}
    settings.MAILERS = {"default": {"OPTIONS": {"host": "localhost", "port": port, "timeout": 5} | login | more}}


@pytest.mark.parametrize("encryption", ["use_ssl", "use_tls"])
def test_a_server_that_signed_for_itself_gets_neither_login_nor_letter(settings, certificate, encryption):
    with server(certificate, starttls=encryption == "use_tls") as (port, heard):
        point_at(settings, port, **{encryption: True})
        with pytest.raises(ssl.SSLCertVerificationError), smtp_connection():
            pass
    assert not any("AUTH" in line for line in heard)


@pytest.mark.parametrize("encryption", ["use_ssl", "use_tls"])
def test_a_server_whose_certificate_is_trusted_gets_the_login(settings, certificate, monkeypatch, encryption):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with server(certificate, starttls=encryption == "use_tls") as (port, heard):
        point_at(settings, port, **{encryption: True})
        with smtp_connection():
            pass
    assert any("AUTH" in line for line in heard)
