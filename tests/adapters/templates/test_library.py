"""The library offers what it checked, and nothing else."""

from pathlib import Path

import pytest

from consent.errors import NotFound, TemplateRefused
from consent.store.library import TemplateLibrary


@pytest.fixture
def folder(tmp_path: Path, minimal: str) -> Path:
    for version in ("1.0.0", "1.10.0", "1.9.0"):
        file = tmp_path / "small" / version / "template.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(minimal.replace("version: 1.0.0", f"version: {version}"))
    return tmp_path


def test_all_versions_come_in_the_order_of_their_numbers(folder: Path) -> None:
    assert [template.version for template in TemplateLibrary(folder).all()] == ["1.0.0", "1.9.0", "1.10.0"]


def test_the_latest_is_the_highest_number_not_the_last_word(folder: Path) -> None:
    assert TemplateLibrary(folder).latest("small").version == "1.10.0"


def test_one_version_is_found_by_id_and_version(folder: Path) -> None:
    assert TemplateLibrary(folder).get("small", "1.9.0").ref.version == "1.9.0"


def test_what_is_not_there_is_not_found(folder: Path) -> None:
    library = TemplateLibrary(folder)
    with pytest.raises(NotFound):
        library.get("small", "2.0.0")
    with pytest.raises(NotFound):
        library.latest("large")


def test_an_empty_folder_is_an_empty_library(tmp_path: Path) -> None:
    assert TemplateLibrary(tmp_path).all() == ()


def test_a_folder_of_another_version_is_refused(folder: Path) -> None:
    (folder / "small" / "1.9.0").rename(folder / "small" / "1.8.0")
    with pytest.raises(TemplateRefused, match=r"small/1\.8\.0/template\.yaml:1: the file says small 1\.9\.0"):
        TemplateLibrary(folder)


def test_a_file_that_breaks_a_rule_stops_the_start_and_is_named(folder: Path) -> None:
    (folder / "small" / "1.9.0" / "template.yaml").write_text("a: &a b\n")
    with pytest.raises(TemplateRefused, match=r"small/1\.9\.0/template\.yaml:1: anchors"):
        TemplateLibrary(folder)


def test_c22_a_file_that_changed_on_disk_is_not_offered(folder: Path) -> None:
    library = TemplateLibrary(folder)
    file = folder / "small" / "1.10.0" / "template.yaml"
    file.write_text(file.read_text().replace("You may bleed.", "Nothing can happen."))
    with pytest.raises(TemplateRefused, match="changed on disk"):
        library.latest("small")
    assert library.get("small", "1.9.0").version == "1.9.0"


def test_c22_a_file_that_vanished_is_not_offered(folder: Path) -> None:
    library = TemplateLibrary(folder)
    (folder / "small" / "1.9.0" / "template.yaml").unlink()
    with pytest.raises(TemplateRefused, match="cannot be read"):
        library.get("small", "1.9.0")
