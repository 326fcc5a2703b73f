"""Starts the portal, nothing else."""

from portal.app import create_app
from portal.core.config import from_environment

application = create_app(from_environment())
