"""The blueprint of this door; each page's file hangs its addresses on it."""

from flask import Blueprint

blueprint = Blueprint("briefings", __name__)
