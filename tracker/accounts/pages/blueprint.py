"""The blueprint of accounts; each page's file hangs its addresses on it."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
