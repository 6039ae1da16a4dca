"""Upper rooms hang in what lower rooms call."""

import pytest

from ossma.core.registries import Registry


def test_a_key_is_taken_once():
    registry = Registry[int]("numbers")
    registry.register("one", 1)
    with pytest.raises(ValueError, match="'one' is registered twice"):
        registry.register("one", 2)


def test_a_missing_entry_is_named_with_its_registry():
    with pytest.raises(LookupError, match=r"numbers: nothing is registered as 'two'"):
        Registry[int]("numbers").get("two")
