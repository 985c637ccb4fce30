"""The blueprint of this room."""

from flask import Blueprint

blueprint = Blueprint("approvals", __name__)
