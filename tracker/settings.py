"""Settings: typed, read from the environment only (`TRACKER_…`), checked at start. Nothing else reads the
environment."""

import ipaddress
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain"})
SMTP_SCHEMES = frozenset({"smtp", "smtps", "smtp+starttls"})
OF_A_REAL_INSTALLATION = ("TRACKER_DATABASE_URL", "TRACKER_SECRET_KEY", "TRACKER_SMTP_URL")
POSTGRESQL = "postgresql+psycopg://"
DEMO_MARK = "demo-database"
USUAL_PORT = 8000
SHORTEST_KEY = 32  # characters: a shorter key can be guessed


class SettingsError(Exception):
    """The environment does not make a valid configuration; the text names each variable and what is wrong with it."""


class Settings(BaseSettings):
    """What an installation can set. Sizes are in bytes, spans of time in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="TRACKER_", frozen=True, extra="ignore")

    instance: Path = Field(default_factory=lambda: Path.cwd() / "instance")
    database_url: str = ""
    owner_database_url: SecretStr | None = None  # PostgreSQL: who owns the tables; for `tracker db upgrade` alone
    secret_key: SecretStr = SecretStr("")
    old_secret_keys: SecretStr = SecretStr("")  # of before, the latest first, for what was signed or sealed with them
    base_url: str = "http://localhost:8000"
    smtp_url: SecretStr | None = None
    mail_from: str = "so-cam-ket@localhost"
    demo: bool = False
    upload_max_bytes: int = Field(default=10 * 1024 * 1024, ge=1024, le=200 * 1024 * 1024)
    upload_daily_files: int = Field(default=100, ge=1, le=100_000)  # of one person
    upload_daily_bytes: int = Field(default=200 * 1024 * 1024, ge=1024)
    clamd: str = ""  # host:port, or the path of a socket
    clamd_seconds: float = Field(default=20, gt=0, le=45)  # shorter than a web worker may be silent
    log_json: bool = True
    province: str = "Nghệ An"
    scheduler_silent_after_minutes: int = Field(default=10, ge=1, le=24 * 60)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    sign_in_limit: str = "20 per minute"
    second_factor_for: str | None = None  # offices, such as "head, administrator"; none: the usual ones
    backup_folder: Path | None = None
    backup_key: SecretStr | None = None  # seals backups; kept apart from them
    backup_daily: int = Field(default=14, ge=1, le=366)
    backup_weekly: int = Field(default=8, ge=0, le=520)
    pg_dump: str = "pg_dump"

    @field_validator("instance")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an address such as https://camket.example.vn")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _smtp_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in SMTP_SCHEMES or not parts.hostname:
            raise ValueError(
                "must be smtp://, smtps:// or smtp+starttls:// with a host, and a user and password if needed"
            )
        return value

    @field_validator("backup_folder")
    @classmethod
    def _absolute_or_none(cls, value: Path | None) -> Path | None:
        return value.expanduser().resolve() if value and value.parts else None

    @field_validator("backup_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        if len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"must be at least {SHORTEST_KEY} random characters, or left out")
        return value

    @field_validator("clamd")
    @classmethod
    def _scanner_address(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not value.startswith("/") and not (host and port.isascii() and port.isdigit()):
            raise ValueError("must be host:port, or the path of clamd's socket")
        return value

    @field_validator("owner_database_url")
    @classmethod
    def _owner_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        address = _with_driver(value.get_secret_value())
        if not address.startswith(POSTGRESQL):
            raise ValueError("must be postgresql://…; SQLite knows no owner")
        return SecretStr(address)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.instance / 'tracker.db'}")
        object.__setattr__(self, "database_url", _with_driver(self.database_url))
        if not self.database_url.startswith(("sqlite:///", POSTGRESQL)):
            raise ValueError("TRACKER_DATABASE_URL: must be sqlite:///… or postgresql://…")
        if self.demo:
            self._demo_only_here()
        if len(self.secret_key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"TRACKER_SECRET_KEY: is required, at least {SHORTEST_KEY} random characters")
        if self.upload_daily_bytes < self.upload_max_bytes:
            raise ValueError("TRACKER_UPLOAD_DAILY_BYTES: must be at least TRACKER_UPLOAD_MAX_BYTES")
        if any(len(key) < SHORTEST_KEY for key in self.secret_keys):
            raise ValueError(f"TRACKER_OLD_SECRET_KEYS: each must be at least {SHORTEST_KEY} characters")
        if len(set(self.secret_keys)) < len(self.secret_keys):
            raise ValueError("TRACKER_OLD_SECRET_KEYS: must be other ones than TRACKER_SECRET_KEY, each once")
        if self.backup_key == self.secret_key:
            raise ValueError("TRACKER_BACKUP_KEY: must be another one than TRACKER_SECRET_KEY")
        return self

    def _demo_only_here(self) -> None:
        """Demo mode shows passwords and mails on its pages, so it must never stand on real data or be reached from
        outside."""
        if not self.on_sqlite:
            raise ValueError("TRACKER_DATABASE_URL: demo mode runs on its own SQLite file only, never on PostgreSQL")
        if not is_loopback(self.host):
            raise ValueError("TRACKER_BASE_URL: demo mode answers on this machine only (localhost)")
        database = Path(self.database_url.removeprefix("sqlite:///"))
        if database.exists() and not self.demo_mark.exists():
            raise ValueError(
                "TRACKER_DATABASE_URL: this database was not made by demo mode, so demo mode does not touch it"
            )

    @property
    def application_role(self) -> str | None:
        """The PostgreSQL role that the product runs as, where another one owns the tables; else none."""
        if self.owner_database_url is None or self.on_sqlite:
            return None
        return unquote(urlsplit(self.database_url).username or "") or None

    def as_owner(self) -> Self:
        """These settings for whoever owns the tables; the same where no owner is set apart."""
        if self.owner_database_url is None or self.on_sqlite:
            return self
        return self.model_copy(update={"database_url": self.owner_database_url.get_secret_value()})

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The product's key, then those of before, the latest first."""
        old = map(str.strip, self.old_secret_keys.get_secret_value().split(";"))
        return self.secret_key.get_secret_value(), *filter(None, old)

    @property
    def on_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite:")

    @property
    def host(self) -> str:
        """Host name of the public address."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def port(self) -> int:
        """Port of the public address."""
        parts = urlsplit(self.base_url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def secure(self) -> bool:
        """Whether the public address is https, so that cookies are marked secure."""
        return self.base_url.startswith("https:")

    @property
    def files_folder(self) -> Path:
        """Where evidence stands, under its SHA-256."""
        return self.instance / "files"

    @property
    def backups_folder(self) -> Path:
        """Where the nightly backup goes."""
        return self.backup_folder or self.instance / "backups"

    @property
    def mail_folder(self) -> Path:
        """Where demo mode writes its mails as .eml files."""
        return self.instance / "mail"

    @property
    def demo_mark(self) -> Path:
        """The file that says: demo mode made the database in this folder."""
        return self.instance / DEMO_MARK


def _with_driver(address: str) -> str:
    """A PostgreSQL address as SQLAlchemy wants it; any other as it is."""
    return POSTGRESQL + address.removeprefix("postgresql://") if address.startswith("postgresql://") else address


def is_loopback(host: str) -> bool:
    """Whether a host name or address can be reached from this machine only."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load() -> Settings:
    """Settings from the environment.

    Raises SettingsError, with a line for each variable that is wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_line(dict(fault)) for fault in error.errors())) from None


def load_to_serve(free_port: Callable[[], int]) -> Settings:
    """Settings for serving. Where nobody set a database, a key or a mail server, the demo is wanted: then what it needs
    is put into the environment (for the processes it starts too), with an instance folder and a key that outlive it.

    `free_port` is asked for a port where no address is set. Raises SettingsError as `load` does.
    """
    if os.environ.get("TRACKER_DEMO") or not _is_real():
        _fill_in_demo(free_port)
    settings = load()
    if settings.demo and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        # Before the first table is made: a start that is cut short leaves a database that is known to be the demo's.
        settings.demo_mark.touch()
    return settings


def join_demo() -> None:
    """Let a command work on the demo in this folder, where there is one and nobody set a real installation."""
    if not _is_real() and (_instance() / DEMO_MARK).exists():
        _fill_in_demo(lambda: USUAL_PORT)


def _is_real() -> bool:
    return any(os.environ.get(name) for name in OF_A_REAL_INSTALLATION)


def _instance() -> Path:
    return Path(os.environ.get("TRACKER_INSTANCE") or Path.cwd() / "instance").expanduser().resolve()


def _fill_in_demo(free_port: Callable[[], int]) -> None:
    folder = _instance()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = folder / "secret-key"
    if not key.exists():
        descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    defaults = {"TRACKER_SECRET_KEY": key.read_text(), "TRACKER_DEMO": "1", "TRACKER_LOG_JSON": "0"}
    for name, value in {**defaults, "TRACKER_INSTANCE": str(folder)}.items():
        os.environ.setdefault(name, value)
    if not os.environ.get("TRACKER_BASE_URL"):
        os.environ["TRACKER_BASE_URL"] = f"http://localhost:{free_port()}"


def _line(fault: dict[str, object]) -> str:
    place = fault.get("loc")
    name = "TRACKER_" + str(place[0]).upper() + ": " if isinstance(place, tuple) and place else ""
    # The faulty value itself is never repeated: it may be a secret.
    return name + str(fault.get("msg", "")).removeprefix("Value error, ")
