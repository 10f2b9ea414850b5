"""Whoever follows the guide of the first day gets where it says, with its very words."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from showclear.cli.main import main
from showclear.cli.serving_certificate import Certificate
from tests.web.process import ROOT, serving

GUIDE = (ROOT / "docs" / "guides" / "first-day.md").read_text(encoding="utf-8")


def commands(word: str) -> list[list[str]]:
    """The guide's commands that begin so, as a shell reads them."""
    joined = GUIDE.replace("\\\n", " ")
    found = re.findall(rf"^    ({re.escape(word)} .*)$", joined, re.MULTILINE)
    return [shlex.split(line) for line in found]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the guide's own file in it."""
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "set.yaml").write_text(block, encoding="utf-8")
    return tmp_path


def test_its_production_can_be_made_filled_and_served(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = commands(".venv/bin/showclear")

    for one in given:
        if one[1] in ("init", "say"):
            assert 0 == main(one[1:]), one
    assert "Kept" not in capsys.readouterr().out, "something in it could not be read"

    with serving(here / "myshow", log=here / "log") as server:
        assert "Enrol the tablet on the cart, once:" in server.page
        assert "Enrol the first AD's phone or laptop, once:" in server.page
        assert 0 < server.stop()
        assert 0 == server.process.returncode


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_its_certificate_opens_https(here: Path) -> None:
    for one in commands("openssl"):
        subprocess.run(one, check=True, capture_output=True)

    Certificate(cert=here / "cert.pem", key=here / "key.pem").check()


def test_every_option_that_it_names_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    main(["serve", "--help"])
    serve = capsys.readouterr().out
    main(["replay", "--help"])
    known = serve + capsys.readouterr().out

    used = {
        word
        for one in commands(".venv/bin/showclear")
        if one[1] in ("serve", "replay")
        for word in one
        if word.startswith("--")
    }
    assert used >= {"--practice", "--cert", "--key", "--zone", "--through"}
    assert not [word for word in used if word not in known]
