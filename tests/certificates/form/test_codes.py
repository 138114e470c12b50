import pytest

from certificates.form.codes import code_from


@pytest.mark.parametrize(
    ("text", "taken", "code"),
    [
        ("Учёная степень", (), "uchenaia_stepen"),
        ("Place of work, 2nd", (), "place_of_work_2nd"),
        ("Учёная степень", ("uchenaia_stepen",), "uchenaia_stepen_2"),
        ("Имя", ("imia", "imia_2"), "imia_3"),
        ("№ —", (), "question"),
        ("漢字", ("question",), "question_2"),
        ("a" * 90, (), "a" * 40),
        ("a" * 90, ("a" * 40,), "a" * 36 + "_2"),
        (
            "одно очень длинное предложение вместо названия вопроса",
            (),
            "odno_ochen_dlinnoe_predlozhenie_vmesto",
        ),
    ],
)
def test_code_is_made_of_whole_words_and_is_not_taken(text, taken, code):
    assert code_from(text, taken=taken, joined_by="_", otherwise="question") == code
    assert len(code) <= 40
