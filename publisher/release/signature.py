"""Ed25519 signatures (RFC 8032) over proofs: made where the private key lies, checked anywhere.

Only this module knows the package that computes them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key

from publisher.errors import ConfigError

MAKE: Final = "make one with `openssl genpkey -algorithm ed25519 -out FILE`"


def private_key(path: Path) -> Ed25519PrivateKey:
    """The key in a PEM file. Raises `ConfigError` when it cannot be read or is of another kind."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError(f"{path} is not a private key without a password: {error}; {MAKE}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{path} has a key of another kind than Ed25519; {MAKE}")
    return key


def public_key(text: str, where: str) -> Ed25519PublicKey:
    """The key in a text, PEM or only its middle line; `where` is for messages. Raises `ConfigError`."""
    body = "".join(line.strip() for line in text.splitlines() if not line.startswith("-----"))
    try:
        key = load_der_public_key(base64.b64decode(body, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        hint = "give what `openssl pkey -in KEY -pubout` prints"
        raise ConfigError(f"{where} is not an Ed25519 public key; {hint}")
    return key


def checker(text: str, where: str) -> Callable[[bytes, bytes], bool]:
    """Whether content has a signature by the public key in a text. Raises `ConfigError`."""
    return partial(signs, public_key(text, where))


def signs(key: Ed25519PublicKey, content: bytes, signature: bytes) -> bool:
    """Whether this signature was made over this content with the private key of this public one."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True
