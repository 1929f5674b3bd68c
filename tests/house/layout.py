# SPDX-License-Identifier: BSD-3-Clause
"""Rules of the source tree that no compiler checks.

    python layout.py [TREE]

Prints one line `file:line: rule: what was found` per violation and ends with 1 if there is any. Before
looking at the tree it breaks a small one in a temporary folder, each rule at least once, and ends with 2 if
a rule stays silent.
"""

import ast
import os
import pathlib
import re
import subprocess
import sys
import tempfile

LINES = 400
FUNCTION_LINES = 60

# A folder may include headers of itself and of these. Grids and particles are flows, so they see `time`.
SEES = {
    "core": set(),
    "network": {"core"},
    "problem": {"core", "network"},
    "energy": {"core", "network", "problem"},
    "scheme": {"core", "network", "problem", "energy", "time"},
    "particles": {"core", "network", "problem", "energy", "time"},
    "certificate": {"core", "network", "problem", "energy"},
    "weights": {"core", "network", "problem"},
    "drop_in": {"core", "network", "problem", "energy", "scheme", "time", "weights"},
    "time": {"core"},
    "io": {"core"},
}
SEES_ALL = ["run", "apps"]

# Libraries that may be seen by one source file only, so that they can be replaced and stay cheap to compile.
CONFINED = {
    "Boost.Odeint": r"boost/numeric/odeint",
    "toml++": r"toml\+\+/",
    "CLI11": r"CLI/",
    "NetCDF": r"netcdf(_\w+)?\.h$",
    "FFTW": r"fftw3(-mpi)?\.h$",
}

REQUIRED = ["CHANGELOG.md", "LICENSE", "CITATION.cff",
            "script/demo", "script/test", "script/validate", ".ci/run"]

SOURCES = {".cpp", ".hpp", ".in"}
LIMITED = SOURCES | {".py", ".cmake", ".sh", ""}
INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')
# Spelt in halves so that this file does not break its own rules.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b")
MACHINE_FOLDERS = ["wo" + "rk", "tm" + "p", "ro" + "ot"]
MACHINE_PATH = re.compile(r"(?<![\w.$}~/-])/(" + "|".join(MACHINE_FOLDERS) + r")(?![\w-])")


