"""What we know of one kind of thing, and how its relations are read in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from publisher.description import Description


@dataclass(frozen=True, slots=True)
class Relation:
    """A property together with its inverse: many vocabularies state only one of the two directions."""

    property: NamedNode
    inverse: NamedNode | None = None

    def of(self, description: Description) -> tuple[NamedNode, ...]:
        """The resources related to this one, whichever direction states it, each once."""
        return tuple(dict.fromkeys(self._found(description)))

    def _found(self, description: Description) -> Iterator[NamedNode]:
        yield from (each for each in description.objects(self.property) if isinstance(each, NamedNode))
        if self.inverse is not None:
            yield from (each for each in description.subjects(self.inverse) if isinstance(each, NamedNode))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How resources of some classes are described.

    The catalogues of the interface have the words for one of them and for several, by `name`. `titles` are the
    properties that give the title, best first; `leads` those that give the first paragraph, best first; `remarks`
    what is said about that text. `up`, `down` and `beside` are hierarchies. `hidden` are properties that a page
    shows in another way or not at all; `filters` those that a list of such things can be narrowed by. `schema` is
    the schema.org type, empty where none fits; `sought` says that people look for such things by name.
    """

    name: str
    classes: tuple[NamedNode, ...] = ()
    titles: tuple[NamedNode, ...] = ()
    leads: tuple[NamedNode, ...] = ()
    remarks: tuple[NamedNode, ...] = ()
    up: tuple[Relation, ...] = ()
    down: tuple[Relation, ...] = ()
    beside: tuple[Relation, ...] = ()
    hidden: tuple[NamedNode, ...] = ()
    filters: tuple[NamedNode, ...] = ()
    schema: str = ""
    sought: bool = True

    def above(self, description: Description) -> tuple[NamedNode, ...]:
        """What is one step up in the hierarchy."""
        return _all(self.up, description)

    def below(self, description: Description) -> tuple[NamedNode, ...]:
        """What is one step down in the hierarchy."""
        return _all(self.down, description)

    def related(self, description: Description) -> tuple[NamedNode, ...]:
        """What stands beside it."""
        return _all(self.beside, description)

    @property
    def shown_apart(self) -> frozenset[NamedNode]:
        """The properties, of this resource or of others about it, that a page does not list again."""
        relations = (*self.up, *self.down, *self.beside)
        inverses = (each.inverse for each in relations if each.inverse is not None)
        return frozenset((*self.hidden, *(each.property for each in relations), *inverses))


def _all(relations: tuple[Relation, ...], description: Description) -> tuple[NamedNode, ...]:
    return tuple(dict.fromkeys(each for relation in relations for each in relation.of(description)))
