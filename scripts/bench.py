"""Measures the built program and prints tables; docs/benchmarks.md says what each figure means.

usage: bench.py PROGRAM [resolve] [import] [map] [memory] [start]

Everything stays on loopback: a name server of its own, a folder of its own, both gone at the end.
"""

import collections
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

REPEATS = 7
# Starts a program and tells its cost; a process of its own, because a child's peak of memory begins with its parent's.
LAUNCHER = """
import json, os, subprocess, sys, time
begin = time.monotonic()
process = subprocess.Popen(sys.argv[2:])
_, code, usage = os.wait4(process.pid, 0)
wall = time.monotonic() - begin
cost = [os.waitstatus_to_exitcode(code), usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss]
open(sys.argv[1], "w").write(json.dumps(cost))
"""
ENDPOINT_REGIONS = (
    "af-south-1,ap-east-1,ap-northeast-1,ap-northeast-2,ap-northeast-3,ap-south-1,ap-south-2,ap-southeast-1,"
    "ap-southeast-2,ca-central-1,ca-west-1,eu-central-1,eu-central-2,eu-north-1,eu-south-1,eu-west-1,eu-west-2,"
    "eu-west-3,sa-east-1,us-east-1"
)
UNLIMITED = ["--rate", "50000", "--i-own-this-resolver", "--trust-resolver", "--progress", "never", "--quiet"]

Cost = collections.namedtuple("Cost", "cpu wall memory")


def run(program, arguments, folder):
    """One run with its CPU seconds (user and system, the whole process), wall seconds and most KiB held."""
    home = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    launch = [sys.executable, "-S", "-E", "-c", LAUNCHER, str(folder / "cost"), program, *arguments]
    with open(folder / "stdout", "wb") as output, open(folder / "stderr", "wb") as errors:
        subprocess.run(launch, stdout=output, stderr=errors, env=home, check=True)
    status, *cost = json.loads((folder / "cost").read_text())
    if status != 0:
        sys.exit(f"bench: {' '.join(arguments)}: status {status}\n{(folder / 'stderr').read_text()}")
    return Cost(*cost)


def table(title, heads, rows):
    """A Markdown table, so that it can go into the document as it is."""
    print(f"\n### {title}\n\n| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
    sys.stdout.flush()


def repeated(program, cases, folder, repeats=REPEATS):
    """Rows of repeated runs, the cases in turn so that a change of load meets all of them."""
    costs = {name: [] for name, _ in cases}
    sizes = {}
    for _ in range(repeats):
        for name, arguments in cases:
            costs[name].append(run(program, arguments, folder))
            sizes[name] = (folder / "stdout").read_bytes().count(b"\n")
    rows = []
    for name, arguments in cases:
        cpu = [cost.cpu * 1000 for cost in costs[name]]
        memory = max(cost.memory for cost in costs[name]) / 1024
        rows.append((f"`{name}`", sizes[name], f"{min(cpu):.1f}", f"{statistics.median(cpu):.1f}", f"{memory:.0f}"))
    return rows


REPEATED_HEADS = ("command", "lines", "CPU ms, least", "CPU ms, median", "memory MiB, most")


class NameServer:
    """A real NSD on a free port that knows the root zone it is given."""

    def __init__(self, folder, records):
        self.folder = folder / "nsd"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        with open(self.folder / "zone", "w") as zone:
            zone.write("$TTL 60\n. 900 IN SOA ns. host. 1 7200 900 1209600 60\n. IN NS ns.\nns. IN A 127.0.0.1\n")
            zone.write("ipv4only.arpa. IN A 192.0.0.170\nipv4only.arpa. IN A 192.0.0.171\n")
            zone.writelines(records)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (self.folder / "nsd.conf").write_text(
            f"""server:
  ip-address: 127.0.0.1@{self.port}
  username: ""
  chroot: ""
  zonesdir: {self.folder}
  pidfile: {self.folder}/pid
  database: ""
  xfrdfile: {self.folder}/xfrd
  zonelistfile: {self.folder}/list
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: zone
"""
        )
        program = shutil.which("nsd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if not program:
            sys.exit("bench: nsd is not installed: run scripts/setup-tests")
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [program, "-d", "-c", self.folder / "nsd.conf"], stdout=self.log, stderr=self.log
        )
        self.wait()

    def wait(self):
        """Asks for the root's SOA until it is answered, twenty seconds at most."""
        query = b"\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x06\x00\x01"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.2)
            for _ in range(100):
                client.sendto(query, ("127.0.0.1", self.port))
                try:
                    client.recv(512)
                    return
                except OSError:
                    time.sleep(0.1)
        self.stop()
        sys.exit(f"bench: nsd does not answer: {(self.folder / 'log').read_text()}")

    def stop(self):
        """Ends it; its workers go with it."""
        self.process.kill()
        self.process.wait()
        self.log.close()


