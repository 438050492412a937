"""The errors that a user may see: each message is one clear sentence with what to do."""

from __future__ import annotations


class FacewrightError(Exception):
    """Base of every error whose message is meant for the user as it stands."""


class InputError(FacewrightError):
    """A file or value that cannot be used; the message names it and says what to do."""


class ModelUnavailable(FacewrightError):
    """A model, its weights or a fetched network is missing or does not match its card."""


class Cancelled(Exception):
    """Raised inside a long job when the user asked it to stop."""
