"""A file of one's own is looked at before anything of the demo is set up."""

from pathlib import Path

import pikepdf
import pytest

from app.demo.own_file import OwnFileRefused, check_own_file
from app.demo.report import typeset
from app.kernel.config import Settings


def _encrypted(folder: Path) -> Path:
    plain, locked = folder / "plain.pdf", folder / "locked.pdf"
    plain.write_bytes(typeset())
    with pikepdf.open(plain) as made:
        made.save(locked, encryption=pikepdf.Encryption(owner="secret", user="secret"))
    return locked


def test_a_pdf_of_ones_own_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "own.pdf"
    file.write_bytes(typeset())
    check_own_file(Settings(data_dir=tmp_path, demo_report=file))
    check_own_file(Settings(data_dir=tmp_path))


def test_a_missing_broken_or_encrypted_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    broken, text = tmp_path / "broken.pdf", tmp_path / "text.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing of a PDF" * 20)
    text.write_text("no PDF at all")
    said = {
        tmp_path / "missing.pdf": "there is no such file",
        broken: "damaged",
        text: "not a PDF",
        _encrypted(tmp_path): "password",
    }
    for file, why in said.items():
        with pytest.raises(OwnFileRefused) as refusal:
            check_own_file(Settings(data_dir=tmp_path, demo_report=file))
        assert why in refusal.value.message
        assert str(file) in refusal.value.message
        assert refusal.value.remedy
