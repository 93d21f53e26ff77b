"""Changing a condition piece by piece never changes what the rest of it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.core.access.conditions import EVERYTHING, AllOf, AnyOf, Condition, Term
from rapport.core.access.trees import add, at, put, rooted, tidy, turned, way

pytestmark = pytest.mark.sqlite_only
A, B, C = Term("a"), Term("b"), Term("c")
TREES = st.recursive(
    st.sampled_from([A, B, C]),
    lambda some: st.one_of(*(st.lists(some, max_size=3).map(lambda parts, kind=kind: kind(tuple(parts)))  # type: ignore[misc]
                             for kind in (AllOf, AnyOf))),
    max_leaves=8,
)  # fmt: skip


def holds(tree: Condition, known: set[Condition]) -> bool:
    if isinstance(tree, Term):
        return tree in known
    whether = [holds(part, known) for part in tree.parts]
    return all(whether) if isinstance(tree, AllOf) else any(whether)


def is_filled(tree: Condition) -> bool:
    return isinstance(tree, Term) or (bool(tree.parts) and all(map(is_filled, tree.parts)))


def test_it_works() -> None:
    tree = AllOf((A, AnyOf((B, C))))
    assert at(tree, (1, 0)) == B and at(tree, (1, 5)) is None and at(tree, (0, 0)) is None
    assert put(tree, (1, 0), A) == AllOf((A, AnyOf((A, C)))) and put(tree, (1,), None) == AllOf((A,))
    assert add(tree, (1,), A) == AllOf((A, AnyOf((B, C, A)))) and add(tree, (), A).parts[-1] == A  # type: ignore[union-attr]
    assert turned(tree) == AnyOf(tree.parts) and rooted(A) == AllOf((A,)) and rooted(EVERYTHING) == EVERYTHING


def test_places_that_there_are_not_change_nothing() -> None:
    tree = AllOf((A,))
    assert put(tree, (7,), B) == put(tree, (0, 1), B) == add(tree, (0,), B) == add(tree, (3,), B) == tree
    assert way("1.0") == (1, 0) and way("") == () and way("x") is None and way("1.") is None and way("9999") is None


@given(TREES.filter(is_filled), st.sets(st.sampled_from([A, B, C])))
def test_a_tidy_tree_means_the_same(tree: Condition, known: set[Condition]) -> None:
    assert holds(tidy(tree), known) == holds(tree, known)


@given(TREES)
def test_a_tidy_tree_has_no_groups_that_say_nothing(tree: Condition) -> None:
    def check(one: Condition, above: type | None) -> None:
        if not isinstance(one, Term):
            assert len(one.parts) > 1 and type(one) is not above
            for part in one.parts:
                check(part, type(one))

    if (whole := tidy(tree)) != EVERYTHING:
        check(whole, None)
