"""The settings of the baseline's server: ours, with one view that does one INSERT."""

from ossma.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.safety_answer"