class Tree:
    """The files that belong to the project: those git knows or would add, or all without git."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.files = sorted(f for f in self._list() if (self.root / f).is_file())

    def _list(self):
        if (self.root / ".git").exists():
            answer = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                    cwd=self.root, capture_output=True)
            if answer.returncode == 0:
                return [pathlib.PurePosixPath(f) for f in os.fsdecode(answer.stdout).split("\0") if f]
        left_out = {".git", "build", "runs", "__pycache__"}
        found = (f.relative_to(self.root) for f in self.root.rglob("*"))
        return [pathlib.PurePosixPath(f.as_posix()) for f in found if not left_out & set(f.parts)]

    def text(self, file):
        try:
            return (self.root / file).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            return ""  # pictures and the like; a file that has just been removed

    def below(self, *folders):
        return [f for f in self.files if f.parts[0] in folders]

    def scripts(self):
        return [f for f in self.below("script") if not f.suffix] + [f for f in self.files if str(f) == ".ci/run"]


def concept(file):
    """The folder of the include direction: include/widelimit/core/x.hpp and solver/core/x.cpp are `core`."""
    depth = 2 if file.parts[0] == "include" else 1
    return file.parts[depth] if len(file.parts) > depth + 1 else None


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


def check_include_direction(tree):
    for file in tree.below("include", "solver"):
        if file.suffix not in SOURCES or concept(file) in SEES_ALL:
            continue
        allowed = SEES.get(concept(file))
        if allowed is None:
            yield file, 1, f"unknown concept '{concept(file)}'; known: {', '.join([*SEES, *SEES_ALL])}"
            continue
        for line, header in includes(tree.text(file)):
            seen = [part for part in header.split("/")[:-1] if part not in ("widelimit", "solver", "..")]
            if seen and seen[0] in {*SEES, *SEES_ALL} - allowed - {concept(file)}:
                yield file, line, f"{concept(file)} must not see {header}"


def check_confined_libraries(tree):
    for library, pattern in CONFINED.items():
        users = {}
        for file in tree.below("include", "solver"):
            for line, header in includes(tree.text(file)):
                if re.match(pattern, header):
                    users.setdefault(file, line)
        for file, line in users.items():
            if file.suffix != ".cpp":
                yield file, line, f"{library} belongs into one .cpp, not into a header"
            elif len(users) > 1:
                yield file, line, f"{library} is included by {len(users)} files: {', '.join(map(str, users))}"
        if not users:
            yield pathlib.PurePosixPath("solver"), 1, f"{library} is included by no file, expected one"


def check_file_length(tree):
    for file in tree.below("include", "solver", "tests", "benchmarks", "cmake", "script", "validation"):
        length = len(tree.text(file).splitlines())
        if file.suffix in LIMITED and length > LINES:
            yield file, length, f"{length} lines, at most {LINES}"


TOKENS = re.compile(r"""
    (?P<blank> //[^\n]* | /\*.*?\*/ | R"(?P<mark>[^()\s]*)\(.*?\)(?P=mark)" | "(?:\\.|[^"\\\n])*"
             | (?<![\w])'(?:\\.|[^'\\\n])+' | ^[ \t]*\#(?:\\\n|[^\n])* )
    """, re.VERBOSE | re.DOTALL | re.MULTILINE)
CONTAINER = re.compile(r"\s*(?:\[\[.*?\]\]|inline|public:|private:|protected:|\s)*"
                       r"(?:namespace|class|struct|union|enum|extern)\b"
                       r"(?!.*\)\s*(?:const|noexcept|override)*\s*$)", re.DOTALL)
SUITE = re.compile(r"^BOOST_AUTO_TEST_SUITE\w*\(.*\)$", re.MULTILINE)


def code_only(text):
    """C++ with comments, literals and preprocessor lines blanked out, line by line."""
    return TOKENS.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def without_template(head):
    head = head.lstrip()
    if not head.startswith("template"):
        return head
    depth = 0
    for position, character in enumerate(head):
        depth += (character == "<") - (character == ">")
        if character == ">" and depth == 0:
            return without_template(head[position + 1:])
    return head


def functions(text):
    """(first line, last line) of every function body outside of others, signature included.

    Namespaces, suites and classes are entered; any other braces are skipped as a whole. Those in a constructor's
    initialiser list are followed by ',' or '{': they belong to the same function.
    """
    code = SUITE.sub(lambda m: " " * len(m.group()), code_only(text))
    start, position, depth = 0, 0, 0
    while position < len(code):
        character = code[position]
        if character == "{" and CONTAINER.match(without_template(code[start:position])):
            depth += 1
            start = position + 1
        elif character == "{":
            end = closing(code, position)
            rest = code[end + 1:].lstrip()
            if rest[:1] not in (",", "{"):
                if ")" in code[start:position]:
                    first = start + len(code[start:position]) - len(code[start:position].lstrip())
                    yield code.count("\n", 0, first) + 1, code.count("\n", 0, end) + 1
                start = end + 1
            position = end
        elif character in ";}":
            start = position + 1
        position += 1


def closing(code, position):
    depth = 0
    for end in range(position, len(code)):
        depth += (code[end] == "{") - (code[end] == "}")
        if depth == 0:
            return end
    return len(code) - 1


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno


def check_function_length(tree):
    for file in tree.below("include", "solver", "tests", "benchmarks", "validation"):
        if file.suffix not in SOURCES | {".py"}:
            continue
        found = python_functions if file.suffix == ".py" else functions
        for first, last in found(tree.text(file)):
            if last - first + 1 > FUNCTION_LINES:
                yield file, first, f"function of {last - first + 1} lines, at most {FUNCTION_LINES}"


def check_licence(tree):
    for file in tree.files:
        comment = "//" if file.suffix in {".cpp", ".hpp"} or file.name.endswith(".cpp.in") else "#"
        is_source = file.suffix in SOURCES | {".py", ".cmake", ".sh"} or file.name == "CMakeLists.txt"
        if not is_source and file not in tree.scripts():
            continue
        lines = tree.text(file).splitlines()[:2]
        if lines and lines[0].startswith("#!"):
            lines = lines[1:]
        if not lines or lines[0] != f"{comment} SPDX-License-Identifier: BSD-3-Clause":
            yield file, 1, f"expected '{comment} SPDX-License-Identifier: BSD-3-Clause'"


def check_words(tree):
    for file in tree.files:
        for number, line in enumerate(tree.text(file).splitlines(), 1):
            for pattern, meaning in ((UNFINISHED, "unfinished"), (MACHINE_PATH, "path of one machine")):
                match = pattern.search(line)
                if match:
                    yield file, number, f"{meaning}: '{match.group()}'"


def check_required_files(tree):
    for name in REQUIRED:
        if pathlib.PurePosixPath(name) not in tree.files:
            yield pathlib.PurePosixPath(name), 1, "is missing"


def check_scripts(tree):
    for file in tree.scripts():
        if not os.access(tree.root / file, os.X_OK):
            yield file, 1, "is not executable"
        if "set -euo pipefail" not in tree.text(file):
            yield file, 1, "lacks 'set -euo pipefail'"


def check_headers(tree):
    for file in tree.below("include", "solver"):
        if file.suffix == ".hpp" and "#pragma once" not in tree.text(file).splitlines():
            yield file, 1, "lacks '#pragma once'"


UNNAMED = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
OWN_TYPE = re.compile(r"^(?:struct|class|enum class) (\w+)", re.MULTILINE)
OWN_DEFINITION = re.compile(r"^(?:struct|class|enum class) (\w+)\b(?!;)", re.MULTILINE)
OWN_ALIAS = re.compile(r"^using (\w+) =", re.MULTILINE)
OWN_CONSTANTS = re.compile(r"^(?:constexpr|const) ([^(;]*)", re.MULTILINE)
OWN_FUNCTION = re.compile(r"^(?!return |using )(?:[\w:<>,&*]+ )+[&*]?(\w+)\(", re.MULTILINE)


def check_shared_names(tree):
    """Sources of the library, and drop-ins, may be compiled as one: a constant or type of one must not be that of another,
    and no type or function of the library may have the name of one of a header, which it would hide."""
    users, public = {}, {name: file for file in tree.below("include", "solver") if file.suffix == ".hpp"
                         for kind in (OWN_TYPE, OWN_FUNCTION) for name in kind.findall(tree.text(file))}
    for file in tree.below("solver"):
        apart = concept(file) if concept(file) in ("drop_in", "apps") else ""  # a library of its own
        for part in [tree.text(file)] if file.suffix == ".hpp" else UNNAMED.findall(tree.text(file)):
            constants = [] if apart else re.findall(r"(\w+)(?: =|\{|\[)", " ".join(OWN_CONSTANTS.findall(part)))
            for name in {*OWN_DEFINITION.findall(part), *constants}:
                users.setdefault((apart, name), []).append(file)
            own = {name for kind in (OWN_TYPE, OWN_ALIAS, OWN_FUNCTION) for name in kind.findall(part)} & public.keys()
            for name in own if not apart and file.suffix == ".cpp" else ():
                yield file, 1, f"'{name}' is also a type or function of {public[name]}"
    for (_, name), files in users.items():
        if len(files) > 1:
            yield files[-1], 1, f"'{name}' is also a constant or type of {files[0]}"


CHECKS = {
    "include direction": check_include_direction,
    "confined library": check_confined_libraries,
    "file length": check_file_length,
    "function length": check_function_length,
    "licence": check_licence,
    "words": check_words,
    "required file": check_required_files,
    "script": check_scripts,
    "header": check_headers,
    "shared name": check_shared_names,
}


def violations(root):
    tree = Tree(root)
    for rule, check in CHECKS.items():
        for file, line, what in check(tree):
            yield rule, f"{file}:{line}: {rule}: {what}"


LICENCE = "// SPDX-License-Identifier: BSD-3-Clause\n"
SCRIPT = "#!/usr/bin/env bash\n# SPDX-License-Identifier: BSD-3-Clause\nset -euo pipefail\n"
LONG_BODY = "    step();\n" * FUNCTION_LINES

SOUND = {
    **{name: SCRIPT if "/" in name else "words\n" for name in REQUIRED},
    "include/widelimit/core/a.hpp": LICENCE + "#pragma once\n#include <vector>\nstruct Known {};\nint known();\n",
    "solver/core/a.cpp": LICENCE + '#include "widelimit/core/a.hpp"\nvoid f()\n{\n' + LONG_BODY[:-36] + "}\n",
    "tests/core/a.cpp": LICENCE + "BOOST_AUTO_TEST_SUITE(a)\nnamespace {\n" + 2 * f"void f()\n{{\n{LONG_BODY[36:]}}}\n",
    "solver/run/all.cpp": LICENCE + '#include "widelimit/scheme/s.hpp"\n#include "widelimit/time/t.hpp"\n',
    "solver/scheme/s.cpp": LICENCE + '#include "widelimit/energy/e.hpp"\n',
    "solver/time/odeint.cpp": LICENCE + "#include <boost/numeric/odeint/stepper/euler.hpp>\n",
    "solver/io/reader.cpp": LICENCE + "#include <toml++/toml.h>\n",
    "solver/io/writer.cpp": LICENCE + "#include <netcdf.h>\n",
    "solver/core/fft.cpp": LICENCE + "#include <fftw3.h>\n",
    "solver/core/c.cpp": LICENCE + "namespace {\nconstexpr int there = 1, here = 2;\n}  // namespace\n",
    "solver/apps/main.cpp": LICENCE + "#include <CLI/CLI.hpp>\n",
    "docs/note.md": "See network/" + "work and the folder $HOME/" + "tmp.\n",
}

BROKEN = [
    ("include direction", "solver/core/b.cpp", LICENCE + '#include "widelimit/network/n.hpp"\n'),
    ("include direction", "solver/time/b.cpp", LICENCE + '  #  include "widelimit/energy/e.hpp"\n'),
    ("include direction", "include/widelimit/io/b.hpp", LICENCE + '#pragma once\n#include "widelimit/run/r.hpp"\n'),
    ("include direction", "solver/core/b.cpp", LICENCE + '#include "../network/n.hpp"\n'),
    ("include direction", "solver/other/b.cpp", LICENCE),
    ("confined library", "solver/io/second.cpp", LICENCE + "#include <toml++/toml.h>\n"),
    ("confined library", "solver/time/odeint.cpp", LICENCE + '#include "widelimit/time/t.hpp"\n'),
    ("confined library", "solver/io/writer.cpp", LICENCE + "// #include <netcdf.h>\n"),
    ("confined library", "solver/energy/b.cpp", LICENCE + "#include <fftw3.h>\n"),
    ("confined library", "include/widelimit/apps/b.hpp", LICENCE + "#pragma once\n#include <CLI/App.hpp>\n"),
    ("file length", "solver/core/b.cpp", LICENCE + "int x;\n" * LINES),
    ("function length", "solver/core/b.cpp", LICENCE + "void f()\n{\n" + LONG_BODY + "}\n"),
    ("function length", "solver/core/b.cpp", LICENCE + "namespace w {\nclass A {\n    template <class T>\n"
     "    A(T t) : x_{t}, y_{1'000} {\n" + LONG_BODY + "}\n};\n}\n"),
    ("function length", "tests/core/b.cpp", LICENCE + 'const char* s = R"({)"; char c = \'{\'; // {\n'
     "BOOST_AUTO_TEST_CASE(long)\n{\n" + LONG_BODY + "}\n"),
    ("function length", "validation/figures/b.py", LICENCE.replace("//", "#") + "def f():\n" + LONG_BODY),
    ("licence", "solver/core/b.cpp", "int x;\n"),
    ("licence", "cmake/B.cmake", "\n# SPDX-License-Identifier: BSD-3-Clause\n"),
    ("licence", "script/test", "#!/usr/bin/env bash\nset -euo pipefail\n"),
    ("words", "docs/b.md", "FIX" + "ME later\n"),
    ("words", "docs/b.md", "cd /" + "work/main\n"),
    ("words", "solver/core/b.cpp", LICENCE + 'const char* folder = "/' + 'tmp/run";\n'),
    ("required file", "CHANGELOG.md", None),
    ("script", "script/more", SCRIPT.replace("pipefail", "")),
    ("script", "script/demo", "not executable"),
    ("header", "include/widelimit/core/b.hpp", LICENCE),
    ("shared name", "solver/core/b.cpp", LICENCE + "namespace {\nconstexpr double here = 1;\n}  // namespace\n"),
    ("shared name", "solver/core/b.cpp", LICENCE + "namespace {\nusing Known = int;\n}  // namespace\n"),
    ("shared name", "solver/core/b.cpp", LICENCE + "namespace {\nint known(double x);\n}  // namespace\n"),
]


def plant(root, files):
    for name, text in files.items():
        path = pathlib.Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        elif text == "not executable":
            path.chmod(0o644)
        else:
            path.write_text(text)
            path.chmod(0o755 if text.startswith("#!") else 0o644)


def silent_rules():
    with tempfile.TemporaryDirectory() as root:
        plant(root, SOUND)
        yield from (f"a sound tree is refused: {line}" for _, line in violations(root))
    for rule, name, text in BROKEN:
        with tempfile.TemporaryDirectory() as root:
            plant(root, SOUND)
            plant(root, {name: text})
            found = list(violations(root))
            if not any(broken == rule and line.startswith(name.split("/")[0]) for broken, line in found):
                yield f"'{rule}' does not notice {name}:\n{text}"


def main():
    silent = list(silent_rules())
    if silent:
        print(*silent, sep="\n")
        return 2
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    found = [line for _, line in violations(root)]
    print(*found, f"{len(found)} violations; {len(CHECKS)} rules, each notices a broken tree", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
