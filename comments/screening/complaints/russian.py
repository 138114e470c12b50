"""Complaints in Russian: rules over what the words of a sentence mean, and in which order."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from comments.screening.complaints.lexicon import lexicon
from comments.screening.words.inflection import is_genitive_noun, is_subject_noun

_WORD = re.compile("[а-я]+(?:-[а-я]+)*")
_SENTENCE_ENDS = re.compile(r"[.!?…\n]")
_CLAUSE_ENDS = re.compile(r"[,;:()«»\"–—]|\s-\s")
_NUMBER = re.compile(r"\s*\d")
_PREPOSITIONS = frozenset("в во на о об по из с со для к у от за про под над".split())  # noqa: SIM905
_OURS = frozenset(
    {"newsroom", "newsroom:subject", "newsroom:to", "work", "work:subject", "work:in"}
)
_NOMINATIVE = frozenset({"newsroom:subject", "work:subject", "bunk:subject"})


class _Word(NamedTuple):
    """`clause` and `sentence` number the words that belong together."""

    start: int
    end: int
    meanings: frozenset[str]
    clause: int
    sentence: int


class _Rule(NamedTuple):
    """A sequence of words, each with one of several meanings, and at most `gap` words in between.

    A meaning that begins with `=` is one form of one word. `impersonal`: the clause names no
    other person who did it («чиновники переврали цифры»).
    """

    sequence: tuple[frozenset[str], ...]
    gap: int = 0
    across_clauses: bool = False
    unless: frozenset[str] = frozenset()
    impersonal: bool = False
    ends_sentence: bool = False


def _rule(
    sequence: str,
    gap: int = 0,
    *,
    across: bool = False,
    unless: str = "",
    impersonal: bool = False,
    ends_sentence: bool = False,
) -> _Rule:
    """Alternatives in `sequence` are separated by `|`."""
    meanings = tuple(frozenset(one.split("|")) for one in sequence.split())
    exceptions = frozenset(unless.split())
    return _Rule(meanings, gap, across, exceptions, impersonal, ends_sentence)


def _either_way(
    sequence: str,
    gap: int = 0,
    *,
    across: bool = False,
    unless: str = "",
    impersonal: bool = False,
) -> tuple[_Rule, _Rule]:
    rule = _rule(sequence, gap, across=across, unless=unless, impersonal=impersonal)
    return rule, rule._replace(sequence=rule.sequence[::-1])


_RULES = (
    _rule("typo", unless="elsewhere"),
    _rule("hack"),
    _rule("refute"),
    # «Ваша статья написана левой ногой», but not «Спасибо за вашу статью»
    _rule("your work|newsroom", 1, unless="praise"),
    # «Журналисты всё напутали», «автору не стыдно?», «цензура в редакции»
    _rule("newsroom:subject to-err", 4, unless="=не"),
    _rule("to-err newsroom:subject", 1, unless="=не"),
    *_either_way("newsroom shame|reproach|bunk", 4, across=True, unless="official praise"),
    *_either_way("work reproach|shame", 4, unless="official praise"),
    _rule("to-err =в work:in", 1, unless="official"),
    _rule("work:subject to-err", 2),
    _rule("you to-err reader", 3),
    _rule("you to-mix-up work|detail|fact", 2),
    _rule("you to-defame", 2),
    _rule("=у of-you fault", 1),
    # «Автор даже не позвонил», «ваши журналисты никогда не проверяют факты»
    _rule("newsroom:subject =не to-check", 3),
    _rule("newsroom:subject =даже|=вообще|=совсем|=явно =не", 2),
    _rule("newsroom to-check fact", 3, unless="praise"),
    _rule("=не checks:you fact", 1),
    _rule("you =не to-check other side", 3),
    _rule("=где|=нет|=почему other side", 3),
    _rule("=почему =не put newsroom|work|detail", 1),
    # «Материал заказной», «безграмотный текст», «автор статьи явно предвзят»
    *_either_way("work bad", 2),
    *_either_way("newsroom|hack bad", 3, unless="official"),
    # «Эта заметка — сплошное враньё», «не новость, а джинса», «текст писал школьник»
    *_either_way("work:subject bunk:subject", 3, across=True),
    _rule("bunk:subject =не work:subject", 5, across=True),
    _rule("work:in =одно work:in =другое", 1, across=True),
    _rule("work untrue fact", 3),
    _rule("work =ни =слова =правды"),
    _rule("=не =журналистика"),
    _rule("=почему =в work:in =нет", 1),
    _rule("work:subject full fault", 2),
    _rule("work made dunce", 2, unless="elsewhere"),
    # «Статья скопирована с другого сайта», «статья ни о чём», «портал скатился»
    _rule("work:subject stolen", 2),
    _rule("work =ни =о =чем"),
    # «Дешёвая провокация, а не статья»
    _rule("=а =не work:subject", unless="praise"),
    _rule("work:subject =не =про|=о =то|=том"),
    _rule("work:subject =устарела|=устарел|=устарело", 1),
    _rule("=кому =выгодна|=выгоден|=выгодно this work", 1),
    _rule("=сенсация =на =пустом =месте"),
    _rule("=что =за bunk read|published:you|writes:you", 3),
    _rule("=ссылка|=ссылки =в work:in =битая|=битые|=не|=нерабочая", 2),
    _rule("newsroom:to =двойка|=двойку|=кол|=незачет", 1),
    *_either_way("=цитату|=цитаты|=слова cut", 3),
    _rule("newsroom:subject declined", 3),
    _rule("=очередной|=опять|=снова|=сплошной|=чистый|=типичный clickbait", 1),
    # «На фото вообще не наша школа», «в таблице указаны не те вузы»
    _rule("=на work:in =не =наша|=наш|=наши|=та|=тот|=те", 1),
    _rule("work:in stated =не not-that", 5),
    *_either_way("work:in =вырезали|=вырезано|=выкинули|=обрезали", 3),
    # «Во втором абзаце ошибка», «в новости неправильно указан адрес»
    *_either_way("work:in fault|wrongly-done|wrongly", 3),
    # «Исправьте заголовок», «уберите из статьи мою фамилию»
    _rule("amend|remove work|typo", 3),
    _rule("amend|remove bunk|correction", 2),
    _rule("request newsroom", 1),
    _rule("request correction", 1),
    _rule("=просьба =к newsroom"),
    _rule("=неуважаемая newsroom"),
    _rule("=на of-you =в =суд"),
    _rule("newsroom =у of-you", 1),
    _rule("your integrity", 1),
    _rule("to-mislead =в =заблуждение", 2, unless="official"),
    _rule("unchecked fact"),
    _rule("=источник|=источники =укажите|=указали|=указывайте|=приведите", 2),
    _rule("=откуда this fact|detail"),
    _rule("check:you fact", 2),
    # «Директора зовут не Иван, а Пётр, поправьте»: what to correct was said before.
    _rule("amend:you", ends_sentence=True),
    _rule("=не publish:not"),
    _rule("newsroom:subject learn:you", 0, across=True),
    _rule("complain =на newsroom|work", 1),
    # «Стыдно печатать такую ложь», «зачем вы публикуете пропаганду»
    *_either_way("to-publish bunk|unchecked", 2),
    *_either_way("shame to-publish", 2),
    _rule("=что|=какую|=какой|=такое|=зачем|=почему you publish:you", 1),
    _rule("=прежде =чем to-publish|=писать"),
    _rule("=читаете =что writes:you", 1, across=True),
    *_either_way("writes:you bunk", 2),
    _rule("stop to-write bunk|this|=чужие|=всякую|=всякие", 2),
    _rule("stop =перепечатывать|=публиковать|=печатать|=тиражировать", 1),
    _rule("writes:you =врете", 9, across=True),
    _rule("you =читали =что published:you", 3, across=True),
    _rule("=писал|=писала =человек"),
    _rule("=вместо =журналистики"),
    _rule("you conceal:you truth|fact|reader", 3),
    _rule("you promote:you", 4),
    _rule("=сначала =разберитесь|=проверьте|=узнайте =пишите|=публикуйте", 3, across=True),
    _rule("=кто to-you =сливает|=пишет|=диктует|=заказывает"),
    _rule("=сколько =можно =путать|=ошибаться", ends_sentence=True),
    _rule("rumour =за =факты|=правду|=новости"),
    _rule("=прошу|=просим change work|detail", 2, unless="elsewhere"),
    _rule("fact|detail =с =потолка", 1),
    *_either_way("you|work stole:you work|you", 2),
    _rule("you published:you private", 2),
    _rule("=согласия|=разрешения =на =публикацию|=размещение"),
    *_either_way("=опровергать =будете|=собираетесь", 1),
    _rule("=не =ожидал|=ожидала|=ожидали =от your", 1),
    _rule("this =пишет|=публикует|=печатает newsroom:subject", 1, across=True),
    _rule("=это =пишет|=публикует|=печатает newsroom:subject", 1, across=True),
    _rule("=как =можно|=могли|=можете|=смеете to-publish|=писать", 3, unless="elsewhere"),
    _rule("=кто to-you|=вас allowed to-publish", 2),
    _rule("=кто allowed to-publish", 2),
    # «Вы поставили фото моего ребёнка», «вы написали, что я уволился, это ложь»
    _rule("you published:you work", 2, unless="praise"),
    _rule("you published:you bunk|fault", 9, across=True),
    *_either_way("to-publish|published:you correction", 3),
    *_either_way("one-sidedly to-publish|writes:you|=подавать|=подаете|=подана|=написана|work", 3),
    # «Кто писал этот бред?», «бред написали», «перепечатали пресс-релиз»
    _rule("=кто made bunk", 3),
    _rule("=кто made this work", 1),
    *_either_way("bunk made:they", 1),
    _rule("copied release", 1),
    # «Фамилию директора переврали», «должность написали неправильно»
    *_either_way("detail to-distort", 3, impersonal=True, unless="elsewhere"),
    _rule("detail put wrongly", 2, unless="elsewhere"),
    _rule("detail wrongly put", 2, unless="elsewhere"),
    _rule("wrongly put detail", 1, unless="elsewhere"),
    _rule("detail put =с mistaken", 2, unless="elsewhere"),
    _rule("work put =не not-that", 2),
    # «Сколько вам заплатили за эту статью?»
    *_either_way("to-you|newsroom:to to-pay", 2, unless="comment"),
    _rule("=сколько =стоит|=стоила this work", 1),
    _rule("work-off order", 1),
    _rule("=кто to-you =заказал|=платит|=заплатил", 1, unless="comment"),
    _rule("=извинитесь =за work", 1),
    # «Вырвали из контекста», «взято с потолка», «вводит в заблуждение»
    _rule("=вырвали|=вырваны|=вырвано|=вырвана =из =контекста"),
    *_either_way("work|newsroom =потолка|=пальца|=коленке", 6),
    _rule("work|newsroom =вводит|=вводят =в =заблуждение", 2),
    _rule("work:subject =не =соответствует|=соответствуют", 2),
    _rule("=выдали|=выдаете =за work", 1),
    _rule("=откуда =взяты|=взяли bunk|fact", 2),
    _rule("=откуда you =взяли bunk|fact", 2),
    _rule("=где =ссылка|=ссылки =на fact", 1),
    # «Корреспондент ваш там не был», «вы не дали слова родителям», «вы удалили мой комментарий»
    _rule("newsroom:subject your", unless="praise"),
    _rule("you =не =дали|=даете =слово|=слова", 1),
    _rule("you =удалили|=удаляете|=стерли|=стираете comment", 2),
    _rule("=когда you =начнете|=научитесь =проверять|=писать|=отвечать|=уважать", 1),
    # «Меня зовут не Петрова, а Петровская», «цитата мне приписана»
    _rule("=зовут =не"),
    *_either_way("=цитата|=слова|=фраза =приписана|=приписаны", 3),
    # «Это не новость, а рекламный пост», «цифры в материале неизвестно откуда»
    _rule("=не work:subject =а bad", across=True),
    _rule("work:subject =не =имеет|=имеют =отношения", 1),
    _rule("work:in =неизвестно|=непонятно =откуда|=кто", 3),
)
# The words on either side that are looked at, so that a long text costs no more for each word.
_NEAR = 12
_COURTESY = frozenset({"пожалуйста", "срочно", "уже", "наконец", "немедленно"})
_MEANINGS = frozenset(chain.from_iterable(chain.from_iterable(rule.sequence for rule in _RULES)))
_UNLESS = frozenset(chain.from_iterable(rule.unless for rule in _RULES))
_LITERALS = frozenset(one for one in _MEANINGS | _UNLESS if one.startswith("="))
_LITERAL_WORDS = {literal.removeprefix("="): literal for literal in _LITERALS}


def _by_need() -> dict[str, list[int]]:
    """Return the numbers of the rules by each meaning of the place that has the fewest."""
    needed: defaultdict[str, list[int]] = defaultdict(list)
    for number, rule in enumerate(_RULES):
        for meaning in min(rule.sequence, key=len):
            needed[meaning].append(number)
    return dict(needed)


_RULES_NEEDING = _by_need()


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the folded text has a cue: from the first word of a rule to the last."""
    possible = _possible_rules(text)
    if not possible:
        return
    words = _words(text)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        for meaning in word.meanings:
            places[meaning].append(place)
    for rule in possible:
        firsts = chain.from_iterable(places.get(one, ()) for one in rule.sequence[0])
        for first in firsts:
            last = _last(rule, words, first)
            if last is not None and not _is_excepted(rule, words, first, last, text):
                yield words[first].start, words[last].end


