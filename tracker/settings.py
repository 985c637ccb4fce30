"""Settings: typed, read from the environment only (`TRACKER_…`), checked at start. Nothing else reads the
environment."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any, Self, get_type_hints
from urllib.parse import unquote, urlsplit

from tracker.setting_values import NO_SECRET, is_safe_address, split, value_of, webhook_key, with_driver
from tracker.setting_values import POSTGRESQL as POSTGRESQL
from tracker.setting_values import Secret as Secret
from tracker.setting_values import is_loopback as is_loopback

ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # listened on, not opened: every address of this machine
SMTP_SCHEMES = frozenset({"smtp", "smtps", "smtp+starttls"})
OF_A_REAL_INSTALLATION = ("TRACKER_DATABASE_URL", "TRACKER_SECRET_KEY", "TRACKER_SMTP_URL")
DEMO_MARK = "demo-database"
USUAL_PORT = 8000
LONGEST_SYMBOL = 30  # signs: with the code of a body and the number it fits where numbers stand
MOST_SECRETS = 2
SHORTEST_KEY = 32  # characters: a shorter key can be guessed
PREFIX = "TRACKER_"
# Of the browsers there are: Chrome and Edge's mobile one, Firefox, Edge, Safari.
PUSH_SERVICES = (
    "fcm.googleapis.com; updates.push.services.mozilla.com; *.notify.windows.com; web.push.apple.com; *.push.apple.com"
)
_LIMITS = "limits"


class SettingsError(Exception):
    """The environment does not make a valid configuration; the text names each variable and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the product stands: its public address, and the host that ids of mails are made with."""

    base_url: str
    host: str


def _within(default: Any, least: float, most: float = float("inf")) -> Any:
    """A number that the environment may set from the least to the most."""
    return field(default=default, metadata={_LIMITS: (least, most)})


@dataclass(frozen=True)
class Settings:
    """What an installation can set. Sizes are in bytes, spans of time in seconds unless the name says otherwise."""

    instance: Path = field(default_factory=lambda: Path.cwd() / "instance")
    database_url: str = field(default="", repr=False)  # it may hold a password
    owner_database_url: Secret | None = None  # PostgreSQL: who owns the tables; for `tracker db upgrade` alone
    secret_key: Secret = NO_SECRET
    old_secret_keys: Secret = NO_SECRET  # of before, the latest first, for what was signed or sealed with them
    base_url: str = "http://localhost:8000"
    smtp_url: Secret | None = None
    mail_from: str = "so-cam-ket@localhost"
    bounce_folder: Path | None = None  # a maildir into which mails that came back are put
    demo: bool = False
    upload_max_bytes: int = _within(10 * 1024 * 1024, 1024, 200 * 1024 * 1024)
    upload_daily_files: int = _within(100, 1, 100_000)  # of one person
    upload_daily_bytes: int = _within(200 * 1024 * 1024, 1024)
    clamd: str = ""  # host:port, or the path of a socket
    clamd_seconds: float = _within(20, 0.001, 45)  # shorter than a web worker may be silent
    log_json: bool = True
    province: str = "Nghệ An"
    # Behind the number of a document; {body} is its body's code, {year} its year (tracker/signing/register.py).
    commitment_symbol: str = "{year}/CK-{body}"
    amendment_symbol: str = "{year}/SĐCK-{body}"
    assessment_symbol: str = "{year}/ĐGCK-{body}"
    urging_symbol: str = "UBND-VP"
    apology_symbol: str = "TXL-{body}"
    scheduler_silent_after_minutes: int = _within(10, 1, 24 * 60)
    ping_url: str = ""  # asked after each run of a job: https://watch.example.vn/{job}/{result}, "done" or "failed"
    trusted_proxies: int = _within(0, 0, 5)
    sign_in_limit: str = "20 per minute"
    session_idle_minutes: int = _within(30, 10, 12 * 60)  # so long without a request, and one signs in anew
    second_factor_for: str | None = None  # offices, such as "head, administrator"; none: the usual ones
    backup_folder: Path | None = None
    backup_key: Secret | None = None  # seals backups; kept apart from them
    backup_daily: int = _within(14, 1, 366)
    backup_weekly: int = _within(8, 0, 520)
    pg_dump: str = "pg_dump"
    office: str = ""  # LibreOffice, which shows files of Office as pages; none named: what stands on PATH; "none"
    seal_key: Path | None = None  # the key of the seal, as a file of PKCS#12
    seal_module: str = ""  # or on a token: its library of PKCS#11, its label, and that of the key
    seal_token: str = ""
    seal_label: str = "seal"
    seal_password: Secret = NO_SECRET  # of the file, or the token's PIN
    timestamp_url: str = ""  # a server of timestamps (RFC 3161)
    csc_name: str = ""  # a provider of remote signatures, as signers know it
    csc_url: str = ""  # its API of the Cloud Signature Consortium, with the version at the end
    csc_token_url: str = ""  # where it admits us, if that is elsewhere
    csc_client_id: str = ""
    csc_client_secret: Secret = NO_SECRET
    webhook_url: str = ""  # a gateway for short messages
    webhook_secrets: Secret = NO_SECRET  # whsec_…; two while one takes the other's place
    push_key: Path | None = None  # by which push services know this installation
    push_services: str = PUSH_SERVICES  # hosts that may be called, with semicolons between

    def __post_init__(self) -> None:
        """Put what was given into the one form in which the product reads it. `faults` says what is wrong with it."""
        put = partial(object.__setattr__, self)
        put("instance", self.instance.expanduser().resolve())
        put("database_url", with_driver(self.database_url or f"sqlite:///{self.instance / 'tracker.db'}"))
        put("base_url", self.base_url.rstrip("/"))
        put("csc_url", self.csc_url.rstrip("/"))
        for name in ("owner_database_url", "smtp_url", "backup_key"):
            put(name, getattr(self, name) or None)
        if self.owner_database_url is not None:
            put("owner_database_url", Secret(with_driver(self.owner_database_url.get_secret_value())))
        for name in ("backup_folder", "seal_key", "bounce_folder", "push_key"):
            place: Path | None = getattr(self, name)
            put(name, place.expanduser().resolve() if place and place.parts else None)

    def faults(self) -> Iterator[str]:
        """What is wrong, a line for each variable that is named first in it."""
        yield from self._wrong_addresses()
        yield from self._wrong_keys()
        yield from self._wrong_symbols()
        yield from self._wrong_seal()
        yield from self._wrong_provider()
        yield from self._wrong_channels()
        if self.upload_daily_bytes < self.upload_max_bytes:
            yield "TRACKER_UPLOAD_DAILY_BYTES: must be at least TRACKER_UPLOAD_MAX_BYTES"
        if self.demo:
            yield from self._demo_only_here()

    def _wrong_addresses(self) -> Iterator[str]:
        if not self.database_url.startswith(("sqlite:///", POSTGRESQL)):
            yield "TRACKER_DATABASE_URL: must be sqlite:///… or postgresql://…"
        owner = self.owner_database_url
        if owner is not None and not owner.get_secret_value().startswith(POSTGRESQL):
            yield "TRACKER_OWNER_DATABASE_URL: must be postgresql://…; SQLite knows no owner"
        web = split(self.base_url)
        if web.scheme not in {"http", "https"} or not web.hostname or web.query or web.fragment:
            yield "TRACKER_BASE_URL: must be an address such as https://camket.example.vn"
        mail = split(self.smtp_url.get_secret_value()) if self.smtp_url else None
        if mail is not None and (mail.scheme not in SMTP_SCHEMES or not mail.hostname):
            yield (
                "TRACKER_SMTP_URL: must be smtp://, smtps:// or smtp+starttls:// with a host, "
                "and a user and password if needed"
            )
        if self.ping_url and not is_safe_address(self.ping_url):
            yield "TRACKER_PING_URL: must be an address such as https://watch.example.vn/{job}/{result}"
        host, _, port = self.clamd.rpartition(":")
        if self.clamd and not self.clamd.startswith("/") and not (host and port.isascii() and port.isdigit()):
            yield "TRACKER_CLAMD: must be host:port, or the path of clamd's socket"

    def _wrong_keys(self) -> Iterator[str]:
        if len(self.secret_keys[0]) < SHORTEST_KEY:
            yield f"TRACKER_SECRET_KEY: is required, at least {SHORTEST_KEY} random characters"
        elif any(len(key) < SHORTEST_KEY for key in self.secret_keys):
            yield f"TRACKER_OLD_SECRET_KEYS: each must be at least {SHORTEST_KEY} characters"
        elif len(set(self.secret_keys)) < len(self.secret_keys):
            yield "TRACKER_OLD_SECRET_KEYS: must be other ones than TRACKER_SECRET_KEY, each once"
        if self.backup_key is not None and len(self.backup_key.get_secret_value()) < SHORTEST_KEY:
            yield f"TRACKER_BACKUP_KEY: must be at least {SHORTEST_KEY} random characters, or left out"
        if self.backup_key == self.secret_key:
            yield "TRACKER_BACKUP_KEY: must be another one than TRACKER_SECRET_KEY"

    def _wrong_symbols(self) -> Iterator[str]:
        for name in (f"{kind}_symbol" for kind in ("commitment", "amendment", "assessment", "urging", "apology")):
            symbol = getattr(self, name)
            if not symbol or len(symbol) > LONGEST_SYMBOL or any(sign.isspace() for sign in symbol):
                most = f"{LONGEST_SYMBOL} signs at most"
                yield f"{PREFIX}{name.upper()}: must be like CK-{{body}}, without spaces, {most}"
        if "{year}" not in self.commitment_symbol:  # a commitment's number is its own for ever, a register's of a year
            yield f"{PREFIX}COMMITMENT_SYMBOL: must hold {{year}}, since no two commitments have one number"

    def _wrong_seal(self) -> Iterator[str]:
        if self.seal_key is not None and self.seal_module:
            yield f"{PREFIX}SEAL_KEY: is set beside {PREFIX}SEAL_MODULE; the seal has one key"
        if self.timestamp_url and split(self.timestamp_url).scheme not in {"http", "https"}:
            yield f"{PREFIX}TIMESTAMP_URL: must be an address such as http://tsa.example.vn"

    def _wrong_provider(self) -> Iterator[str]:
        for name in ("csc_url", "csc_token_url"):
            if getattr(self, name) and not is_safe_address(getattr(self, name)):
                yield f"{PREFIX}{name.upper()}: must be an address such as https://rs.example.vn/csc/v2"
        if self.csc_url and not self.csc_url.rpartition("/")[2].startswith(("v1", "v2")):
            yield f"{PREFIX}CSC_URL: must end with the version of the API, as in https://rs.example.vn/csc/v2"
        if self.csc_url and not (self.csc_name and self.csc_client_id and self.csc_client_secret):
            yield f"{PREFIX}CSC_URL: goes with {PREFIX}CSC_NAME, {PREFIX}CSC_CLIENT_ID and {PREFIX}CSC_CLIENT_SECRET"

    def _wrong_channels(self) -> Iterator[str]:
        if self.webhook_url and not is_safe_address(self.webhook_url):
            yield f"{PREFIX}WEBHOOK_URL: must be an address such as https://sms.example.vn/hook"
        try:
            known = len(webhook_keys(self))
        except ValueError:
            yield f"{PREFIX}WEBHOOK_SECRETS: each must be whsec_ and 24 to 64 random bytes in base64"
            return
        if known > MOST_SECRETS or bool(known) != bool(self.webhook_url):
            yield f"{PREFIX}WEBHOOK_SECRETS: one goes with {PREFIX}WEBHOOK_URL, or two while one takes another's place"

    def _demo_only_here(self) -> Iterator[str]:
        """Demo mode shows passwords and mails on its pages, so it must never stand on real data or be reached from
        outside."""
        if not self.on_sqlite:
            yield "TRACKER_DATABASE_URL: demo mode runs on its own SQLite file only, never on PostgreSQL"
        if not is_loopback(self.host):
            yield "TRACKER_BASE_URL: demo mode answers on this machine only (localhost)"
        database = Path(self.database_url.removeprefix("sqlite:///"))
        if database.exists() and not self.demo_mark.exists():
            yield "TRACKER_DATABASE_URL: this database was not made by demo mode, so demo mode does not touch it"

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
        return replace(self, database_url=self.owner_database_url.get_secret_value())

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The product's key, then those of before, the latest first."""
        old = map(str.strip, self.old_secret_keys.get_secret_value().split(";"))
        return self.secret_key.get_secret_value(), *filter(None, old)

    @property
    def push_hosts(self) -> tuple[str, ...]:
        """The push services that may be called."""
        return tuple(filter(None, map(str.strip, self.push_services.lower().split(";"))))

    @property
    def on_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite:")

    @property
    def host(self) -> str:
        """Host name of the public address."""
        return split(self.base_url).hostname or ""

    @property
    def site(self) -> Site:
        """Where the product stands, as whoever writes a mail needs it."""
        return Site(self.base_url, self.host)

    @property
    def port(self) -> int:
        """The port to listen on, where nobody says another one: that of the public address where it names one and no
        other web server has it, as one that ends TLS has."""
        return (None if self.secure else urlsplit(self.base_url).port) or USUAL_PORT

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