def records(hosts, flipped=0):
    """A record or two a host: of ten hosts six have A, two of these AAAA, two exist without either, two do not exist.

    The first `flipped` of each hundred hosts that have A change whether they have AAAA.
    """
    for number, host in enumerate(hosts):
        kind = number % 10
        if kind < 6:
            yield f"{host}. IN A 52.94.0.{number % 254 + 1}\n"
            if (kind < 2) != (number // 10 % 100 < flipped):
                yield f"{host}. IN AAAA 2600:1f18::{number % 65535 + 1:x}\n"
        elif kind < 8:
            yield f"{host}. IN TXT here\n"


def all_hosts(program, folder, *selection):
    """The host list as the program prints it."""
    run(program, ["catalog", "hosts", "-o", "jsonl", *selection], folder)
    with open(folder / "stdout") as lines:
        rows = [json.loads(line) for line in lines]
    return [row["host"] for row in rows], rows


def bench_resolve(program, folder):
    cases = [
        ("resolve ec2 --region eu-west-1", ["resolve", "ec2", "--region", "eu-west-1"]),
        ("catalog show", ["catalog", "show"]),
        ("catalog hosts -o jsonl", ["catalog", "hosts", "-o", "jsonl"]),
    ]
    table("Commands that need the built-in catalog alone", REPEATED_HEADS, repeated(program, cases, folder))


def bench_start(program, folder):
    cases = [
        ("resolve ec2 --region eu-west-1", ["resolve", "ec2", "--region", "eu-west-1"]),
        ("--version", ["--version"]),
    ]
    table("The whole process", REPEATED_HEADS, repeated(program, cases, folder, 31))


def bench_import(program, folder):
    cache = os.environ.get("EGRESS6_CACHE") or os.path.expanduser("~/.cache/egress6")
    wheels = sorted(pathlib.Path(cache).glob("botocore-*.whl"))
    if not wheels:
        print("\nimport: left out (no wheel: run scripts/setup-tests)")
        return
    image = folder / "image"
    arguments = ["catalog", "import", str(wheels[0]), "--to", str(image), "--quiet"]
    costs = [run(program, arguments, folder) for _ in range(3)]
    table(
        f"Import of {wheels[0].name}",
        ("wheel bytes", "image bytes", "CPU s, least", "CPU s, median", "memory MiB, most"),
        [
            (
                wheels[0].stat().st_size,
                image.stat().st_size,
                f"{min(cost.cpu for cost in costs):.2f}",
                f"{statistics.median(cost.cpu for cost in costs):.2f}",
                f"{max(cost.memory for cost in costs) / 1024:.0f}",
            )
        ],
    )


def bench_map(program, folder):
    store = str(folder / "map.sqlite")
    selection = ["--regions", ENDPOINT_REGIONS]
    hosts, rows = all_hosts(program, folder, *selection)
    chosen = set(ENDPOINT_REGIONS.split(","))
    endpoints = sum(1 for row in rows for endpoint in row["endpoints"] if endpoint["region"] in chosen)
    scans = []
    for day in range(3):
        server = NameServer(folder, records(hosts, flipped=day))
        try:
            arguments = ["scan", "--store", store, "--resolver", f"127.0.0.1:{server.port}", *selection, *UNLIMITED]
            cost = run(program, [*arguments, "--json"], folder)
        finally:
            server.stop()
        report = json.loads((folder / "stdout").read_text())
        scans.append(
            (
                day + 1,
                report["hosts"],
                report["queries"],
                report["seconds"],
                f"{cost.cpu:.2f}",
                f"{cost.memory / 1024:.0f}",
                os.path.getsize(store),
            )
        )
        time.sleep(1.1)  # runs end in different seconds
    table(
        f"Scans against NSD on loopback, {endpoints} endpoints, one host in a hundred changed between",
        ("run", "hosts", "queries", "seconds", "CPU s", "memory MiB", "store bytes"),
        scans,
    )
    at = ["--store", store]
    cases = [
        ("map (summary)", ["map", *at]),
        ("map --regions eu-west-1", ["map", *at, "--regions", "eu-west-1"]),
        ("map -o jsonl", ["map", *at, "-o", "jsonl"]),
        ("changes", ["changes", *at]),
        ("changes -o jsonl", ["changes", *at, "-o", "jsonl"]),
        ("export --what support", ["export", *at, "--what", "support"]),
        ("export --what changes", ["export", *at, "--what", "changes"]),
        ("export --what hosts", ["export", *at, "--what", "hosts"]),
        ("export --what hosts -o csv", ["export", *at, "--what", "hosts", "-o", "csv"]),
        ("export -o sqlite", ["export", *at, "-o", "sqlite", "--to", str(folder / "copy.sqlite")]),
        ("export --what runs", ["export", *at, "--what", "runs"]),
    ]
    table(f"Questions to the store: 3 runs, {endpoints} endpoints", REPEATED_HEADS, repeated(program, cases, folder))


def bench_memory(program, folder):
    hosts, _ = all_hosts(program, folder)
    more = [f"n{number % 331}.r{number // 331}.example" for number in range(max(0, 100_000 - len(hosts)))]
    (folder / "more").write_text("\n".join(more))
    everything = hosts + more
    parents = {host.split(".", 1)[1] for host in everything} - set(everything)
    zone = list(records(everything)) + [f"{parent}. IN TXT here\n" for parent in sorted(parents)]
    server = NameServer(folder, zone)
    try:
        arguments = ["scan", "--store", str(folder / "large.sqlite"), "--resolver", f"127.0.0.1:{server.port}"]
        cost = run(program, [*arguments, "--hosts", str(folder / "more"), *UNLIMITED, "--json"], folder)
    finally:
        server.stop()
    report = json.loads((folder / "stdout").read_text())
    table(
        "A whole scan of 100,000 hosts",
        ("hosts", "queries", "seconds", "CPU s", "memory MiB, most"),
        [
            (
                report["hosts"],
                report["queries"],
                report["seconds"],
                f"{cost.cpu:.2f}",
                f"{cost.memory / 1024:.0f}",
            )
        ],
    )


def main():
    parts = {"resolve": bench_resolve, "import": bench_import, "map": bench_map, "memory": bench_memory, "start": bench_start}
    program, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:] or list(parts)
    for part in wanted:
        with tempfile.TemporaryDirectory(prefix="egress6-bench-") as folder:
            parts[part](program, pathlib.Path(folder))


main()
