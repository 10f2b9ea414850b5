"""Tests of `showclear.adapters.files`: nothing that a person names is passed over in silence."""

from __future__ import annotations

from pathlib import Path

from showclear.adapters.files import yaml_files


def touched(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_folder_means_every_yaml_file_below_it_in_order(tmp_path: Path) -> None:
    b, a, page = tmp_path / "b.yaml", tmp_path / "deep" / "er" / "a.yaml", tmp_path / "page.md"
    touched(b, a, page)

    files, problems = yaml_files([tmp_path])

    assert ((b, a), ()) == (files, problems)


def test_a_file_is_taken_by_any_name_that_a_person_gives_it(tmp_path: Path) -> None:
    case = tmp_path / "case.yml"
    touched(case)

    files, problems = yaml_files([case, tmp_path / "." / "case.yml", tmp_path / "nowhere.yaml"])

    assert (case, tmp_path / "nowhere.yaml") == files
    assert () == problems


def test_a_folder_without_a_case_is_a_problem_with_words(tmp_path: Path) -> None:
    files, problems = yaml_files([tmp_path])

    assert () == files
    assert ["a folder without a YAML file"] == [problem.found for problem in problems]


def test_a_folder_that_leads_to_itself_ends(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    touched(case)
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)

    files, _ = yaml_files([tmp_path])

    assert (case,) == files
