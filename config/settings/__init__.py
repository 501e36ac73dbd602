"""Settings by topic; single switches instead of environments, each safe when absent."""

import django_stubs_ext

from config.settings.api import *
from config.settings.auth import *
from config.settings.base import *
from config.settings.cache import *
from config.settings.celery import *
from config.settings.channels import *
from config.settings.console import *
from config.settings.database import *
from config.settings.email import *
from config.settings.logging import *
from config.settings.partners import *
from config.settings.security import *
from config.settings.storage import *

django_stubs_ext.monkeypatch()
