"""A clone works anywhere: no file names a machine's folders or a registry's address.

The words are put together here, because this file is in the repository too.
"""

import re

import pytest

from tests.architecture.source_tree import short, tracked_files

HOSTS = ("pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "deb." + "debian.org")
HOMES = ("work", "root", "home", "Users", "opt")
_PLACE = re.compile(
    # Not after a letter, a dot or a slash: that would be part of an address on the web.
    rf"(?<![\w.~/-])/(?:{'|'.join(HOMES)})/\w"
    + rf"|{'|'.join(re.escape(host) for host in HOSTS)}"
    + r"|\.\./sha"
    + r"red\b"
)


def places(text: str) -> list[str]:
    """Return each line that names one, with its number."""
    return [
        f"line {number}: {line.strip()[:100]}"
        for number, line in enumerate(text.splitlines(), start=1)
        if _PLACE.search(line)
    ]


def test_no_file_names_a_place() -> None:
    # A picture or a font has no lines to read; what little text it has is searched as well.
    named = {
        short(path): found
        for path in tracked_files()
        if (found := places(path.read_bytes().decode("utf-8", errors="ignore")))
    }

    assert {} == named


@pytest.mark.parametrize(
    "line", ["see /" + "home/someone/notes", "--index-url https://" + HOSTS[0], "cd /" + "work/x"]
)
def test_a_place_is_noticed(line: str) -> None:
    assert 1 == len(places(line))


def test_an_address_on_the_web_is_no_folder() -> None:
    assert [] == places("https://example.gov/" + "work/title8/5179")
