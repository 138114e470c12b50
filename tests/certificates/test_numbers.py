from hypothesis import assume, given
from hypothesis import strategies as st

from certificates import numbers
from certificates.numbers import CODE_ALPHABET, NUMBER_ALPHABET, Serial

serials = st.builds(
    Serial,
    st.text("ABCEHKMPTX", min_size=1, max_size=4),
    st.integers(2000, 2199),
    st.integers(1, 10**7),
)


@given(serials)
def test_a_number_is_read_as_it_was_printed(serial):
    assert numbers.read_number(str(serial)) == str(serial)


@given(serials, st.data())
def test_one_wrong_character_is_always_caught(serial, data):
    text = str(serial).replace("-", "")
    at = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from(NUMBER_ALPHABET))
    assume(wrong != text[at])
    assert numbers.read_number(text[:at] + wrong + text[at + 1 :]) is None


@given(st.text(max_size=80))
def test_any_text_gets_an_answer(typed):
    numbers.read_number(typed)
    numbers.read_code(typed)


def test_a_code_is_read_through_its_look_alikes():
    code = numbers.new_code()
    typed = numbers.printed_code(code).lower().replace("0", "о").replace("1", "l")
    assert numbers.read_code(typed) == code


def test_codes_do_not_repeat():
    assert len({numbers.new_code() for _ in range(1000)}) == 1000


def test_a_wrong_code_is_caught():
    code = numbers.new_code()
    swapped = CODE_ALPHABET[(CODE_ALPHABET.index(code[3]) + 1) % 32]
    assert numbers.read_code(code[:3] + swapped + code[4:]) is None
