"""TLS as deploying.md says it: own CA, TLS 1.3, a certificate per station whose name is the login; and what is said
when one of these is not right."""

from __future__ import annotations

import datetime
import ipaddress
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from station.bootstrap import join_province, open_desk
from station.centre import Centre
from station.clock import SystemClock
from station.domain.errors import Fault
from station.sync.administration import Administration
from station.sync.remote import RemoteCentral
from tests.central_server import PgServer, fresh_server, programs
from tests.contracts.province import PASSWORD
from tests.conventions.tree import ROOT
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


CHANGED = """ssl = on
ssl_min_protocol_version = 'TLSv1.3'
ssl_ca_file = 'ca.crt'
ssl_cert_file = 'server.crt'
ssl_key_file = 'server.key'
"""


@pytest.fixture(scope="module")
def by_the_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PgServer, Path]]:
    """A server and its certificates made by the commands and lines of deploying.md 6.3, as they stand."""
    if programs() is None or shutil.which("openssl") is None:
        pytest.skip("no PostgreSQL or openssl installed")
    page = (ROOT / "resources" / "docs" / "deploying.md").read_text(encoding="utf-8")
    (commands,) = re.findall(r"^```sh certificates\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert CHANGED in page
    hosts = [line for line in page.splitlines() if line.startswith(("host ", "hostssl "))]
    assert len(hosts) == 2
    folder = tmp_path_factory.mktemp("authority")
    environment = {**os.environ, "HOST": "localhost", "CA": str(folder)}
    subprocess.run(["sh", "-euc", commands], env=environment, check=True, capture_output=True)
    with fresh_server() as server:
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:
            conn.execute(f"CREATE ROLE anxin_manager LOGIN CREATEROLE PASSWORD '{PASSWORD}'")
            conn.execute("GRANT pg_signal_backend TO anxin_manager")
            conn.execute("CREATE DATABASE anxin OWNER anxin_manager")
        server.stop()
        for name in ("ca.crt", "server.crt", "server.key"):
            shutil.copy(folder / name, server.data / name)
            (server.data / name).chmod(0o600)
        with (server.data / "postgresql.conf").open("a") as settings:
            settings.write(CHANGED)
        mine = "host all anxin_admin 127.0.0.1/32 scram-sha-256"
        (server.data / "pg_hba.conf").write_text("\n".join([mine, *hosts, ""]))
        server.own()
        server.data.chmod(0o700)
        server.start()
        yield server, folder


def test_the_page_on_certificates_ends_with_a_station_that_syncs(
    by_the_page: tuple[PgServer, Path], tmp_path: Path
) -> None:
    server, folder = by_the_page
    said = "sslmode=verify-full&sslrootcert=keys/ca.crt&sslcert=keys/{login}.crt&sslkey=keys/{login}.key"
    home = tmp_path / "province"
    keep(folder, home, "anxin_clerk")
    centre = Centre.found(
        home, server.dsn("anxin", "anxin_manager", PASSWORD), SystemClock(),
        address=f"postgresql://localhost:{server.port}/anxin?{said}", rehearsal=True,
    )  # fmt: skip
    packet = centre.packet("hz-01", CITY)
    keep(folder, tmp_path / "hz-01", "st-hz-01")
    join_province(tmp_path / "hz-01", packet)
    desk = open_desk(tmp_path / "hz-01")
    assert desk.sync().ok
    desk.ledger.close()
    desk.central.close()  # type: ignore[attr-defined]
    keep(folder, tmp_path / "bare", "")
    join_province(tmp_path / "bare", packet)
    with pytest.raises(Fault) as caught:
        open_desk(tmp_path / "bare")
    assert caught.value.code in {"centre_login", "centre_tls"}, "the same packet without the certificate"


def keep(folder: Path, home: Path, login: str) -> None:
    """Lay the certificates where the page says."""
    (home / "keys").mkdir(parents=True)
    for name in ("ca.crt", *([f"{login}.crt", f"{login}.key"] if login else [])):
        shutil.copy(folder / name, home / "keys" / name)
        (home / "keys" / name).chmod(0o600)


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
