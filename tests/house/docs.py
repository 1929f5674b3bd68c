# SPDX-License-Identifier: BSD-3-Clause
"""What the documentation says, held against the tree and the binary.

    WIDELIMIT=build/release/bin/widelimit python docs.py [TREE]

Links and named commands exist, the case reference is current, code blocks compile, cases are read, the Python
of the README runs, and every registered name occurs in a case. Prints one line per violation and ends with 1 if
there is any. Before that it breaks a small tree in a temporary folder, and ends with 2 if a rule stays silent.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"^ {4}(\S.*)$", re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
OPTION = re.compile(r"--[a-z-]+")
SCRIPT = re.compile(r"(?:script|\.ci)/[\w-]+")

# Where a resolved case names a registered thing. Laws may be missing from all cases, the others may not.
PLACES = {
    "activations": ["network.activation.name"],
    "problems": ["problem.name"],
    "risks": ["problem.risk.name"],
    "schemes": ["scheme.flux"],
    "steppers": ["time.stepper", "particles.stepper"],
    "laws": ["problem.initial.law"],
    "kernels": ["problem.kernel.name"],
}
MAY_BE_MISSING = {"laws"}
# Pages that `widelimit list` writes.
GENERATED = {"docs/cases.md": "keys", "docs/names.md": "names"}
# (kind, name): why no case can or need name it.
EXEMPT = {}


def pages(root):
    left_out = {".git", "build", "runs"}
    return [f for f in sorted(root.rglob("*.md")) if not left_out & set(f.relative_to(root).parts)]


def prose(text):
    """Without fenced blocks, line numbers kept."""
    return FENCE.sub(lambda m: re.sub(r"[^\n]", "", m.group()), text)


def numbered(text, pattern):
    for match in pattern.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(1)


def anchors(text):
    titles = re.findall(r"^#+ (.*)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def check_links(root):
    for page in pages(root):
        text = page.read_text(encoding="utf-8")
        for line, link in numbered(prose(text), LINK):
            path, _, anchor = link.partition("#")
            target = page if not path else page.parent / path
            if re.match(r"[a-z]+:", link):
                continue
            if not target.exists():
                yield f"{page.relative_to(root)}:{line}: no such file: {link}"
            elif anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
                yield f"{page.relative_to(root)}:{line}: no such heading: {link}"


def commands(text):
    """Lines that begin with a script or the binary: indented, or in backticks."""
    for pattern in (INDENTED, INLINE):
        for line, words in numbered(prose(text), pattern):
            words = words.split("  #")[0]
            if words.startswith("widelimit ") or SCRIPT.match(words):
                yield line, words.strip()


def check_commands(root, options_of):
    for page in pages(root):
        for line, words in commands(page.read_text(encoding="utf-8")):
            where = f"{page.relative_to(root)}:{line}: "
            script = SCRIPT.match(words)
            if script and not os.access(root / script.group(), os.X_OK):
                yield f"{where}no such script: {words}"
            if script or words.split()[1].startswith("-"):
                continue
            known = options_of(words.split()[1])
            if known is None:
                yield f"{where}no such command: {words}"
                continue
            for option in OPTION.findall(words):
                if option not in known:
                    yield f"{where}no such option {option}: {words}"


def check_reference(root, page, what, generated):
    """Rows of drop-ins from outside the tree do not count."""
    source = "".join(f.read_text() for f in (root / "solver").rglob("*.cpp"))
    written = (root / page).read_text(encoding="utf-8").splitlines()

    def foreign(row):
        name = re.match(r"\| `([^`]+)`", row)
        parts = name and (name[1], "." + name[1].split(".")[-1], name[1].split(".<")[0])
        return name and not any(f'{part}"' in source for part in parts)

    if written != [row for row in generated.splitlines() if not foreign(row)]:
        yield f"{page}: is not what `widelimit list {what}` prints; write it anew"


def blocks(root, page, language):
    text = (root / page).read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        if match[1] == language:
            yield text.count("\n", 0, match.start()) + 1, match[2]


def compile_command(binary):
    """Compiler and flags of a drop-in in the build that the binary belongs to, and the folder they are for."""
    database = json.loads((binary.parents[1] / "compile_commands.json").read_text())
    entry = next(e for e in database if "/widelimit_drop_in.dir/" in e["command"])
    words = shlex.split(entry["command"])
    first = next(k for k, word in enumerate(words) if re.search(r"(^|/)(c\+\+|g\+\+|clang\+\+)[-\d.]*$", word))
    end = words.index("-o")
    return words[first:end] + ["-Werror", "-fsyntax-only"], entry["directory"]


def check_cpp(root, binary):
    flags, folder = compile_command(binary)
    found = list(blocks(root, "docs/adding.md", "cpp"))
    with tempfile.TemporaryDirectory() as scratch:
        def compiled(block):
            line, text = block
            file = pathlib.Path(scratch) / f"line_{line}.cpp"
            file.write_text(text)
            answer = subprocess.run([*flags, str(file)], cwd=folder, capture_output=True, text=True)
            return f"docs/adding.md:{line}: does not compile:\n{answer.stderr}" if answer.returncode else None
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            yield from filter(None, pool.map(compiled, found))
    if not found:
        yield "docs/adding.md: no C++ block"


def check_toml(root, binary):
    """Each block as if it were a case of the validation folder."""
    found = list(blocks(root, "docs/adding.md", "toml"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "cases/topic"
        folder.mkdir(parents=True)
        (pathlib.Path(scratch) / "data").symlink_to(root / "validation/data")
        for line, text in found:
            file = folder / "block.toml"
            file.write_text(text)
            answer = ask(binary, "run", file, "--dry-run")
            if answer.returncode != 0:
                yield f"docs/adding.md:{line}: is not a case: {answer.stderr.strip()}"
    if not found:
        yield "docs/adding.md: no TOML block"


SMALL = ["grid.axes.angle.cells=64", "time.end=0.1", "particles.end=0.1", "particles.at=[0.1]",
         "particles.widths=[10]", "particles.seeds=1"]


def check_python(root, binary):
    """The README's Python, on a small run of the case that script/demo runs."""
    if subprocess.run([sys.executable, "-c", "import xarray, netCDF4"], capture_output=True).returncode != 0:
        return
    case = root / "validation/cases/flagship/mcycle-demo.toml"
    with tempfile.TemporaryDirectory() as scratch:
        changes = [word for change in SMALL for word in ("--set", change)]
        run = ask(binary, "run", case, "--out", f"{scratch}/runs/mcycle-demo", "--quiet", *changes)
        if run.returncode != 0:
            yield f"{case.relative_to(root)}: {run.stderr.strip()}"
            return
        for line, text in blocks(root, "README.md", "python"):
            answer = subprocess.run([sys.executable, "-c", text], cwd=scratch, capture_output=True, text=True)
            if answer.returncode != 0:
                yield f"README.md:{line}: {answer.stderr.strip().splitlines()[-1]}"


