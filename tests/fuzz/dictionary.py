# SPDX-License-Identifier: BSD-3-Clause
"""Words for libFuzzer: every key, part of a key and listed value of `widelimit list keys`, and names in use.

    python dictionary.py WIDELIMIT OUTPUT
"""

import json
import pathlib
import re
import subprocess
import sys

SYNTAX = ["[[", "]]", "[", "]", "{", "}", " = ", "'''", '"""', "\\u0000", "nan", "inf", "-inf", "1e999", "-0.0",
          "9223372036854775807", "-9223372036854775808", "1e-300", "1979-05-27", "0x7f", "true", "false", "\r\n"]


def listed(program, *what):
    return subprocess.run([program, "list", *what], check=True, capture_output=True, text=True).stdout


def main(program, output):
    keys = listed(program, "keys")
    words = set(re.findall(r"`([^`\s]+)`", keys)) | set(SYNTAX)
    words |= {part for word in words for part in word.split(".") if part not in ("", "*")}
    names = json.loads(listed(program, "--json"))
    words |= {name for kind in names if kind != "cases" for name in names[kind]}
    quoted = {json.dumps(word) for word in words if word.isascii()}
    text = "".join(line.replace("\\r", "\\x0d").replace("\\n", "\\x0a") + "\n" for line in sorted(quoted))
    path = pathlib.Path(output)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


main(*sys.argv[1:])
