"""The blueprint of this room."""

from flask import Blueprint

blueprint = Blueprint("signing", __name__)