def _possible_rules(text: str) -> list[_Rule]:
    """Return the rules whose words are all in the text, in any order. Most texts have none."""
    meanings = lexicon()
    spelled = frozenset(_WORD.findall(text))
    present = {_LITERAL_WORDS[word] for word in spelled & _LITERAL_WORDS.keys()}.union(
        *(meanings[word] for word in spelled & meanings.keys())
    )
    numbers = {*chain.from_iterable(_RULES_NEEDING.get(meaning, ()) for meaning in present)}
    possible = (_RULES[number] for number in sorted(numbers))
    return [rule for rule in possible if not any(map(present.isdisjoint, rule.sequence))]


def _last(rule: _Rule, words: Sequence[_Word], first: int) -> int | None:
    """Return the place of the rule's last word, if all of them follow the first one."""
    place = first
    for meanings in rule.sequence[1:]:
        following = range(place + 1, min(place + rule.gap + 2, len(words)))
        following_place = next(
            (here for here in following if meanings & words[here].meanings), None
        )
        if following_place is None or not _belong_together(
            rule, words[place], words[following_place]
        ):
            return None
        place = following_place
    return place


def _belong_together(rule: _Rule, one: _Word, other: _Word) -> bool:
    if rule.across_clauses:
        return one.sentence == other.sentence
    return one.clause == other.clause


