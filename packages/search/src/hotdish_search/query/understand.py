"""Understand a query: is it a name, an operator, words, a question, a pasted error line?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotdish_search.query.thesaurus import Phrase, find_phrases
from hotdish_search.query.words import terms

# Words that say how something is asked, not what. They are dropped as long as something is left,
# so `with`, `for` and `is` alone are still Python's keywords.
FILLER = frozenset(
    """
    a an the this that these those and or of in on at by to from into as is are was be been being am
    it its i me my we our you your he his they their there here
    how what when where which who why do does did done doing can could should would will shall may
    might must need want like get way ways best easy simple simply just also only very
    python python2 python3 py using use used uses with without for if so than then not no
    doesn doesnt don dont isn isnt can cant won wont didn didnt
    please help example examples possible method methods way s t
    """.split()  # noqa: SIM905
)
_QUOTED = re.compile(r"\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)|`[^`]*`")
_CALL = re.compile(r"\s*\(.*\)?\s*$", re.DOTALL)
_PYTHON = re.compile(
    r"^python\s*[23]?(?:\.\d+)*\s+(?=\S)|\s+(?:in|with|using)\s+python[23]?$", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z_][\w.]*\w|\d+(?:\.\d+)+|\w+")  # a version is one word
_WORD_LIKE = re.compile(r"[A-Za-z_][\w.]*")
_ERROR_LINE = re.compile(r"^(?:[\w.]+\.)?([A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit))\s*:")
# Not those that stand in texts as signs of another kind: "-", "&", "+", "/", "<".
_OPERATOR = re.compile(r"(?<!\S)(?:[-+*/%@&|^<>=!]{2,3}|:=|[%@^~|])(?!\S)")
_BEGUN = re.compile(r"\w\S*[._]\w")  # its last letter begins a word, and stands everywhere
_LETTERS = re.compile(r"[^\W\d_]+")
_SMALL_WORD = 3  # "and", "of", "for" are not capitalised in a heading; "ZIP" is
_COMPOUND = re.compile(r"\w[._]\w|[a-z][A-Z]|^__\w+__$")


@dataclass(frozen=True, slots=True)
class Query:
    """What a query means, before anything is looked up.

    Attributes:
        text: What was typed, white space tidied.
        names: What it may be as a name, likeliest first: `json.dumps` for "json dumps".
        is_name: Whether it is one token, so that names come before everything else.
        is_heading: Whether it reads like the heading of a chapter: "Cryptographic Services".
        terms: Index terms of its words without filler, without duplicates.
        synonyms: Index terms of what the documentation says for these words.
        identifiers: Tokens in it that can only be names, lower-case (`os.path.join`, `read_csv`),
            and operators (`==`).
        tools: Names that the thesaurus has for phrases of several words in it, or for all of it,
            each with how good a guess it is: 1 for the first of a phrase, 1/2 for the second ...
    """

    text: str
    names: tuple[str, ...]
    is_name: bool
    is_heading: bool
    terms: tuple[str, ...]
    synonyms: tuple[str, ...]
    identifiers: tuple[str, ...]
    tools: Mapping[str, float]


def understand(text: str) -> Query:
    """Give the meaning of a query; any text has one, the empty text too."""
    tidy = " ".join(text.replace("\0", " ").split())
    bare = _PYTHON.sub("", tidy) or tidy
    words = _words(bare)
    plain = [word for word in words if word.lower() not in FILLER] or words
    own = tuple(dict.fromkeys(term for word in plain for term in terms(word)))
    if own and _BEGUN.fullmatch(bare) and len(own[-1]) == 1:
        own = own[:-1]
    phrases = find_phrases([word.lower() for word in words])
    said = (term for phrase in phrases for word in phrase.words for term in terms(word))
    return Query(
        text=tidy,
        names=_names(tidy, bare, words),
        is_name=" " not in bare,
        is_heading=" " in bare and _is_heading(bare),
        terms=own,
        synonyms=tuple(term for term in dict.fromkeys(said) if term not in own),
        identifiers=(
            *(word.lower() for word in words if _COMPOUND.search(word)),
            *_OPERATOR.findall(bare),
        ),
        tools=_guess_tools(phrases, len(plain)),
    )


def _guess_tools(phrases: Sequence[Phrase], n_words: int) -> dict[str, float]:
    guesses: dict[str, float] = {}
    for phrase in phrases:
        if len(phrase.stems) > 1 or n_words == 1:
            for rank, name in enumerate(phrase.words, start=1):
                guesses[name] = max(guesses.get(name, 0.0), 1 / rank)
    return guesses


def _is_heading(text: str) -> bool:
    words = _LETTERS.findall(text)
    long = [word for word in words if len(word) > _SMALL_WORD]
    return len(words) > 1 and bool(long) and all(word.istitle() for word in long)


def _words(text: str) -> list[str]:
    """Give the words of a text without literals, keeping literals that are names."""
    kept = _QUOTED.sub(lambda match: _literal(match[0][1:-1]), text)
    found = _WORD.findall(kept) or _WORD.findall(text)
    return [word for word in found if not word.isdigit()] or found


def _literal(text: str) -> str:
    return f" {text} " if _WORD_LIKE.fullmatch(text) else " "


def _names(tidy: str, bare: str, words: list[str]) -> tuple[str, ...]:
    if error := _ERROR_LINE.match(tidy):
        return (error[1],)
    stripped = bare.strip("`'\"").strip() or bare
    called = _CALL.sub("", stripped).rstrip("?;,") or stripped
    names = [tidy, bare, stripped, called]
    if " " in called and 1 < len(words) <= 4:  # noqa: PLR2004  names have few components
        names += [".".join(words), "_".join(words), "".join(words)]
    return tuple(dict.fromkeys(names))
