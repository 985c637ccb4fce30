"""sign_remotely: every minute, and as long as somebody waits, the provider of remote signatures is spoken with: who
signs, asking the phone, the signature. Each conversation has a thread of its own, for a confirmation takes minutes."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session

from jobs.work import Occasion
from tracker.core import clock
from tracker.core.db.unit_of_work import Units
from tracker.core.errors import DomainError
from tracker.core.job_run import Remark, RemarkCode
from tracker.planning.dossiers import reminding
from tracker.settings import Settings
from tracker.signing import originals
from tracker.signing.elsewhere import csc, remote, remote_file
from tracker.signing.elsewhere.csc import Provider, Wrong
from tracker.signing.elsewhere.remote import ANSWERED, ASKED, PREPARED, Work
from tracker.signing.outside import certificates, taking
from tracker.signing.outside.fault_words import SENTENCES
from tracker.signing.outside.faults import Fault

AT_ONCE = 16  # conversations
BREATH = 1.0  # seconds between two looks at them
PAUSE = 3.0  # before the same is asked again

log = structlog.get_logger("jobs")
Note = Callable[..., Any]  # a verb of `remote`, with all but the session and the moment


class Step:
    """The next step of one request, taken by a thread; what it found is to be noted."""

    def __init__(self, work: Work, provider: Provider, settings: Settings) -> None:
        self.work, self._provider, self._settings = work, provider, settings
        self.note: Note | None = None  # none: as before
        self._ready_at = 0.0
        self._thread = threading.Thread(target=self._take, daemon=True)  # who waits for a phone holds up no end
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether it is to be noted: at once, or after a pause where nothing was found."""
        return not self._thread.is_alive() and time.monotonic() >= self._ready_at

    def _take(self) -> None:
        try:
            self.note = self._taken()
            self._ready_at = 0.0 if self.note else time.monotonic() + PAUSE
        except csc.Fault as fault:
            log.warning("remote_signing.not_done", request=self.work.id, step=self.work.step, reason=str(fault.wrong))
            if fault.wrong is not Wrong.AWAY:
                self.note = partial(remote.refuse, reason=remote.REASONS[fault.wrong])
            else:
                self._ready_at = time.monotonic() + PAUSE
                self.note = partial(remote.note_away, reached=fault.reached)
        except DomainError as refusal:
            self.note = partial(remote.refuse, reason=refusal.message)
        except Exception as fault:  # a conversation that goes wrong ends alone
            log.error("remote_signing.failed", request=self.work.id, step=self.work.step, exc_info=fault)
            self.note = partial(remote.refuse, reason=remote.REASONS[Wrong.NOT_UNDERSTOOD])

    def _taken(self) -> Note | None:
        if self.work.step == ASKED:
            return self._introduced()
        if self.work.step == ANSWERED:
            return self._checked()
        return self._confirmed()

    def _introduced(self) -> Note:
        """Whose key it is; nobody's phone rings for another's."""
        credential = self._provider.credential(self.work.account)
        try:
            own = certificates.certificates_in(credential.certificates[0])[0]
            if not certificates.named(own, self.work.names.get(self.work.side, ())):
                return partial(remote.refuse, reason=SENTENCES[Fault.ANOTHER_SIGNER])
            prepared = remote_file.prepare(self._before(), self.work.side, credential)
        except ValueError:
            raise csc.Fault(Wrong.NOT_UNDERSTOOD) from None
        return partial(remote.note_prepared, kept=prepared.kept())

    def _confirmed(self) -> Note | None:
        prepared, work = remote_file.Prepared.of(self.work.prepared), self.work
        own = prepared.credential
        if work.step == PREPARED:
            found = self._provider.authorize(own.name, prepared.hashed, work.said, work.token, work.seconds)
        else:
            found = self._provider.check(work.handle or "")
        if found.activation is None:
            same = work.step != PREPARED and found.handle == work.handle
            return None if same else partial(remote.note_handle, handle=found.handle or "")
        value = self._provider.sign(own.name, own.algorithm, prepared.hashed, found.activation, work.token)
        return partial(remote.note_value, value=value)

    def _checked(self) -> Note:
        prepared, settings = remote_file.Prepared.of(self.work.prepared), self._settings
        content = remote_file.filled(self._before(), prepared, self.work.value)
        looked = taking.checked(content, self.work.last, settings, clock.moment(), self.work.names)
        return partial(remote.take_in, content=content, looked=looked, folder=settings.files_folder)

    def _before(self) -> bytes:
        return originals.whole(self._settings.files_folder, self.work.last.sha256)


def run(occasion: Occasion) -> Units[Remark | None]:
    """Go on with all that is open, until nothing is."""
    settings, provider = occasion.settings, Provider.of(occasion.settings)
    if provider is None:
        return None
    reminding.listen()
    came, steps = dict.fromkeys((remote.SIGNED, remote.REFUSED), 0), dict[int, Step]()
    while True:
        works: list[Work] = yield partial(remote.go_on, now=clock.moment(), folder=settings.files_folder)
        if not works:
            break
        waiting = {work.id: work for work in works}
        for outcome in (yield from _noted(steps, waiting)):
            came[outcome] += 1
        for work in (yield from _to_begin(steps, waiting)):
            steps[work.id] = Step(work, provider, settings)
        time.sleep(BREATH)
    return Remark(RemarkCode.REMOTE_SIGNATURES, came) if any(came.values()) else None


def _noted(steps: dict[int, Step], waiting: dict[int, Work]) -> Units[list[str]]:
    """Note what was found; what ended meanwhile is left: its thread finds nobody who listens. Returns what came of
    those that ended by it."""
    came = []
    for identity, step in list(steps.items()):
        if identity in waiting and not step.is_over:
            continue
        del steps[identity]
        if waiting.pop(identity, None) is not None and step.note is not None:
            outcome = yield partial(_note, step)
            came += [outcome] if isinstance(outcome, str) else []
    return came


def _to_begin(steps: dict[int, Step], waiting: dict[int, Work]) -> Units[list[Work]]:
    """Whose next step is taken now. That a phone is asked is noted before."""
    free = [work for work in waiting.values() if work.id not in steps][: AT_ONCE - len(steps)]
    found = []
    for work in free:
        may = work.step != PREPARED or (yield partial(remote.note_sent, now=clock.moment(), work=work))
        found += [work] if may else []
    return found


def _note(step: Step, session: Session) -> Any:
    assert step.note is not None  # noqa: S101 - asked before
    return step.note(session, clock.moment(), work=step.work)
