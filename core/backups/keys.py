"""Keys that no database holds: those of seals, and the secrets of the settings."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from core.backups.errors import BackupError
from core.backups.manifest import KEYS, StoredFile, write_file

_SEALS = "seals"
_CONFIGURED_SEAL = "seal.p12"
_SETTINGS = "settings.json"
# Sessions, codes and secrets of a restored database are unreadable without these.
_SECRETS = ("SECRET_KEY", "ENCRYPTION_KEYS", "IDP_OIDC_PRIVATE_KEY")


def copy_all(backup: Path) -> dict[str, StoredFile]:
    """Copy the keys into a backup. A passphrase is not copied, a device gives no key away."""
    folder = backup / KEYS
    copied = {
        f"{_SEALS}/{path.name}": write_file(folder / _SEALS / path.name, [path.read_bytes()])
        for path in sorted(_own_seals().glob("*.p12"))
    }
    if settings.CERTIFICATES_PKCS12:
        content = Path(settings.CERTIFICATES_PKCS12).read_bytes()
        copied[_CONFIGURED_SEAL] = write_file(folder / _CONFIGURED_SEAL, [content])
    secrets = json.dumps(_secrets(), indent=1).encode()
    copied[_SETTINGS] = write_file(folder / _SETTINGS, [secrets])
    return copied


def restore(backup: Path, undo: Callable[..., Any]) -> None:
    """Put back the keys that the product made. `undo` takes a function that takes one away."""
    for source in sorted((backup / KEYS / _SEALS).glob("*.p12")):
        target = _own_seals() / source.name
        content = source.read_bytes()
        if target.exists():
            if target.read_bytes() != content:
                raise BackupError(
                    f"{target} is another key than the one in the backup. Move it away first."
                )
            continue
        write_file(target, [content])
        undo(target.unlink)


def advice(backup: Path) -> list[str]:
    """Return a sentence for each key that the operator has to put back."""
    folder = backup / KEYS
    if not (folder / _SETTINGS).exists():
        return ["The backup holds no keys. Put back SECRET_KEY and the other keys yourself."]
    backed_up, current = json.loads((folder / _SETTINGS).read_text()), _secrets()
    result = [
        f"{name} differs from the backup's. Take it from {folder / _SETTINGS}."
        for name, value in backed_up.items()
        if value != current.get(name)
    ]
    if (folder / _CONFIGURED_SEAL).exists() and not settings.CERTIFICATES_PKCS12:
        result.append(
            f"The seal's key is in {folder / _CONFIGURED_SEAL}. Name it in CERTIFICATES_PKCS12."
        )
    return result


def _own_seals() -> Path:
    return Path(settings.VAR_DIR) / "keys"


def _secrets() -> dict[str, Any]:
    return {name: value for name in _SECRETS if (value := getattr(settings, name, None))}
