"""Writing files: whole or not at all, whatever happens meanwhile."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from hypothesis import given
from hypothesis import strategies as st

from linter import files

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ENCODINGS = st.sampled_from(
    [(b"", "utf-8"), (BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be")]
)


@given(TEXTS, ENCODINGS)
def test_what_was_decoded_is_encoded_to_the_same_bytes(text, encoding):
    mark, codec = encoding
    data = mark + text.encode(codec)
    if not mark and text.startswith("\ufeff"):
        text = text[1:]  # which is the mark
    source = files.decode(data, "x")

    assert (text, data) == (source.text, files.encode(source, source.text))


@given(st.binary(), ENCODINGS)
def test_bytes_that_are_text_at_all_come_back(data, encoding):
    try:
        source = files.decode(encoding[0] + data, "x")
    except files.Unreadable:
        return

    assert encoding[0] + data == files.encode(source, source.text)