def _is_excepted(rule: _Rule, words: Sequence[_Word], first: int, last: int, text: str) -> bool:
    """A negation counts between the words of the rule, praise in the whole clause."""
    if rule.ends_sentence and not _ends_sentence(words, last):
        return True
    near = words[max(0, first - _NEAR) : last + _NEAR]
    clause = [word for word in near if word.clause == words[first].clause]
    outside = [word for word in clause if not words[first].start <= word.start <= words[last].start]
    if rule.impersonal and any(_is_another_subject(word, text) for word in outside):
        return True
    between = chain.from_iterable(word.meanings for word in words[first:last])
    around = chain.from_iterable(word.meanings for word in clause)
    exceptions = rule.unless
    return bool(
        exceptions & _LITERALS & frozenset(between) or (exceptions - _LITERALS) & frozenset(around)
    )


def _is_another_subject(word: _Word, text: str) -> bool:
    return not word.meanings & (_OURS | {"detail"}) and is_subject_noun(text[word.start : word.end])


def _ends_sentence(words: Sequence[_Word], place: int) -> bool:
    """Return whether words of the sentence come before, and none after."""
    sentence = words[place].sentence
    is_last = place + 1 == len(words) or words[place + 1].sentence != sentence
    return is_last and place > 0 and words[place - 1].sentence == sentence


