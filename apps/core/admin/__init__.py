"""The base of all lists of the console. The lists of core itself are registered when core is ready.

The site's own pages use this base while the site is made, so nothing may be registered here.
"""

from apps.core.admin.filters import SinceFilter
from apps.core.admin.frame import Page
from apps.core.admin.readonly import EVERY_RECORD, ReadOnlyAdmin, Table

__all__ = ["EVERY_RECORD", "Page", "ReadOnlyAdmin", "SinceFilter", "Table"]
