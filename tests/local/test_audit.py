"""The dependency audit calls nothing ok that it did not look at."""

import json
from datetime import UTC, datetime

from ossma.local.audit import Audit, read, verdict

NOW = datetime(2026, 12, 1, tzinfo=UTC)
KEPT = {"at": "2026-11-20T00:00:00+00:00", "audited": {"django": "6.1.3", "pillow": "12.0"}}


def report(*rows: dict) -> str:
    return json.dumps({"dependencies": rows, "fixes": []})


DJANGO = {"name": "django", "version": "6.1.3", "vulns": []}
SKIPPED = {"name": "pillow", "skip_reason": "Dependency not found on PyPI and could not be audited: pillow (13.0)"}
VULNERABLE = {"name": "jinja2", "version": "2.4.1", "vulns": [{"id": "PYSEC-2014-8", "fix_versions": ["2.7.2"]}]}


def test_a_full_audit_is_ok_and_counts_its_packages():
    assert verdict(read(report(DJANGO)), {}, NOW, required=True) == (
        True,
        "ok      1 of 1 packages audited, data of today",
    )


def test_packages_that_were_left_out_are_a_warning_with_numbers_and_age():
    passes, line = verdict(read(report(DJANGO, SKIPPED)), KEPT, NOW, required=False)
    assert passes
    assert line.startswith("WARNING not audited: 1 packages are not known")
    assert "1 of 2 packages audited" in line
    assert "11 days old; 1 of its packages have the same version" in line


def test_without_any_data_nothing_is_ok():
    passes, line = verdict(read("ConnectionError"), {}, NOW, required=False)
    assert passes
    assert line.startswith("WARNING not audited: neither PyPI nor OSV answered")
    assert "was ever made" in line


def test_where_an_audit_is_required_one_that_left_packages_out_fails():
    assert verdict(read(report(DJANGO, SKIPPED)), {}, NOW, required=True)[0] is False
    assert verdict(Audit(), {}, NOW, required=True)[0] is False


def test_a_vulnerable_package_fails_by_name_even_where_others_were_left_out():
    passes, line = verdict(read(report(SKIPPED, VULNERABLE)), {}, NOW, required=False)
    assert not passes
    assert "jinja2 2.4.1: PYSEC-2014-8" in line


def test_what_one_service_does_not_know_the_other_may():
    both = read(report(DJANGO, SKIPPED)).joined(read(report({"name": "pillow", "version": "13.0", "vulns": []})))
    assert both.is_full