def _words(text: str) -> list[_Word]:
    meanings = lexicon()
    words: list[_Word] = []
    sentence = clause = end = 0
    after_courtesy = False
    matches = list(_WORD.finditer(text))
    for number, match in enumerate(matches):
        between = text[end : match.start()]
        end = match.end()
        ends_sentence = _SENTENCE_ENDS.search(between) is not None
        sentence += ends_sentence
        spelled = match.group()
        # «Исправьте, пожалуйста, заголовок» is one clause.
        if spelled in _COURTESY and not ends_sentence:
            after_courtesy = True
            continue
        begins_clause = _CLAUSE_ENDS.search(between) is not None and not after_courtesy
        clause += ends_sentence or begins_clause
        after_courtesy = False
        meant = meanings.get(spelled, frozenset())
        literal = f"={spelled}"
        if literal in _LITERALS:
            meant |= {literal}
        if meant & _NOMINATIVE and number and matches[number - 1].group() in _PREPOSITIONS:
            meant -= _NOMINATIVE
        if meant & _OURS and _is_of_others(matches, number, text):
            meant -= _OURS
        words.append(_Word(match.start(), end, meant, clause, sentence))
    return words


def _is_of_others(matches: Sequence["re.Match[str]"], number: int, text: str) -> bool:
    """«Автор закона», «статья 228»: the word is about something else than a publication's work."""
    match = matches[number]
    if _NUMBER.match(text, match.end()):
        return True
    if number + 1 == len(matches):
        return False
    following = matches[number + 1]
    spelled = following.group()
    return (
        text[match.end() : following.start()].isspace()
        and not lexicon().get(spelled, frozenset()) & _OURS
        and is_genitive_noun(spelled)
    )
