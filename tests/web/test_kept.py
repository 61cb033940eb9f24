"""What is worked out once for each site."""

import gc
from dataclasses import replace
from weakref import ref

from publisher.web import Site
from publisher.web.kept import kept


def test_a_value_is_worked_out_once_for_each_site_and_argument(site: Site) -> None:
    asked = []

    @kept(10)
    def length(site: Site, word: str) -> int:
        asked.append(word)
        return len(word)

    other = replace(site)
    assert [length(site, "one"), length(site, "three"), length(site, "one"), length(other, "one")] == [3, 5, 3, 3]
    assert asked == ["one", "three", "one"]


def test_no_more_values_are_kept_than_asked_for(site: Site) -> None:
    asked = []

    @kept(2)
    def double(site: Site, number: int) -> int:
        asked.append(number)
        return 2 * number

    for number in (1, 2, 3, 1, 3):
        assert double(site, number) == 2 * number
    assert asked == [1, 2, 3, 1]


def test_a_site_is_let_go_of_with_what_was_kept_for_it(site: Site) -> None:
    @kept(10)
    def name(site: Site) -> str:
        return site.release.id

    passing = replace(site)
    assert name(passing) == site.release.id
    gone = ref(passing)
    del passing
    gc.collect()
    assert gone() is None
