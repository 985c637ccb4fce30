"""The web application: `create_app` puts the doors before the product."""

from flask import Flask

from tracker import settings as configuration
from tracker.accounts import security
from tracker.accounts.pages import views as accounts
from tracker.administration import foresight
from tracker.administration import views as administration
from tracker.administration.hanging import hangs_on
from tracker.approvals import matters
from tracker.approvals import views as approvals
from tracker.auditing import views as auditing
from tracker.briefings import views as briefings
from tracker.channels import views as channels
from tracker.core import logs
from tracker.core.web import every_page, forms, requests
from tracker.enrolment import service as enrolment_service
from tracker.enrolment import views as enrolment
from tracker.headless import headless_app
from tracker.home import views as home
from tracker.mail import views as mail
from tracker.monitoring import views as monitoring
from tracker.permissions import guard
from tracker.permissions import table_views as permissions
from tracker.planning import views as planning
from tracker.search import views as search
from tracker.settings import Settings
from tracker.signing import views as signing

DOORS = (
    home,
    monitoring,
    briefings,
    planning,
    administration,
    search,
    accounts,
    channels,
    approvals,
    enrolment,
    auditing,
    permissions,
    signing,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The product with its pages.

    Raises SettingsError where the environment is wrong, and UndeclaredAction where an endpoint says no action.
    """
    settings = settings or configuration.load()
    app = headless_app(settings)
    logs.init_app(app)
    for part in (requests, forms, every_page, security):
        part.init_app(app, settings)
    matters.declare(settings.site)
    enrolment_service.register(hangs_on)
    foresight.register()
    for door in DOORS:
        app.register_blueprint(door.blueprint)
    if settings.demo:
        app.register_blueprint(mail.blueprint)
    guard.install(app)
    return app
