"""The product without its pages: what commands and jobs stand on, and the pages too."""

from functools import partial

from flask import Flask

from tracker import settings as configuration
from tracker.accounts import constraints as accounts
from tracker.accounts import notices, sign_in_rules
from tracker.accounts import queries as account_queries
from tracker.agencies import constraints as agencies
from tracker.agencies import over_time
from tracker.approvals import queries as requests
from tracker.approvals import service as approvals
from tracker.channels import reach
from tracker.channels import service as channels
from tracker.commitments import constraints as commitments
from tracker.commitments import dossiers
from tracker.commitments.life import turn_mails
from tracker.compliance.recalculations import models as recalculations
from tracker.compliance.steps import service as compliance
from tracker.core import extensions, job_run, languages, logs
from tracker.core.db import listeners
from tracker.editions import models as rankings
from tracker.mail import service as outbox
from tracker.people import constraints as persons
from tracker.permissions import administrators
from tracker.programmes import constraints as programmes
from tracker.progress import constraints as progress
from tracker.progress.appraising import models as appraising
from tracker.progress.cells import models as checks
from tracker.progress.corrections import models as corrections
from tracker.progress.merging import models as merging
from tracker.progress.threads import comment_models as comments
from tracker.reminders import declared as duties
from tracker.reminders import inbox, leaving
from tracker.reminders import service as reminders
from tracker.reminders.sources import commitments as on_their_way
from tracker.reminders.sources import conclusions, decisions, figures, offices, reports, standings
from tracker.reminders.weekly import kind as weekly
from tracker.settings import Settings
from tracker.signing import constraints as signing
from tracker.signing import key_sheets
from tracker.signing import models as documents
from tracker.signs import models as signs
from tracker.signs import telling as about_signs
from tracker.urging import duties as urged
from tracker.urging import models as letters
from tracker.urging import telling

# Whose tables are known besides those that what stands here asks for: who erases a person goes through all there are.
WITH_TABLES = (
    appraising,
    checks,
    comments,
    corrections,
    documents,
    dossiers,
    job_run,
    key_sheets,
    letters,
    merging,
    rankings,
    recalculations,
    signs,
)


def headless_app(settings: Settings | None = None) -> Flask:
    """Settings, database, languages, mail, and whatever follows from a fact. It answers no address.

    Raises SettingsError where the environment is wrong.
    """
    settings = settings or configuration.load()
    app = Flask(
        "tracker",
        template_folder=str(extensions.HOME / "templates"),
        static_folder=str(extensions.HOME / "static"),
        instance_path=str(settings.instance),
    )
    extensions.init_app(app, settings)
    languages.init_app(app)
    logs.configure(as_json=settings.log_json)
    sign_in_rules.read(settings)  # pages ask for them; a wrong word stops commands and jobs too
    for room in (persons, agencies, accounts, programmes, commitments, signing, progress):
        room.explain()
    over_time.set_let_in(account_queries.let_in)
    gateway = bool(settings.webhook_url)
    outbox.set_address_book(partial(reach.addresses, gateway=gateway))
    outbox.set_told_elsewhere(reach.has_inbox)
    channels.set_count(inbox.waiting)
    account_queries.set_unseen(inbox.unseen)
    outbox.go_beside(reminders.KIND, channels.Beside(gateway))
    outbox.register(notices.LINK, account_queries.still_due)
    outbox.register(approvals.MAIL, requests.still_waits)
    outbox.register(requests.STOP_NOTICE, requests.still_told)
    outbox.register(administrators.KIND, administrators.still_one)
    duties.declare(figures.SOURCE, on_their_way.SOURCE, offices.SOURCE, decisions.SOURCE)
    duties.declare(*reports.SOURCES, *standings.SOURCES, urged.SOURCE, conclusions.SOURCE)
    outbox.register(weekly.KIND, weekly.still_due)
    outbox.register(telling.KIND, telling.still_due)
    outbox.register(about_signs.KIND, about_signs.still_due)
    outbox.register(turn_mails.KIND, turn_mails.still_due)
    outbox.register_all(reminders.KIND, partial(leaving.still_due, site=settings.site))
    listeners.wire(before_commit=(partial(compliance.on_touched, then=reminders.close),))
    return app
