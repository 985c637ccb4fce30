"""The door of programmes before they begin, and of the templates that targets are drafted from."""

from flask import Blueprint

blueprint = Blueprint("planning", __name__)
