"""What the tests of the walls share."""

import pytest


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    """Pictures that a test makes lie in a folder of its own."""
    settings.FILES_ROOT = tmp_path
