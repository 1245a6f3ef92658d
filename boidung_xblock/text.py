"""Vietnamese text: one normal form on the way in, folding for search, an ASCII key for sorting by given name."""

from __future__ import annotations

import re
import unicodedata

# Order of letters and of tones in Vietnamese dictionaries; Python makes the key, so no result
# depends on a database's collation.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: f"{index + 10:02d}" for index, letter in enumerate(_LETTERS)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
# Control, zero-width and non-characters, and halves of a pair: PostgreSQL, XML or UTF-8 refuse them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]")
# Stands for the name of somebody whose account is retired; see ``present.person``.
ERASED_NAME = "—"


def normalise(text: str) -> str:
    """NFC, without control or zero-width characters, line ends as ``\\n``; what every stored text goes through."""
    # NFC last: what stood on both sides of a dropped character may compose.
    return unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def clean_line(text: str) -> str:
    """One line of text: ``normalise`` and every run of white space as one blank."""
    return " ".join(normalise(text).split())


def fold(text: str) -> str:
    """For search: lower case, no diacritics, đ→d, single blanks. "Nguyễn Văn Ân" → "nguyen van an"."""
    lowered = normalise(text).lower().replace("đ", "d")
    decomposed = unicodedata.normalize("NFD", lowered)
    return clean_line("".join(char for char in decomposed if not unicodedata.combining(char)))


def name_sort_key(full_name: str) -> str:
    """ASCII key that sorts people as Vietnamese lists do: by given name (last word), then the rest.

    Letters compare first in Vietnamese alphabetical order (a < ă < â …), tones after (ngang, huyền, hỏi, ngã,
    sắc, nặng). At most 160 characters.
    """
    words = clean_line(full_name).lower().split()
    ordered = words[-1:] + words[:-1]
    return " ".join(_word_key(word) for word in ordered)[:160]


def _word_key(word: str) -> str:
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", word):
        base, tone = _split_tone(char)
        letters.append(_RANK.get(base, f"0{base}" if base.isascii() and base.isalnum() else "09"))
        tones.append(tone)
    return "".join(letters) + "." + "".join(tones)


def _split_tone(char: str) -> tuple[str, str]:
    """Split "ấ" into the letter "â" and its tone digit; tone "0" is ngang."""
    tone = "0"
    kept = []
    for part in unicodedata.normalize("NFD", char):
        if part in _TONES:
            tone = _TONES[part]
        else:
            kept.append(part)
    return unicodedata.normalize("NFC", "".join(kept)), tone
