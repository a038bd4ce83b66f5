"""Writes an mdoc page for each command from the help that the program dumps as JSON.

usage: egress6 --experimental-dump-help | manual.py FOLDER
"""

import json
import pathlib
import re
import sys


def escape(text):
    """Escapes text so that mdoc reads no macro in it, and puts each sentence on its own line."""
    text = re.sub(r"(?<=[.;:]) +(?=[A-Z\[])", "\n", text)
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join("\\&" + line if line[:1] in ".'" else line for line in lines)


def words(argument):
    """The spellings of an option, such as `-o, --output <format>`."""
    names = [
        ("--" if name["kind"] == "long" else "-") + name["name"] for name in argument.get("names", [])
    ]
    value = argument.get("valueName")
    text = ", ".join(sorted(names, key=len))
    if argument["kind"] == "positional":
        return "<" + value + ">"
    return text + (f" <{value}>" if argument["kind"] == "option" and value else "")


def page(command, parents):
    """Yields the page of a command and those of its subcommands."""
    names = parents + [command["commandName"]]
    title = "-".join(names)
    arguments = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    out = [".Dd $Mdocdate$", f".Dt {title.upper()} 1", ".Os egress6", ".Sh NAME", f".Nm {title}"]
    out.append(".Nd " + escape(command.get("abstract", "")).replace("\n", " ").rstrip("."))
    out += [".Sh SYNOPSIS", ".Nm " + " ".join(names)]
    for argument in arguments:
        text = escape(words(argument))
        out.append((".Op " if argument.get("isOptional") else ".Ar ") + text)
    subcommands = [s for s in command.get("subcommands", []) if s["commandName"] != "help"]
    if subcommands:
        out.append(".Ar command")
    out.append(".Sh DESCRIPTION")
    for paragraph in filter(None, [command.get("abstract"), command.get("discussion")]):
        out += [".Bd \\-literal".replace("\\-", "-"), escape(paragraph), ".Ed"] if "\n" in paragraph else [escape(paragraph)]
    if arguments:
        out += [".Sh OPTIONS", ".Bl -tag -width Ds"]
        for argument in arguments:
            out.append(".It " + escape(words(argument)))
            out.append(escape(argument.get("abstract", "")))
            if argument.get("defaultValue") and argument["kind"] != "flag":
                out.append("Default: " + escape(argument["defaultValue"]) + ".")
            if argument.get("allValues"):
                out.append("One of " + escape(", ".join(argument["allValues"])) + ".")
        out.append(".El")
    if subcommands:
        out += [".Sh COMMANDS", ".Bl -tag -width Ds"]
        for sub in subcommands:
            out += [".It " + sub["commandName"], escape(sub.get("abstract", ""))]
        out.append(".El")
    out += [
        ".Sh EXIT STATUS",
        "0 done, 1 findings, 2 usage, 3 input, 4 network, 5 store, 70 internal error, 130 interrupted.",
    ]
    others = {"egress6"} | {f"{title}-{sub['commandName']}" for sub in subcommands}
    others = sorted(others - {title})
    if others:
        out.append(".Sh SEE ALSO")
        out += [f".Xr {name} 1" + (" ," if name != others[-1] else "") for name in others]
    yield title, "\n".join(out) + "\n"
    for sub in subcommands:
        yield from page(sub, names)


def main():
    """Reads the dump from standard input."""
    folder = pathlib.Path(sys.argv[1])
    for title, text in page(json.load(sys.stdin)["command"], []):
        (folder / f"{title}.1").write_text(text)


if __name__ == "__main__":
    main()
