# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of public evidence as one packed file: build_evidence.py TABLES FILE

Sources/ServiceCatalog/Evidence/EvidenceReader.swift reads it. The same tables give the same bytes on every machine.

Layout: "E6EVIDEN", a format number (one byte), the CRC-32 of what follows and the unpacked length (four bytes each, little
endian), then the packed bytes (Sources/ServiceCatalog/Image/Packing.swift). Numbers are LEB128; a text is its number in the
first table.
"""

import csv
import itertools
import pathlib
import re
import sys
import zlib

FORMAT = 1
# The release of the tables, and the day on which they were collected: nothing in them was learned later.
RELEASE, COLLECTED = "botocore 1.44.5", "2026-11-25"
PARTITION = "aws"
SUPPORT = {"none": 0, "ipv4": 1, "opt-in": 2, "ipv6": 3, "unknown": 4}
# The words of the tables, as the program's kinds of evidence: `Evidence` in EgressBase, by strength.
EVIDENCE = {"declared": 0, "inferred": 1, "documented": 2, "listed": 2, "dns": 3}
BASIS = {"first-seen": 0, "not-later-than": 1, "announced": 2}
SOURCES = {
    "S3": "DNS of 2025-11", "S4": "AWS's endpoints.json", "S5": "the General Reference of 2026-H2",
    "S6": "AWS's table of services", "S8": "a user's report", "rules": "the SDK's rules",
}


def number(value):
    assert 0 <= value < 1 << 31
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def numbers(values):
    values = list(values)
    return number(len(values)) + b"".join(map(number, values))


def packed(data):
    """What Packing.packed of the program would write for the same bytes, step by step."""
    out, last, before = bytearray(), {}, [-1] * len(data)

    def step(plain, repetition):
        rest = repetition - 3
        out.append(min(len(plain), 15) << 4 | min(rest, 15))
        for count in (len(plain), rest):
            if count >= 15:
                out.extend(number(count - 15))
        out.extend(plain)

    def note(place):
        if place + 3 <= len(data):
            key = data[place : place + 3]
            before[place] = last.get(key, -1)
            last[key] = place

    position = plain = 0
    while position + 3 <= len(data):
        best = distance = 0
        candidate = last.get(data[position : position + 3], -1)
        for _ in range(64):
            if candidate < 0:
                break
            length = 0
            while position + length < len(data) and data[candidate + length] == data[position + length]:
                length += 1
            if length > best:
                best, distance = length, position - candidate
            candidate = before[candidate]
        if best < 3 or best <= 1 + len(number(distance)):
            note(position)
            position += 1
            continue
        step(data[plain:position], best)
        out.extend(number(distance))
        for place in range(position, position + best):
            note(place)
        position += best
        plain = position
    if plain < len(data):
        step(data[plain:], 3)
    return bytes(out)


class Texts:
    """Texts by number, in the order of first use."""

    def __init__(self):
        self.ranks = {}

    def __getitem__(self, text):
        if not text.isascii() or not text.isprintable():
            sys.exit(f"not printable ASCII: {text!r}")
        return self.ranks.setdefault(text, len(self.ranks))

    @property
    def bytes(self):
        return number(len(self.ranks)) + b"".join(number(len(text)) + text.encode() for text in self.ranks)


def table(folder, name):
    with open(folder / name, newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not rows or any(None in row or None in row.values() for row in rows):
        sys.exit(f"{name}: a row has too many or too few columns")
    return rows


def date(text):
    """A day, a month or a half of a year; the reader checks that it exists."""
    if match := re.fullmatch(r"(\d{4})-H([12])", text):
        return number(int(match[1])) + number(int(match[2])) + number(0) + b"\x02"
    match = re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", text)
    if not match:
        sys.exit(f"not a date: {text!r}")
    return number(int(match[1])) + number(int(match[2])) + number(int(match[3] or 0)) + (b"\x00" if match[3] else b"\x01")


def conflicts(folder):
    """What sources that contradict each other say of a service, by service."""
    words = lambda text: re.sub(r"\bS[0-9]\b", lambda match: SOURCES[match[0]], text)
    notes = {}
    for row in table(folder, "conflicts.tsv"):
        if row["judgement"] == "agree" or row["service"].startswith("all "):
            continue
        says = [f"{SOURCES[row[s]]}: {words(row[t])}" for s, t in (("source_a", "says"), ("source_b", "says_b")) if row[s] != "-"]
        note = f"{'; '.join(says)}: {words(row['judgement'])}"
        for service in row["service"].split(", "):
            if notes.setdefault(service, note) != note:
                sys.exit(f"conflicts.tsv: {service} has two rows")
    return notes


def first_seen(folder):
    """Since when names are known: (basis, partition, service or host, regions, date, source)."""
    rows, known = [], {}
    for row in table(folder, "dns-first-seen.tsv"):
        known[row["host"]] = row["first_seen"]
        rows.append(("first-seen", PARTITION, row["host"], [], row["first_seen"], "awsipv6 project, log of changes"))
    for row in table(folder, "declared-endpoints-json.tsv"):
        regions = row["regions"].split()
        # A name that was seen in DNS earlier needs no later bound.
        regions = [
            region for region in regions
            if known.get(row["host"].replace("{region}", region), "9") > row["first_seen"]
        ]
        if regions:
            source = f"botocore {row['first_release']}, endpoints.json"
            rows.append(("not-later-than", row["partition"], row["host"], regions, row["first_seen"], source))
    for row in table(folder, "announced.tsv"):
        if row["what"].startswith("public endpoints"):
            rows.append(("announced", PARTITION, row["service"], [], row["date"], row["url"]))
    return rows


def content(folder):
    texts, notes = Texts(), {row["note_id"]: row["note"] for row in table(folder, "built-in-map-notes.tsv")}
    rows = table(folder, "built-in-map.tsv")
    regions = sorted({row["region"] for row in rows})
    judgements = conflicts(folder)
    out = date(COLLECTED) + number(texts[RELEASE]) + number(texts[PARTITION])
    out += numbers(texts[region] for region in regions)

    def value(row):
        return (row["support"], row["evidence"], row["date"], row["source"], row["note_id"])

    cells = {}
    for row in rows:
        if cells.setdefault(row["service"], {}).setdefault(row["region"], row) is not row:
            sys.exit(f"built-in-map.tsv: {row['service']} in {row['region']} has two rows")
    values = {}
    for service in sorted(cells):
        for region in regions:
            if region in cells[service]:
                values.setdefault(value(cells[service][region]), len(values) + 1)
    out += number(len(values))
    for support, evidence, day, source, note in values:
        out += bytes([SUPPORT[support], EVIDENCE[evidence]]) + date(day)
        out += number(texts[source]) + number(texts[notes[note]])
    if unused := set(notes) - {row["note_id"] for row in rows}:
        sys.exit(f"built-in-map-notes.tsv: nothing refers to {sorted(unused)}")
    if unknown := set(judgements) - set(cells):
        sys.exit(f"conflicts.tsv: the map has no {sorted(unknown)}")
    out += number(len(cells))
    for service in sorted(cells):
        lists = {row["sdk_list"] for row in cells[service].values()}
        if lists not in ({"explicit"}, {"all"}):
            sys.exit(f"built-in-map.tsv: sdk_list of {service} is {sorted(lists)}")
        out += number(texts[service]) + bytes([lists == {"explicit"}])
        out += number(texts[judgements[service]] + 1) if service in judgements else number(0)
        ranks = [values[value(cells[service][region])] if region in cells[service] else 0 for region in regions]
        for rank, run in itertools.groupby(ranks):
            out += number(rank) + number(len(list(run)))
    seen = first_seen(folder)
    out += number(len(seen))
    for basis, partition, name, places, day, source in seen:
        out += bytes([BASIS[basis]]) + number(texts[partition]) + number(texts[name])
        out += numbers(texts[place] for place in places) + date(day) + number(texts[source])
    absent = table(folder, "names-not-found.tsv")
    out += number(len(absent))
    for row in absent:
        out += number(texts[row["host"]]) + date(row["date"]) + number(texts[row["url"]])
    return texts.bytes + out


def main():
    folder, path = map(pathlib.Path, sys.argv[1:])
    data = content(folder)
    body = len(data).to_bytes(4, "little") + packed(data)
    image = b"E6EVIDEN" + bytes([FORMAT]) + zlib.crc32(body).to_bytes(4, "little") + body
    path.write_bytes(image)
    print(f"{path}: {len(image)} bytes, unpacked {len(data)}")


main()
