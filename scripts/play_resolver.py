#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays a resolver on 127.0.0.1:53 for scripts/check-first-run, with the names of Tests/Fixtures/observed-2023-08-27.tsv.

usage: play_resolver.py KIND OBSERVED    KIND: silent, search, denies, invents, slow (1.3 s an answer), lossy (10 %)
"""
import asyncio
import random
import struct
import sys

PAGE = bytes([92, 242, 140, 21])
# Both names came after the observations.
LATER = {"sts.amazonaws.com": {"ipv4"}, "s3.amazonaws.com": {"ipv4"}}


def read_world(path):
    world = dict(LATER)
    with open(path, encoding="utf-8") as lines:
        for line in list(lines)[1:]:
            host, families = line.split("\t")[:2]
            world[host] = set(families.split(","))
    parents = set()
    for host in world:
        while "." in host:
            host = host.split(".", 1)[1]
            parents.add(host)
    return world, parents


class Resolver(asyncio.DatagramProtocol):
    def __init__(self, kind, world, parents):
        self.kind, self.world, self.parents = kind, world, parents
        self.random = random.Random(6)

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, packet, sender):
        if self.kind == "silent" or self.kind == "lossy" and self.random.random() < 0.1:
            return
        labels, at = [], 12
        while packet[at]:
            labels.append(packet[at + 1 : at + 1 + packet[at]].decode("ascii").lower())
            at += 1 + packet[at]
        question = packet[12 : at + 5]
        code, addresses = self.answer(".".join(labels), question[-3])
        records = b"".join(
            b"\xc0\x0c" + struct.pack(">HHIH", 1 if len(a) == 4 else 28, 1, 60, len(a)) + a for a in addresses
        )
        start = b"" if addresses else b"\0" + struct.pack(">HHIH", 6, 1, 60, 22) + b"\0\0" + struct.pack(">5I", 1, 1, 1, 1, 60)
        header = packet[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(addresses), 0 if addresses else 1, 0)
        delay = 1.3 if self.kind == "slow" else 0
        asyncio.get_running_loop().call_later(delay, self.transport.sendto, header + question + records + start, sender)

    def answer(self, name, kind):
        number = sum(ord(letter) * (at + 7) for at, letter in enumerate(name))
        if name == "ipv4only.arpa":
            return 0, [bytes([192, 0, 0, 170]), bytes([192, 0, 0, 171])] if kind == 1 else []
        if self.kind == "denies":
            return 3, []
        if self.kind == "invents":
            return 0, [struct.pack(">I", 0xC6120000 | number & 0x1FFFF) if kind == 1 else struct.pack(">QQ", 0xFC << 56, number)]
        families = self.world.get(name)
        if families is None:
            if self.kind == "search":
                return 0, [PAGE] if kind == 1 else []
            return (0 if name in self.parents else 3), []
        if kind == 1 and "ipv4" in families:
            return 0, [struct.pack(">I", 0x345E0000 | number & 0xFFF)]
        if kind == 28 and "ipv6" in families:
            return 0, [struct.pack(">QQ", 0x26001F1800000000, number)]
        return 0, []


async def main():
    kind, observed = sys.argv[1:]
    world, parents = read_world(observed)
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Resolver(kind, world, parents), local_addr=("127.0.0.1", 53)
    )
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
