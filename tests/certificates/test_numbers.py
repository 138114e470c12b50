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
    numbers.read_codes(typed)


def test_a_code_is_read_through_its_look_alikes():
    code = numbers.new_code()
    typed = numbers.printed_code(code).lower().replace("0", "о").replace("1", "l")
    assert numbers.read_codes(typed) == [code]


PASTED = [
    "{}",
    "№ {}",
    "№\u00a0{} от 30 ноября 2026\u00a0г.",
    "Свидетельство о публикации № {}, выдано 30.11.2026",
    "код {}",
    "code {}",
    "Code: {}.",
    "vesti.example/v\nкод {}",
    "https://vesti.example/v/{}/",
    "https://vesti.example/verify/?number={}&utm_source=mail",
    "«{}»",
]


def with_dashes(dash):
    return lambda text: text.replace("-", dash)


def in_cyrillic(text):
    return text.translate(str.maketrans("ABCEHKMPTXYJS3", "АВСЕНКМРТХУЈЅЗ")).lower()


SPELLINGS = [
    str,
    str.lower,
    in_cyrillic,
    *map(with_dashes, ["‐", "‑", "–", "—", "−", "_"]),
    with_dashes(" "),
    with_dashes(" - "),
    with_dashes(""),
    with_dashes("-\u200b"),
]


@given(serials)
def test_a_number_is_found_in_what_people_paste(serial):
    for text in PASTED:
        for spelling in SPELLINGS:
            pasted = text.format(spelling(str(serial)))
            assert numbers.read_number(pasted) == str(serial), pasted


def test_a_code_is_found_in_what_people_paste():
    code = numbers.new_code()
    for text in PASTED:
        for spelling in SPELLINGS:
            pasted = text.format(spelling(numbers.printed_code(code)))
            assert code in numbers.read_codes(pasted), pasted


def test_a_code_typed_in_cyrillic_letters_is_read():
    body = "YKWFSH3N67J4AA9"
    code = body + numbers.check_character(body, CODE_ALPHABET)
    assert numbers.read_codes(in_cyrillic(numbers.printed_code(code))) == [code]


def test_a_text_without_a_number_has_none():
    text = "Свидетельство о публикации от 30 ноября 2026 г., код утерян"
    assert numbers.read_number(text) is None
    assert numbers.read_codes(text) == []


def test_codes_do_not_repeat():
    assert len({numbers.new_code() for _ in range(1000)}) == 1000


def test_a_wrong_code_is_caught():
    code = numbers.new_code()
    swapped = CODE_ALPHABET[(CODE_ALPHABET.index(code[3]) + 1) % 32]
    assert numbers.read_codes(code[:3] + swapped + code[4:]) == []
