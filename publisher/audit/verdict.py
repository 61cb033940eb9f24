"""What an audit comes to: what was looked at, what is wrong with it, and who vouches for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Key = Callable[[bytes, bytes], bool]
"""Whether it made, over these bytes, this signature."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wrong` has a line for each thing that differs; `trust` says what it is worth that nothing does."""

    summary: str
    wrong: tuple[str, ...] = ()
    trust: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """The bytes of a proof, and its signature where there is one."""

    name: str
    proof: bytes
    signature: bytes | None


def forged(found: Iterable[Signed], key: Key | None) -> tuple[str, ...]:
    """A line for each signature that is not by this key."""
    if key is None:
        return ()
    return tuple(
        f"{each.name}: the signature is not by this key, or not of this proof"
        for each in found
        if each.signature is not None and not key(each.proof, each.signature)
    )


def trust_in(found: Iterable[Signed], key: Key | None) -> str:
    """What bytes that agree are worth: those of somebody we know, or only unchanged ones."""
    if key is None:
        return "integrity, not authenticity: no key is known (`public_key` in [release], or --public-key FILE)"
    listed = list(found)
    unsigned = [each.name for each in listed if each.signature is None]
    if unsigned or not listed:
        return f"integrity, not authenticity: {', '.join(unsigned) or 'nothing'} is not signed"
    return "integrity and authenticity: signed with the key that is known"
