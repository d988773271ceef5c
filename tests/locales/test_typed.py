"""Kazakh as people type it: without its own letters, in Latin ones, mixed with Russian, with courtesy."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consents import reading as consents
from bot.talk.reply_codes import read_reply
from dialogs.engine import Option, T, fold
from dialogs.menu import menu
from locales import LOCALES, command_meant, denies, fold_typed, number_meant, spellings, ways, yes_or_no
from locales.catalogue import all_words

KAZAKH_ON_A_RUSSIAN_KEYBOARD = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
# Latin letters as three rules, and habit, have them.
LATIN = {
    "2021": dict(
        zip(
            "абвгғдежзийкқлмнңоөпрстуұүфхһшіыэә",
            "a b v g ğ d e j z i i k q l m n ñ o ö p r s t u ū ü f h h ş i y e ä".split(),
            strict=True,
        )
    ),
    "2018": dict(
        zip(
            "абвгғдежзийкқлмнңоөпрстуұүфхһшіыэә",
            "a b v g ǵ d e j z ı ı k q l m n ń o ó p r s t ý u ú f h h sh i y e á".split(),
            strict=True,
        )
    ),
    "habit": dict(
        zip(
            "абвгғдежзийкқлмнңоөпрстуұүфхһшіыэә",
            "a b v g gh d e zh z i y k k l m n ng o o p r s t u u u f kh h sh i y e a".split(),
            strict=True,
        )
    ),
    "in passports": dict(
        zip(
            "абвгғдежзийкқлмнңоөпрстуұүфхһшіыэә",
            "a b v g g d e j z i i k k l m n n o o p r s t u u u f h h sh i i e a".split(),
            strict=True,
        )
    ),
}
KAZAKH_WORDS = sorted(
    word
    for key, line in all_words("kk").items()
    if key.startswith(("also.", "command.", "reply.", "typed.number."))
    for word in line.split("|")
    if set(word) <= set(LATIN["2021"]) | {" "}
)


@pytest.mark.parametrize(
    "same",
    [
        "жазылу жазылу jazylu jazilu zhazylu jazılu Жазылу! ЖАЗЫЛУ",
        "дәрігер даригер dariger däriger дaрiгер ДӘРІГЕР därıger",
        "шақыру шакыру shaqyru shakyru şaqyru shakiru",
        "жоқ жок joq jok zhok zhoq ЖОҚҚ djok джок",
        "иә иа ia ИӘ иаа iä",
        "ия iya ИЯ",
        "мәзір мазир mazir mäzir",
        "да da даа ДА Da",
        "нет net НЕТ неет nеt",
        "запись запис zapis zapis'",
        "вызов vyzov vizov",
        "ребёнку ребенку rebenku rebyonku",
        "русский russkiy russky",
        "всё vsyo vse все",
        "этот etot",
        "бүгін бугин bugin бyгiн bügin",
        "жаңа жана jana janga zhaña",
        "дүйсенбі дуйсенби duisenbi duysenbi düisenbı",
        "ұйғыр уйгыр uigyr uyghyr",
    ],
)
def test_however_a_word_is_typed_it_folds_to_one(same: str) -> None:
    assert len({fold(word) for word in same.split()}) == 1, [(word, fold(word)) for word in same.split()]


@pytest.mark.parametrize(
    "different", ["иә жоқ", "я иә", "да нет", "сс с", "екі жеті", "бес бас", "ана әже", "11 1"]
)
def test_words_that_mean_different_things_stay_apart(different: str) -> None:
    one, other = different.split()
    assert fold(one) != fold(other)


@pytest.mark.parametrize("word", KAZAKH_WORDS)
def test_every_kazakh_word_that_we_read_is_read_without_its_own_letters_and_in_latin_ones(word: str) -> None:
    assert fold(word.translate(KAZAKH_ON_A_RUSSIAN_KEYBOARD)) == fold(word)
    for rule, letters in LATIN.items():
        latin = "".join(letters.get(letter, letter) for letter in word)
        assert fold(latin) == fold(word), (rule, latin, fold(latin), fold(word))


@given(st.text(max_size=200))
def test_S42_any_text_folds_to_plain_words_and_never_fails(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(letter.isalnum() or letter == " " for letter in folded)


def test_what_is_folded_folds_to_itself_in_every_word_we_know() -> None:
    for locale in LOCALES:
        for key, line in all_words(locale).items():
            for word in line.split("|") if "{" not in line else ():
                assert fold(fold(word)) == fold(word), (key, word)


@pytest.mark.parametrize(
    "word", "иә ия иа iya ia ие йя иэ да Да! da ok әрине жарайды zharaidy 1 бір bir".split()
)
def test_yes_is_understood(word: str) -> None:
    assert yes_or_no(word) is True


@pytest.mark.parametrize("word", "жоқ жок joq zhok нет net неа ЖОҚ! 0 нөл ноль kelmeimin келмейм".split())
def test_no_is_understood(word: str) -> None:
    assert yes_or_no(word) is False


@pytest.mark.parametrize("words", ["иә да", "Иә, өтінемін", "да, пожалуйста", "ia, da", "да 1", "Рахмет, иә"])
def test_yes_is_understood_in_two_languages_and_with_courtesy(words: str) -> None:
    assert yes_or_no(words) is True


@pytest.mark.parametrize(
    "words", ["", "иә жоқ", "да нет", "не знаю", "білмеймін", "я", "2", "рахмет", "123456", "менің"]
)
def test_what_is_neither_yes_nor_no_is_neither(words: str) -> None:
    assert yes_or_no(words) is None


NO_YES = (
    "да?|иә?|согласен?|1?|не|Не?|ага|аға|рахмет, аға|раз|одна|я один|біреу|да 👎|иә ❌|нет, не да|да нет"
    "|не да|да, нет|да не приду|хорошо, не приду|ок, нет|жоқ емес|иә емес|не хочу|пока да не знаю|әрине жоқ"
    "|болады ма|дұрыс емес|не верно|не согласен|не 1|да/нет|1/0|барамын ба|иә, бірақ кейін|но|ни да ни нет"
).split("|")


@pytest.mark.parametrize("text", NO_YES)
def test_S02_what_means_no_or_asks_back_or_belongs_to_a_sentence_is_never_a_yes(text: str) -> None:
    assert yes_or_no(text) is not True
    assert yes_or_no(text, of_visit=True) is not True
    for form in (f"{text} 123", f"123 {text}"):
        read = read_reply(form)
        assert read is None or not read[0], form
    for form in (f"{text} 123456", f"123456 {text}", f"123 456\n{text}"):
        said = consents.read(form)
        assert said is None or said.unclear or said.yes is False, form


@pytest.mark.parametrize("word", ["приду", "буду", "барамын", "келемін", "барам"])
def test_I_shall_come_is_a_yes_to_a_visit_and_to_nothing_that_another_person_asks(word: str) -> None:
    assert yes_or_no(word) is None
    assert yes_or_no(word, of_visit=True) is True
    said = consents.read(f"{word} 123456")
    assert said is not None
    assert said.unclear


@pytest.mark.parametrize(
    "text", ["нет 123456", "это не я 123456", "123456 жоқ", "0 123456", "мен емес 123456"]
)
def test_S02_whoever_sends_a_code_back_with_a_no_is_heard_to_refuse(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize("text", ["123456", "Код 123 456", "да 123456", "кодым 123456 рахмет", "1 123456"])
def test_a_code_without_a_no_is_no_refusal(text: str) -> None:
    assert not denies(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("да 123", (True, "123")),
        ("Да123", (True, "123")),
        ("123 иә", (True, "123")),
        ("iya-123!", (True, "123")),
        ("1 123", (True, "123")),
        ("0. 007", (False, "007")),
        ("Жоқ, бара алмаймын 123", (False, "123")),
        ("не приду: 123", (False, "123")),
        ("жоқ", (False, "")),
        ("да", (True, "")),
        ("123", None),
        ("да 123 456", None),
        ("да 1234", None),
        ("да 123456", None),
        ("менің кодым 123", None),
        ("", None),
    ],
)
def test_a_reply_to_a_question_is_read_in_any_order(text: str, meant: tuple[bool, str] | None) -> None:
    assert read_reply(text) == meant


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        (" 2) ", 2),
        ("№ 2", 2),
        ("2-ші", 2),
        ("2ой", None),
        ("2-й", 2),
        ("вариант 2", 2),
        ("екі", 2),
        ("eki", 2),
        ("екінші, рахмет", 2),
        ("вторая", 2),
        ("vtoroy", 2),
        ("оныншы", 10),
        ("десять", 10),
        ("под номером 2", 2),
        ("2 нұсқа", 2),
        ("12", 12),
        ("123", None),
        ("2 3", None),
        ("екі үш", None),
        ("", None),
        ("٢", None),
    ],
)
def test_a_number_may_be_written_in_words(text: str, number: int | None) -> None:
    assert number_meant(text) == number


@pytest.mark.parametrize(
    "text", ["он", "она", "раз", "одна", "біреу", "екеу", "я один", "я 1", "2?", "1 👎", "не 2", "первый раз"]
)
def test_words_of_a_sentence_are_no_number(text: str) -> None:
    assert number_meant(text) is None


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("mazir", "menu"),
        ("МЕНЮ, пожалуйста", "menu"),
        ("көмек өтінемін", "help"),
        ("komek", "help"),
        ("pomosh", "help"),
        ("pomoshch", "help"),
        ("artqa", "back"),
        ("artka", "back"),
        ("nazad", "back"),
        ("қaзaқшa", "language:kk"),
        ("qazaqsha", "language:kk"),
        ("oryssha", "language:ru"),
        ("сәлем", "menu"),
    ],
)
def test_commands_are_understood_in_latin_letters_and_with_courtesy(text: str, action: str) -> None:
    assert command_meant(text) == action


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("жазылу", "start:appointment"),
        ("jazylu", "start:appointment"),
        ("дәрігерге жазылу", "start:appointment"),
        ("darigerge zhazylu", "start:appointment"),
        ("zapis k vrachu", "start:appointment"),
        ("запись", "start:appointment"),
        ("дәрігер шақыру", "start:home_call"),
        ("дэригер шакыру", "start:home_call"),
        ("dariger shaqyru", "start:home_call"),
        ("vyzov vracha", "start:home_call"),
    ],
)
def test_a_service_is_named_as_people_type_it(text: str, service: str) -> None:
    meant = [lead.id for lead in menu().leads if set(ways(text)) & spellings(lead)]
    assert [one.partition(":")[2] or one for one in meant] == [service.partition(":")[2]]


def test_courtesy_alone_is_not_thrown_away() -> None:
    assert fold_typed("Рахмет!") == fold("рахмет")
    assert fold_typed("Сәлеметсіз бе, жазылу керек. Рахмет") == fold("жазылу керек")


def test_a_saying_of_a_time_folds_to_one_meaning() -> None:
    said: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for locale in LOCALES:
        for key, line in all_words(locale).items():
            for word in line.split("|") if key.startswith("when.") else ():
                said[fold(word), word.endswith("*")].add(key)
    assert not {word: keys for word, keys in said.items() if len(keys) > 1}


def test_a_label_is_understood_with_its_kazakh_sound_typed_either_way() -> None:
    yes = spellings(Option("yes", T("button.yes_withdraw")))
    assert {fold("иә"), fold("ие"), fold("иэ"), fold("да")} <= yes
