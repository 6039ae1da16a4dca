"""Whole yen."""

from decimal import Decimal

import pytest

from ossma.core.money import rate_of, total, whole_yen, with_tax


def test_five_per_cent_of_3630_is_182():
    assert rate_of(3630, Decimal("0.05")) == 182


@pytest.mark.parametrize(("amount", "expected"), [(10, 1), (30, 2), (9, 0), (-10, -1), (0, 0)])
def test_half_a_yen_rounds_away_from_zero(amount, expected):
    assert rate_of(amount, Decimal("0.05")) == expected


@pytest.mark.parametrize(("net", "gross"), [(3300, 3630), (5500, 6050), (14850, 16335), (29700, 32670)])
def test_the_demo_table_with_tax(net, gross):
    assert with_tax(net, Decimal("0.10")) == gross


@pytest.mark.parametrize("amount", [3630.0, Decimal(3630), "3630", True, None])
def test_only_int_is_an_amount(amount):
    with pytest.raises(TypeError, match="whole number of yen"):
        whole_yen(amount)


def test_a_float_is_no_rate():
    with pytest.raises(TypeError, match="rate is a Decimal"):
        rate_of(3630, 0.05)


def test_an_endless_rate_is_refused():
    with pytest.raises(ValueError, match="finite"):
        rate_of(3630, Decimal("NaN"))


def test_a_total_checks_every_amount():
    assert total(3630, 182) == 3812
    with pytest.raises(TypeError):
        total(3630, 181.5)
