"""The pages of accounts, bodies, offices and persons, put together."""

from tracker.administration import account_views as account_views
from tracker.administration import agency_views as agency_views
from tracker.administration import approved_views as approved_views
from tracker.administration import change_views as change_views
from tracker.administration import mail_views as mail_views
from tracker.administration import office_views as office_views
from tracker.administration import person_views as person_views
from tracker.administration.blueprint import blueprint as blueprint
