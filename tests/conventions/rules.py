"""The rules of the house, one function each: (module name, source) -> complaints. Pure, so a bad sample proves them."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator

LONGEST = 400
LONG = 250

# architecture.md §8 and examples.md A12: one word per thing; these are words for nothing in particular.
EMPTY_WORDS = {"process", "handle", "handler", "handling", "manage", "manager", "misc", "stuff"}
EMPTY_WORDS |= {"util", "utils", "helper", "helpers"}

# examples.md A8: a net wide enough to catch a bug stands at the doors only, and there it reports it.
DOORS = {
    "ui/desktop/operations.py": "one job off the GUI thread: what it raises is carried to the screen",
    "ui/cli/answer.py": "the command line: what a command raises becomes a report and an exit code",
}

CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
ERRORS = {"Refused", "Fault", "DeviceError", "NotReached", "Broken", "TimedOut", "BadReply", "Missing", "BadUrl"}


def docstring(name: str, source: str) -> Iterator[str]:
    """A module opens with one sentence: what it owns (A13)."""
    text = ast.get_docstring(ast.parse(source))
    if not text or len(text.split("\n")[0]) < 20:
        yield f"{name}: opens without a sentence that says what it owns"


def size(name: str, source: str) -> Iterator[str]:
    """No file over 400 lines (A14)."""
    lines = source.count("\n")
    if lines > LONGEST:
        yield f"{name}: {lines} lines; ask which noun is missing"


def words(name: str, source: str) -> Iterator[str]:
    """No module, class or function is called by an empty word (A12)."""
    called = [(1, part.removesuffix(".py")) for part in name.split("/")]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            called.append((node.lineno, node.name))
    for line, word in called:
        parts = {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", word)}
        for empty in sorted(parts & EMPTY_WORDS):
            yield f"{name}:{line}: {word} says {empty!r}; use the word of the counter"


def excepts(name: str, source: str) -> Iterator[str]:
    """No broad except but at the doors, one each; none that says nothing (A8)."""
    allowed = 1 if name in DOORS else 0
    lines = source.split("\n")
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        if _is_broad(node):
            allowed -= 1
            if allowed < 0:
                yield f"{name}:{node.lineno}: catches everything; name what may happen"
        silent = all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)
        if silent and not any("#" in line for line in lines[node.lineno - 1 : node.end_lineno]):
            yield f"{name}:{node.lineno}: swallows an error without a reason beside it"


def _is_broad(node: ast.ExceptHandler) -> bool:
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    names = {ast.unparse(kind) for kind in kinds if kind is not None}
    if names & {"Exception"} or node.type is None:
        return True
    last = node.body[-1]  # BaseException may be caught to clean up, never to go on
    return "BaseException" in names and not (isinstance(last, ast.Raise) and last.exc is None)


UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError|placeholder|stub)\b")


def unfinished(name: str, source: str) -> Iterator[str]:
    """Nothing is left for later: no marker word, and no function without a body."""
    for number, line in enumerate(source.split("\n"), 1):
        if found := UNFINISHED.search(line):
            yield f"{name}:{number}: says {found[1]}"
    for owner in ast.walk(ast.parse(source)):
        if isinstance(owner, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in owner.bases):
            continue
        for node in ast.iter_child_nodes(owner):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_hollow(node):
                yield f"{name}:{node.lineno}: {node.name} does nothing"


def _is_hollow(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if any("overload" in ast.unparse(one) or "abstract" in ast.unparse(one) for one in node.decorator_list):
        return False
    if any(isinstance(step, ast.Expr) and ast.unparse(step) == "..." for step in node.body):
        return True
    return len(node.body) == 1 and isinstance(node.body[0], ast.Pass)  # with a sentence that says why, it may be empty


def characters(name: str, text: str) -> Iterator[str]:
    """No invisible, bidirectional, private-use or unassigned character in any file (A13)."""
    for number, line in enumerate(text.split("\n"), 1):
        for sign in line.rstrip("\r"):
            if sign == "\t" or (sign.isascii() and sign.isprintable()):
                continue
            kind = unicodedata.category(sign)
            selector = 0xFE00 <= ord(sign) <= 0xFE0F or 0xE0100 <= ord(sign) <= 0xE01EF
            if kind in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"} or selector or ord(sign) in (0x115F, 0x3164):
                yield f"{name}:{number}: U+{ord(sign):04X} ({unicodedata.name(sign, kind)}) cannot be seen"


# `git` hosts and registries are reached through ordinary clients by package name, never by address.
MACHINE = re.compile(
    r"(?<![\w.])/(work|farm|root|tmp)/|(?<![\w.])/home/\w|[A-Z]:\\Users\\|py(pi\.org|thonhosted)|registry\.npmjs|deb\.debian\.org"
)


def machine_paths(name: str, text: str) -> Iterator[str]:
    """No path or registry of one machine: the house stands anywhere."""
    for number, line in enumerate(text.split("\n"), 1):
        if found := MACHINE.search(line):
            yield f"{name}:{number}: {found[0]} is a place of one machine"


# Where words for people live, besides the sentences of failures. A folder ends with a slash.
SPOKEN = {
    "ui/desktop/text": "the Chinese of the desktop",
    "station/cards/": "the words that are part of the picture of the card",
    "ui/words.py": "words every face uses",
    "ui/text_acts.py": "the Chinese of the acts, for desktop and command line",
    "ui/text_batch.py": "the Chinese of a run's workbooks, for desktop and command line",
    "ui/text_companies.py": "the Chinese of the company file, for desktop and command line",
    "ui/cli/": "the command line speaks where it prints",
    "ui/desktop/viewmodels/": "the lines of one view stand together, where they are put together",
    "ui/household/": "the page and its words are one thing, read by one kind of person",
    "station/surroundings.py": "findings, and sample characters of names",
    "station/doctor.py": "findings are sentences for the person at the machine",
}


def chinese(name: str, source: str) -> Iterator[str]:
    """Chinese stands in sentences and tables, never as a label in the middle of a rule; labels of ui in its text files.

    A sentence has punctuation, is put together from values, or is said by a failure. A table stands at the top of a
    module, such as the code lists of the notice; in ui it belongs where SPOKEN says.
    """
    if any(name.startswith(place) for place in SPOKEN):
        return
    tree = ast.parse(source)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value)):
            continue
        if isinstance(above[node], ast.Expr) or _in_failure(node, above):
            continue
        phrase = isinstance(above[node], ast.JoinedStr) or re.search("[，：；。？！,:;?!]", node.value)
        table = _in_table(node, above) and not name.startswith("ui/")
        if not (phrase or table):
            yield f"{name}:{node.lineno}: {node.value[:20]!r} belongs into the text of ui or into resources"


HALF_WIDTH = re.compile("[\u3400-\u9fff”）][,;:!?(]|[,;:!?)][\u3400-\u9fff“（]")


ENTITY = re.compile("&#?[0-9A-Za-z]+;")


def punctuation(name: str, source: str) -> Iterator[str]:
    """A Chinese sentence has full-width punctuation (GB/T 15834); half width is a slip of the hand."""
    if not name.startswith(("station/", "ui/", "devices/")):
        return
    tree = ast.parse(source)
    patterns = {id(part) for it in ast.walk(tree) if _is_english_or_pattern(it) for part in ast.walk(it)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in patterns:
            for found in HALF_WIDTH.finditer(node.value):
                yield f"{name}:{node.lineno}: {node.value[max(0, found.start() - 6):found.end() + 6]!r} is half width"


def punctuation_of_pages(name: str, text: str) -> Iterator[str]:
    """The same in the household's pages and in the tables of words."""
    if name.startswith("resources/") and name.endswith((".j2", ".toml")):
        for number, line in enumerate(text.split("\n"), 1):
            if not line.startswith("#") and (found := HALF_WIDTH.search(ENTITY.sub("", line))):
                yield f"{name}:{number}: {found[0]!r} is half width"


def _is_english_or_pattern(node: ast.AST) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."))


def _in_table(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    while not isinstance(above[node], ast.Module):
        node = above[node]
    return isinstance(node, ast.Assign | ast.AnnAssign)


def _in_failure(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    while (node := above.get(node, ast.Module([], []))) and not isinstance(node, ast.Module):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ERRORS | {"__init__"}:
            return True
    return False
