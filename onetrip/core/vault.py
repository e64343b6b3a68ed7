"""Sealed files in the city's storage: written before the row that names them, deleted after the commit that forgets it.

A name says nothing of what is inside. Who may read is decided by the module whose row holds the name.
"""

from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from onetrip.core.crypto import seal, unseal
from onetrip.core.ids import new_public_id


def keep(content: bytes, *, folder: str, purpose: str) -> str:
    """Seal the content for the purpose, keep it below the folder and return its name."""
    return default_storage.save(
        f"{folder}/{new_public_id()}.bin", ContentFile(seal(content, purpose=purpose))
    )


def read(name: str, *, purpose: str) -> bytes:
    """Return what was kept; raises FileNotFoundError when it is gone, cryptography's InvalidTag when it was altered."""
    with default_storage.open(name) as file:
        return unseal(file.read(), purpose=purpose)


def let_go(name: str) -> None:
    """Delete the file when the row is surely gone: a rolled back deletion must not leave a row without its file."""
    transaction.on_commit(partial(default_storage.delete, name))
