"""What pages say again and again, worked out once for each site and kept as long as it, within a bound."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from publisher.web import Site

Asked = ParamSpec("Asked")
Kept = TypeVar("Kept")


def kept(
    most: int,
) -> Callable[[Callable[Concatenate[Site, Asked], Kept]], Callable[Concatenate[Site, Asked], Kept]]:
    """Decorate a function of a site, in one of its languages, and hashable positional arguments.

    What it returns may not hold on to the site, which would then never be let go of.
    """

    def decorate(work_out: Callable[Concatenate[Site, Asked], Kept]) -> Callable[Concatenate[Site, Asked], Kept]:
        @wraps(work_out)
        def find(site: Site, /, *asked: Asked.args, **named: Asked.kwargs) -> Kept:
            values: dict[object, Kept] = site.memory.setdefault((work_out, site.spoken), {})
            try:
                return values[asked]
            except KeyError:
                pass
            found = work_out(site, *asked, **named)
            # Two threads may work out the same at the same time; it is the same.
            if len(values) >= most:
                values.clear()
            values[asked] = found
            return found

        return find

    return decorate
