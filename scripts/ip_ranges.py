#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Packs AWS's ip-ranges.json for the program: ip_ranges.py RANGES.json PACKED

The packed form holds disjoint blocks of addresses, each with a region and a set of service tags:
  the line "packed ip-ranges 1"; createDate in seconds since 1970; region names; service names; owners; blocks.
  number:  groups of seven bits, the lowest first, the highest bit set where another follows
  scaled:  a byte with the number of zero bits at the number's end, then the number without them
  names:   their number; each its length and its bytes
  owners:  their number; each the index of its region, how many services, their indexes
  blocks:  their number; each, scaled, the distance from the end of the one before and the size; the index of its owner
IPv4 addresses stand in their IPv4-mapped form, ::ffff:0:0/96. Where published blocks lie in each other, the smallest gives
the region, and all of them the services.
"""
import calendar
import hashlib
import ipaddress
import json
import sys
import time

MAPPED = 0xFFFF << 32


def bounds(text):
    network = ipaddress.ip_network(text)
    start = int(network.network_address) + (MAPPED if network.version == 4 else 0)
    return start, start + network.num_addresses - 1


def flatten(rows):
    """Disjoint blocks (first, last, owner), ascending and as large as possible."""
    edges = sorted({edge for first, last, _, _ in rows for edge in (first, last + 1)})
    rows = sorted(rows, key=lambda row: (row[0], -row[1]))
    blocks, nest, index = [], [], 0
    for first, end in zip(edges, edges[1:]):
        nest = [row for row in nest if row[1] >= first]
        while index < len(rows) and rows[index][0] == first:
            nest.append(rows[index])
            index += 1
        if not nest:
            continue
        owner = (nest[-1][2], tuple(sorted({row[3] for row in nest})))
        if blocks and blocks[-1][1] + 1 == first and blocks[-1][2] == owner:
            blocks[-1] = (blocks[-1][0], end - 1, owner)
        else:
            blocks.append((first, end - 1, owner))
    return blocks


def number(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def scaled(value):
    zeros = (value & -value).bit_length() - 1 if value else 0
    return bytes([zeros]) + number(value >> zeros)


def names(texts):
    return number(len(texts)) + b"".join(number(len(text.encode())) + text.encode() for text in texts)


def pack(document):
    rows = [bounds(row["ip_prefix"]) + (row["region"], row["service"]) for row in document["prefixes"]]
    rows += [bounds(row["ipv6_prefix"]) + (row["region"], row["service"]) for row in document["ipv6_prefixes"]]
    blocks = flatten(rows)
    owners = sorted({block[2] for block in blocks})
    regions = sorted({owner[0] for owner in owners})
    services = sorted({service for owner in owners for service in owner[1]})
    created = calendar.timegm(time.strptime(document["createDate"], "%Y-%m-%d-%H-%M-%S"))
    out = b"packed ip-ranges 1\n" + number(created) + names(regions) + names(services) + number(len(owners))
    for region, tags in owners:
        out += number(regions.index(region)) + number(len(tags))
        out += b"".join(number(services.index(tag)) for tag in tags)
    out += number(len(blocks))
    following = 0
    for first, last, owner in blocks:
        out += scaled(first - following) + scaled(last - first + 1) + number(owners.index(owner))
        following = last + 1
    return out, len(blocks), len(owners)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: ip_ranges.py RANGES.json PACKED")
    with open(sys.argv[1], "rb") as file:
        text = file.read()
    packed, blocks, owners = pack(json.loads(text))
    with open(sys.argv[2], "wb") as file:
        file.write(packed)
    print(f"{len(packed)} bytes, {blocks} blocks, {owners} owners; SHA-256 of the list: {hashlib.sha256(text).hexdigest()}")


if __name__ == "__main__":
    main()
