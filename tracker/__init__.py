"""The commitment tracker of a province: `create_app` puts the rooms together."""

from flask import Flask

from tracker import settings as configuration
from tracker.accounts import letters, security
from tracker.accounts.pages import views as accounts
from tracker.administration import views as administration
from tracker.agencies import constraints as agencies
from tracker.approvals import matters
from tracker.approvals import views as approvals
from tracker.compliance.steps import service as compliance
from tracker.core import extensions, languages, logs
from tracker.core.db import listeners
from tracker.core.web import every_page, forms
from tracker.enrolment import service as enrolment_service
from tracker.enrolment import views as enrolment
from tracker.home import views as home
from tracker.mail import service as outbox
from tracker.mail import views as mail
from tracker.monitoring import views as monitoring
from tracker.people import queries as people
from tracker.permissions import guard
from tracker.permissions import table_views as permissions
from tracker.permissions import views as audit
from tracker.programmes import constraints as programmes
from tracker.progress import constraints as progress
from tracker.reminders import queries as due
from tracker.reminders import service as reminders
from tracker.settings import Settings

DOORS = (home, monitoring, administration, accounts, approvals, enrolment, audit, permissions)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application (also the context of jobs and commands).

    Raises SettingsError where the environment is wrong, and UndeclaredAction where an endpoint says no action.
    """
    settings = settings or configuration.load()
    app = Flask(
        __name__,
        template_folder=str(extensions.HOME / "templates"),
        static_folder=str(extensions.HOME / "static"),
        instance_path=str(settings.instance),
    )
    extensions.init_app(app, settings)
    languages.init_app(app)
    for part in (logs, forms, every_page):
        part.init_app(app, settings)
    security.init_app(app, settings)
    matters.declare(letters.Site(settings.base_url, settings.host))
    enrolment_service.register()
    for door in DOORS:
        app.register_blueprint(door.blueprint)
    if settings.demo:
        app.register_blueprint(mail.blueprint)
    for room in (agencies, programmes, progress):
        room.explain()
    outbox.set_address_book(people.addresses)
    outbox.register(reminders.KIND, due.still_due)
    listeners.wire(before_commit=(compliance.on_touched, reminders.on_touched))
    guard.install(app)
    return app