def webhook_keys(settings: Settings) -> tuple[bytes, ...]:
    """The keys by which the gateway's calls are signed. Raises ValueError where one is none."""
    told = filter(None, map(str.strip, settings.webhook_secrets.get_secret_value().split(";")))
    return tuple(map(webhook_key, told))


def load() -> Settings:
    """Settings from the environment.

    Raises SettingsError, with a line for each variable that is wrong.
    """
    given, wrong = _read(os.environ)
    settings = Settings(**given)
    named = {fault.partition(":")[0] for fault in wrong}
    wrong += [fault for fault in settings.faults() if fault.partition(":")[0] not in named]
    if wrong:
        raise SettingsError("\n".join(wrong))
    return settings


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


def answering_at(host: str, port: int) -> Settings:
    """Settings where nobody set an address, but said where to listen: that is the address, for the processes that are
    started too. On all addresses of a machine it is told as on this one. Raises SettingsError as `load` does."""
    name = "localhost" if is_loopback(host) or host in ANYWHERE else f"[{host}]" if ":" in host else host
    os.environ["TRACKER_BASE_URL"] = f"http://{name}:{port}"
    return load()


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


def _read(environment: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """What the environment sets, by the names of the settings, and a line for each variable that cannot be read.

    The faulty value itself is never repeated: it may be a secret.
    """
    given: dict[str, Any] = {}
    wrong: list[str] = []
    kinds = get_type_hints(Settings)
    for setting in fields(Settings):
        name = PREFIX + setting.name.upper()
        if name not in environment:
            continue
        try:
            given[setting.name] = value_of(environment[name], kinds[setting.name], setting.metadata.get(_LIMITS))
        except ValueError as error:
            wrong.append(f"{name}: {error}")
    return given, wrong
