"""What a query means in one docset: which names it names, and which words of it are slips."""

from dataclasses import replace

from hotdish_search.query.understand import Query, understand
from hotdish_search.ranking.everyday import is_right, reads_as_word, with_topics
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.names import NOTHING, PREFIX, SUFFIX, Named, Names
from hotdish_search.ranking.neighbours import with_neighbours

_FEW = 10  # names that leave room for more
_LEAST_NAME_SCORE = -60.0  # below it a name hit is no answer, two slips included


def read(query: Query, index: Index, *, verbatim: bool) -> tuple[Query, Named, str | None]:
    """Give a query as it is meant, what it names, and what it was corrected to if that was needed.

    Behind few names stands what is near to the first of them.

    Args:
        query: What was typed.
        index: What is known of the docset.
        verbatim: Whether what was typed is right as it is.
    """
    named, corrected = find_named(query, index.names, verbatim=verbatim)
    leaves_room = not verbatim and (corrected or len(named) < _FEW)
    whole = index.complete(query.text) if leaves_room else None
    if whole is not None:
        query, named, corrected = _as_whole(whole, query, named, corrected, index)
    meant = query
    if corrected and is_right(query, index):
        named, corrected = index.names.find(query.names[-1]), None
    elif corrected and "." not in query.names[-1]:
        # "sokcets" is as near to `Server.sockets` as to the word, and means the word.
        meant = replace(query, names=(corrected.rpartition(".")[2],))
    elif not (corrected or verbatim or (query.is_name and len(named))):
        corrected = index.respell(query.text)
        if corrected is not None:
            query = meant = understand(corrected)
            named, _ = find_named(query, index.names)
    if meant.is_name and reads_as_word(meant, index, named):
        if corrected:
            query = understand(corrected := meant.names[-1])
        query = meant = replace(query, is_name=False)
        named, _ = find_named(query, index.names)
    found = with_topics(meant, named, index)
    if found is named and whole is None and len(named) < _FEW and _is_sure(meant, named):
        found = with_neighbours(named, index)
    return query, found, corrected


def _is_sure(query: Query, named: Named) -> bool:
    """Tell whether the first name is surely meant: a component of it begins so, but for a slip.

    Behind a word that names merely hold, and behind one that is only begun, stands what holds it.
    """
    component = f".{query.names[-1].lower()}"
    is_begun = len(named) > 0 and component in f".{named.name.lower()}"
    return query.is_name and (is_begun or named.slips > 0)


def _as_whole(
    whole: str, query: Query, named: Named, corrected: str | None, index: Index
) -> tuple[Query, Named, str | None]:
    """Give a query whose last word is only begun as if it were whole, and what it names then.

    Somebody is typing it: that is no slip, and nothing to tell. Names that begin as it was typed
    still lead.
    """
    completed = understand(whole)
    if len(named) and not corrected:
        return replace(query, terms=completed.terms), named, None
    return completed, *find_named(completed, index.names)


def find_named(query: Query, names: Names, *, verbatim: bool = False) -> tuple[Named, str | None]:
    """Give what a query names, and the name it was corrected to if that was needed and wanted."""
    if not query.is_name:
        for text in query.names:
            if len(named := names.find(text).above(SUFFIX)):
                return named, None
        return NOTHING, None
    for text in query.names:
        named = names.find(text)
        if named.best_score > PREFIX - 5:
            return named, None
    text = query.names[-1]
    if not verbatim:
        corrected = names.correct(text).above(_LEAST_NAME_SCORE)
        if corrected.slips:
            return corrected, corrected.name
    return names.find(text), None