def entry(tree, path):
    for part in path.split("."):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def names_in(case):
    """(kind, name) of all that a resolved case uses, the levels of its study included."""
    study = case.get("study", {})
    vary = study.get("vary", [])
    levels = study.get("over", [])
    keys = [vary] if isinstance(vary, str) else vary
    for kind, places in PLACES.items():
        for place in places:
            yield kind, entry(case, place)
            for k, key in enumerate(keys):
                if place in (key, key + ".name", key + ".law"):
                    yield from ((kind, level[k] if isinstance(level, list) else level) for level in levels)


def check_coverage(root, binary, listed):
    source = "".join(f.read_text() for f in (root / "solver").rglob("*.cpp"))
    used = set()
    for case in sorted((root / "validation/cases").rglob("*.toml")):
        answer = ask(binary, "run", case, "--dry-run")
        if answer.returncode != 0:
            yield f"{case.relative_to(root)}: {answer.stderr.strip()}"
        else:
            used |= {pair for pair in names_in(tomllib.loads(answer.stdout)) if isinstance(pair[1], str)}
    for kind in PLACES:
        for name in listed[kind]:
            known = f'"{name}"' in source and (kind, name) not in EXEMPT  # else: from outside the tree
            if known and (kind, name) not in used and kind not in MAY_BE_MISSING:
                yield f"validation/cases: no case uses '{name}' ({kind})"
            elif known and (kind, name) not in used:
                print(f"note: no case uses '{name}' ({kind})")


def ask(binary, *words):
    return subprocess.run([str(binary), *map(str, words)], capture_output=True, text=True)


def options_from(binary):
    """Options of a command, None if there is no such command (then --help answers for the whole program)."""
    listed = ask(binary, "--help").stdout.partition("Subcommands:")[2]
    names = re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE)
    return {name: set(OPTION.findall(ask(binary, name, "--help").stdout)) for name in names}.get


def violations(root, binary):
    yield from check_links(root)
    yield from check_commands(root, options_from(binary))
    for page, what in GENERATED.items():
        yield from check_reference(root, page, what, ask(binary, "list", what).stdout)
    yield from check_cpp(root, binary)
    yield from check_toml(root, binary)
    yield from check_python(root, binary)
    yield from check_coverage(root, binary, json.loads(ask(binary, "list", "--json").stdout))


SOUND = {
    "README.md": "# Top\n[a](docs/a.md#one-two-c) [b](https://example.org) `widelimit run x.toml --set a=1`\n"
                 "    script/demo   # comment --nonsense\n```sh\n[no](link.md) `widelimit nonsense`\n```\n",
    "docs/a.md": "## One `two` (c)\n[top](../README.md) [here](#one-two-c)\n",
    "docs/cases.md": "| `case.title` | text |\n",
    "solver/keys.cpp": '{"case.title", "text"}',
    "script/demo": "#!/bin/sh\n",
}
PRINTED = SOUND["docs/cases.md"] + "| `problem.foreign` | text |\n"
BROKEN = [
    ("docs/a.md", "## One `two` (c)\n[x](b.md)\n"),
    ("docs/a.md", "## Two\n"),
    ("docs/a.md", "## One `two` (c)\n![x](figures/none.png)\n"),
    ("README.md", "`widelimit certify x`\n"),
    ("README.md", "    widelimit run x.toml --restrat\n"),
    ("README.md", "    script/dem\n"),
    ("docs/cases.md", "| `case.title` | number |\n"),
    ("docs/cases.md", "\n"),
]


def on_a_small_tree(name=None, text=None):
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for file, content in {**SOUND, **({name: text} if name else {})}.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(content)
        (root / "script/demo").chmod(0o755)
        known = {"run": {"--set", "--restart"}}
        return [*check_links(root), *check_commands(root, known.get), 
                *check_reference(root, "docs/cases.md", "keys", PRINTED)]


def silent_rules():
    yield from (f"a sound tree is refused: {line}" for line in on_a_small_tree())
    for name, text in BROKEN:
        if not on_a_small_tree(name, text):
            yield f"not noticed: {name}: {text}"


def main():
    silent = list(silent_rules())
    if silent:
        print(*silent, sep="\n")
        return 2
    binary = pathlib.Path(os.environ.get("WIDELIMIT", "build/release/bin/widelimit")).resolve()
    if not binary.exists():
        print(f"{binary}: no binary; name one in the environment variable WIDELIMIT")
        return 1
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    found = list(violations(root, binary))
    print(*found, f"{len(found)} violations", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
