"""Real stack files, deployed: what runs is planned and checked as the files are."""

import json
import re
from pathlib import Path

import pytest
from test_corpus import CORPUS, files

pytestmark = [pytest.mark.swarm, pytest.mark.corpus]

ONLY_IN_FILES = re.compile(r"a")
