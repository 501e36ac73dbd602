"""Images at rest: ciphertext under the customer's data key, so that an erasure closes them with everything else."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.compliance.models import Document, KycApplication
from apps.compliance.selectors import facts
from apps.core import crypto
from apps.core.selectors import data_keys

_COLUMN: Final = "compliance.Document.content"


@contextmanager
def kept(*, application: KycApplication, content: bytes) -> Iterator[str]:
    """Seal and store an image and yield its key; when the block fails, nothing stays. Works before an open unit.

    Raises: data_erased.
    """
    owner = facts.owner_of(application)
    sealed = crypto.seal(data_keys.key_of(owner), content, crypto.place(_COLUMN, owner))
    key = default_storage.save(f"kyc/{secrets.token_hex(24)}", ContentFile(sealed))
    try:
        yield key
    except BaseException:
        default_storage.delete(key)
        raise


def opened(*, document: Document) -> bytes:
    """Return an image. Works after an open unit. Raises: data_erased."""
    owner = facts.owner_of(document.application)
    with default_storage.open(document.view_key) as file:
        return crypto.open_(data_keys.key_of(owner), file.read(), crypto.place(_COLUMN, owner))
