"""What many comments are about, in the words that they share. No moods, no persons, no single comment.

A theme is a handful of words that people use together, and how many comments do. It is told only where it is there
again in every way of looking: in one half of the comments after another, its words keep company in the *other* half
more often than chance explains. Nothing here knows a language: words that stand everywhere say nothing in any of them.
"""

import re
import unicodedata
import warnings
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.precision import Numbers

ENOUGH = 40
"""Comments below which nothing is said: a half of them would hold too few to find anything again."""
AT_MOST = 4_000
"""Comments that are read; of more a draw, the same each time: what many write is in it, and the close stays short."""
WORDS_IN = 5
"""Comments a word must stand in to be said, and comments a theme must hold: as many as people behind any figure."""
EVERYWHERE = 0.4
"""The share of comments from which a word says nothing about any of them."""
WORDS = 5
"""Words of a theme, at most; two or more of them in a comment make it one of the theme."""
MOST = 6
"""Themes that are looked for."""
HALVES = 10
"""Times that the comments are halved."""
AGAIN = 0.7
"""The share of halvings in which a theme must be found again."""
CLEARLY = 3.0
"""Standard errors by which the words of a theme must keep more company than words that are independent."""

WORD = r"[^\W\d_]{3,}"
"""What counts as a word, in comments as in the names that none of them may be."""
LEAST = 0.2
"""A word belongs to a theme from this share of the weight of its heaviest word."""
LITTLE_WORDS = frozenset(
    """
    about after again all also and any are because been before being but can could did does even for from get gets had
    has have her here his how into its just like made make makes many more most much not now off often one only other
    our out over same should some such than that the their them then there these they thing things this those too very
    was way were what when where which who why will with would you your
    aber alle als also andere auch auf aus bei bin bis das dass dem den denn der des die dies diese dieser doch durch
    ein eine einem einen einer eines etwas für ganz gibt hat haben hier ich ihr immer ist kann kein keine können man
    mehr mein meine mich mir mit muss nach nicht nichts noch nur oder oft ohne schon sehr sein seine sich sie sind und
    uns unser unsere unter viel viele vom von vor war was weil wenn wer werden wie wieder wir wird wäre würde würden
    zum zur zwischen über
    alors assez aussi autre autres aux avec avoir beaucoup bien car ces cet cette ceux chaque comme dans des deux dont
    elle elles encore entre est être fait font ici ils leur leurs les lui mais mes moins mon même nos notre nous ont
    par parce pas peu peut plus pour quand que qui sans ses soit sont sous souvent sur tous tout toute toutes trop très
    une vos votre vous était
    algo así aunque bien cada como con cual cuando del desde donde dos ella ellos entre era eso esta estas este esto
    estos está están fue hace hasta hay las los más menos mis mucho muchos muy nada nos nosotros nuestra nuestro otra
    otro otros para pero poco por porque puede que quien ser sin sobre son sus también tan tanto tiene todo todos una
    uno unos
    التي الذي إلى أنا بعد بعض بين حتى على عند قبل كان كما لنا ليس منذ نحن هذا هذه هنا هناك
    """.split()
)
"""Words that hold sentences together in the five languages of the forms, beside EVERYWHERE, which holds in any."""

LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that Unicode does not take apart into a plain one and a mark, as people write them without their keyboard."""

_Present = npt.NDArray[np.bool_]
"""Comments by words: whether it stands there."""


@dataclass(frozen=True)
class Theme:
    """Words that people use together."""

    words: tuple[str, ...]
    """The most telling first."""
    comments: int
    """Those that hold two or more of the words."""


def themes(comments: Iterable[str], names: Collection[str] = ()) -> list[Theme]:
    """What are many comments about?

    A theme is a handful of words that people use together, and how many comments do. It is told only where half of the
    comments after another shows it again. No moods, no persons, no single comment.

    `names` are people's names; no part of one is ever a theme's word, also where it is an ordinary word ('Grace'). The
    theme of most comments comes first; the same comments give the same themes, in whatever order they come. Of comments
    whose words have nothing to do with each other it makes none; `tests/test_themes.py` counts.

    Words count that stand in at least `WORDS_IN` comments, in less than `EVERYWHERE` of them, and are none of the
    `LITTLE_WORDS`. A theme is kept where, in `AGAIN` of `HALVES` halvings, one half has it too (more than half of its
    words) and the other half, which had no say in choosing them, holds them together `CLEARLY` more often than words
    that are independent of one another.

    Formula: comments as weights of their words (TF-IDF), taken apart into MOST groups of words by non-negative matrix
    factorisation; kept where a share of AGAIN of HALVES halvings finds a group again, CLEARLY standard errors above
    chance.

    Undefined: below ENOUGH comments there are no themes.

    Source: Lee & Seung 1999, Nature 401:788.
    """
    texts = sorted(map(_written, comments))
    if len(texts) < ENOUGH:
        return []
    random = np.random.default_rng(len(texts))
    texts = [texts[n] for n in random.permutation(len(texts))[:AT_MOST]] if len(texts) > AT_MOST else texts
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  a part of scikit-learn, as below

    weights, vocabulary = _weighed(texts, _parts(names))
    if len(vocabulary) < 2:
        return []
    present = weights > 0
    with threadpool_limits(1):  # the matrices are small: threads that wait for each other cost five times as much
        looked_for = _groups(weights)
        halvings = [_found_in_halves(weights, present, random) for _ in range(HALVES)]
    holds = {words: int(_together(present, words).sum()) for words in looked_for}
    kept: list[tuple[int, ...]] = []
    for words in sorted(looked_for, key=lambda words: (-holds[words], words)):
        again = np.mean([any(_alike(words, other) for other in found) for found in halvings])
        told_already = any(len(set(words) & set(other)) > 1 for other in kept)
        if again >= AGAIN and holds[words] >= WORDS_IN and not told_already:
            kept.append(words)
    return [Theme(tuple(vocabulary[word] for word in words), holds[words]) for words in kept]


def _parts(names: Collection[str]) -> frozenset[str]:
    """The words of names as comments would hold them: taken apart, in one ('obrien'), and with an s: 'anas'."""
    written = " ".join(map(_written, names))
    whole = (re.sub(r"[\W\d_]", "", part) for part in written.split())
    parts = {_plain(part) for part in (*re.findall(WORD, written), *whole)}
    return frozenset(parts | {f"{part}s" for part in parts})


def _written(text: str) -> str:
    """Small letters with their accents on them: a mark that stands loose would end a word."""
    return "".join(each for each in unicodedata.normalize("NFC", text.lower()) if not unicodedata.combining(each))


def _plain(word: str) -> str:
    """A word as it is compared with names: without capitals, accents and the letters of one alphabet only.

    'Jörg', 'Joerg' and 'Jorg' are one name, and so are 'Åse', 'Aase' and 'Ase': what is written in place of ä, ö, ü and
    å falls to the plain letter. That takes 'due' for 'du' as well; a theme may lose a word, but never tells a name.

    >>> [_plain(word) for word in ("Jörg", "JOERG", "Weiß", "Kjær", "Łukasz", "Aase")]
    ['jorg', 'jorg', 'weiss', 'kjar', 'lukasz', 'ase']
    """
    split = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(letter for letter in split if not unicodedata.combining(letter)).translate(LETTERS)
    return re.sub("(?<=a)[ae]+|(?<=[ou])e+", "", letters)


def _weighed(texts: Sequence[str], names: frozenset[str]) -> tuple[Numbers, list[str]]:
    """Comments by words, as weights; and the words, without names, in the order of their columns."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  a second to load, for one close in many

    vectorizer = TfidfVectorizer(
        token_pattern=WORD,
        stop_words=sorted(LITTLE_WORDS),
        min_df=WORDS_IN,
        max_df=EVERYWHERE,
        max_features=500,
        binary=True,
    )
    try:
        weights = vectorizer.fit_transform(texts).toarray()
    except ValueError:  # no word stands in enough comments
        return np.zeros((len(texts), 0)), []
    words = [str(word) for word in vectorizer.get_feature_names_out()]
    said = [number for number, word in enumerate(words) if _plain(word) not in names]
    return weights[:, said], [words[number] for number in said]


def _groups(weights: Numbers) -> list[tuple[int, ...]]:
    """Groups of words that stand together, each with its heaviest words first."""
    from sklearn.decomposition import NMF  # noqa: PLC0415  as above
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415  as above

    many = min(MOST, *weights.shape)
    with warnings.catch_warnings():  # a rough group is judged by the halvings like any other
        warnings.simplefilter("ignore", ConvergenceWarning)
        parts = NMF(many, init="nndsvda", random_state=0, max_iter=400, tol=1e-3).fit(weights).components_
    heaviest = (np.argsort(-part, kind="stable")[:WORDS] for part in parts)
    groups = (
        tuple(int(word) for word in order if part[word] > LEAST * part[order[0]])
        for part, order in zip(parts, heaviest, strict=True)
    )
    return [words for words in groups if len(words) > 1]


def _found_in_halves(weights: Numbers, present: _Present, random: np.random.Generator) -> list[tuple[int, ...]]:
    """The groups of words that one half of the comments shows and the other half bears out."""
    order = random.permutation(len(weights))
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    return [
        words
        for here, there in (halves, halves[::-1])
        for words in _groups(weights[here])
        if _more_than_chance(present[there], words)
    ]


def _alike(words: Collection[int], other: Collection[int]) -> bool:
    return 2 * len(set(words) & set(other)) >= len(words) + 1


def _together(present: _Present, words: Sequence[int]) -> _Present:
    """Which comments hold two or more of these words."""
    return np.asarray(present[:, list(words)].sum(axis=1) >= 2)


def _more_than_chance(present: _Present, words: Sequence[int]) -> bool:
    """Whether these words stand together more often than words that know nothing of each other hardly ever would.

    The sum over all pairs of words of how much they vary together, in units of its standard error: without any
    company it is 0 give or take 1, because the products of independent words are uncorrelated. What is expected of a
    comment grows with its length: long ones hold more of everything.
    """
    length = present.sum(axis=1)
    if not length.any():
        return False
    expected = np.clip(np.outer(length / length.mean(), present[:, list(words)].mean(axis=0)), 0, 1)
    apart, variance = present[:, list(words)] - expected, expected * (1 - expected)
    pairs = np.triu_indices(len(words), 1)
    together, error = (float((each.T @ each)[pairs].sum()) for each in (apart, variance))
    return error > 0 and together / np.sqrt(error) > CLEARLY
