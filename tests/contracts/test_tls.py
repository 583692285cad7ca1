"""TLS as deploying.md says it: own CA, TLS 1.3, a certificate per station whose name is the login; and what is said
when one of these is not right."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from station.clock import SystemClock
from station.domain.errors import Fault
from station.sync.administration import Administration
from station.sync.remote import RemoteCentral
from tests.central_server import PgServer, fresh_server, programs
from tests.contracts.province import PASSWORD
from tests.ledger.office import CITY

pytestmark = pytest.mark.postgres


@dataclass
class Authority:
    """A certificate authority in a folder."""

    folder: Path

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the province")])
        self.name = name
        built = self._builder("the province", self.key, 365).add_extension(x509.BasicConstraints(True, None), True)
        self.certificate = built.sign(self.key, hashes.SHA256())
        (self.folder / "ca.crt").write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(self, subject: str, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=400))
            .not_valid_after(now + datetime.timedelta(days=days))
        )

    def issue(self, subject: str, file: str, *, days: int = 365, server: bool = False) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        built = self._builder(subject, key, days)
        if server:
            names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
            built = built.add_extension(names, False)
        made = built.sign(self.key, hashes.SHA256())
        (self.folder / f"{file}.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self.folder / f"{file}.key"
        path.write_bytes(private)
        path.chmod(0o600)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PgServer, Path]]:
    """A server that takes stations by TLS 1.3 with their own certificate and password only."""
    if programs() is None:
        pytest.skip("no PostgreSQL installed")
    folder = tmp_path_factory.mktemp("ca")
    with fresh_server() as server:
        admin = Administration(server.dsn("postgres"))
        admin.found(PASSWORD)
        for station in ("hz-01", "hz-02"):
            admin.add_station(station, CITY, PASSWORD)
        admin.close()
        server.stop()
        authority = Authority(folder)
        authority.issue("127.0.0.1", "server", server=True)
        authority.issue("st-hz-01", "hz-01")
        authority.issue("st-hz-02", "hz-02")
        authority.issue("st-hz-01", "expired", days=-1)
        for name in ("ca.crt", "server.crt", "server.key"):
            (server.data / name).write_bytes((folder / name).read_bytes())
            (server.data / name).chmod(0o600)
        (server.data / "pg_hba.conf").write_text(
            "host all anxin_admin 127.0.0.1/32 scram-sha-256\n"
            "hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-full\n"
        )
        server.own()
        server.data.chmod(0o700)
        server.settings = (*server.settings, "ssl=on", "ssl_min_protocol_version=TLSv1.3", "ssl_ca_file=ca.crt",
                           "ssl_cert_file=server.crt", "ssl_key_file=server.key")  # fmt: skip
        server.start()
        yield server, folder


def way(server: PgServer, folder: Path, certificate: str, *, user: str = "st-hz-01", host: str = "127.0.0.1",
        ca: str = "ca.crt", more: str = "") -> str:  # fmt: skip
    said = f"sslmode=verify-full&sslrootcert={folder / ca}"
    if certificate:
        said += f"&sslcert={folder / certificate}.crt&sslkey={folder / certificate}.key"
    return f"postgresql://{user}:{PASSWORD}@{host}:{server.port}/postgres?{more or said}"


def test_a_station_with_its_certificate_is_let_in_by_tls_1_3(secured: tuple[PgServer, Path]) -> None:
    server, folder = secured
    central = RemoteCentral.at(way(server, folder, "hz-01"), SystemClock())
    assert central.progress("hz-01").epoch == 1
    central.close()
    with psycopg.connect(way(server, folder, "hz-01")) as conn:
        assert conn.execute("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone() == ("TLSv1.3",)


@pytest.mark.parametrize(
    ("what", "codes"),
    [
        ({"certificate": ""}, {"centre_login", "centre_tls"}),
        ({"certificate": "hz-02"}, {"centre_login"}),  # a certificate of its neighbour
        ({"certificate": "hz-01", "user": "st-hz-02"}, {"centre_login"}),
        ({"certificate": "expired"}, {"centre_tls"}),
        ({"certificate": "hz-01", "host": "localhost"}, {"centre_tls"}),  # not the name in the server's certificate
        ({"certificate": "hz-01", "ca": "hz-01.crt"}, {"centre_tls"}),  # another authority
        ({"certificate": "", "more": "sslmode=disable"}, {"centre_login"}),
    ],
)
def test_anything_else_is_a_sentence(secured: tuple[PgServer, Path], what: dict[str, str], codes: set[str]) -> None:
    server, folder = secured
    central = RemoteCentral.at(way(server, folder, **what), SystemClock())
    with pytest.raises(Fault) as caught:
        central.progress("hz-01")
    central.close()
    assert caught.value.code in codes, caught.value.__cause__
    assert PASSWORD not in str(caught.value)
