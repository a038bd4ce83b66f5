"""Lays out a botocore release for rules-bench, runs it, and measures botocore's own engine on the same cases.

usage: bench_rules.py PROGRAM CACHE FOLDER [CRT-BENCH | --counters-only | --check LIMITS | --record LIMITS]

--check compares instructions, allocations and the size of the image with recorded ones and fails when they have grown.
"""

import concurrent.futures
import gzip
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

RELEASE = re.search(r"^SDK_RELEASE=(\S+)", pathlib.Path(__file__).with_name("sdk-release").read_text(), re.M)[1]
ARN = "arn:aws:s3:us-west-2:123456789012:accesspoint:myendpoint"
OUTPOST = "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/reports"
# The same as BenchmarkCase.swift.
CASES = {
    "ec2": ("ec2", {"Region": "us-east-1"}),
    "sts": ("sts", {"Region": "us-east-1", "UseGlobalEndpoint": False}),
    "lambda": ("lambda", {"Region": "us-east-1"}),
    "sqs": ("sqs", {"Region": "us-east-1", "UseDualStack": True}),
    "s3-virtual": ("s3", {"Region": "us-west-2", "Bucket": "bucket-name"}),
    "s3-access-point": ("s3", {"Region": "us-west-2", "Bucket": ARN}),
    "s3-outposts": ("s3", {"Region": "us-west-2", "Bucket": OUTPOST}),
}
MODES = ("string", "buffer", "bound", "bound-buffer", "all-bound", "all-bound-buffer", "memo")
# What is compared with recorded numbers: counts do not depend on the machine's load, only on compiler and libraries.
CHECKED_MODES = ("string", "buffer", "bound", "bound-buffer", "all-bound-buffer", "memo")
INSTRUCTION_TOLERANCE = 0.10
# The built-in image and what is held beside it, in bytes.
RESIDENT_LIMIT = 1_500_000
SIZE_TOLERANCE = 0.02


def rule_set(source, service, version):
    path = source / "botocore/data" / service / version / "endpoint-rule-set-1.json"
    if path.exists():
        return path.read_bytes()
    return gzip.decompress(path.with_suffix(".json.gz").read_bytes())


def lay_out(source, folder):
    """The release as rules-bench reads it: partitions, rule sets as plain JSON, and AWS's cases."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(source / "botocore/data/partitions.json", folder)
    with open(folder / "bench.jsonl", "w") as named:
        for name, (service, parameters) in CASES.items():
            named.write(json.dumps({"name": name, "service": service, "params": parameters}) + "\n")
    found = {}
    for path in (source / "botocore/data").glob("*/*/endpoint-rule-set-1.json*"):
        found.setdefault(path.parent.parent.name, set()).add(path.parent.name)
    with open(folder / "sets.txt", "w") as sets, open(folder / "cases.jsonl", "w") as cases:
        for service in sorted(found):
            versions = sorted(found[service])
            for version in versions:
                name = service if version == versions[-1] else f"{service}/{version}"
                path = folder / f"{service}-{version}.json"
                path.write_bytes(rule_set(source, service, version))
                sets.write(f"{name} {path}\n")
            tests = source / "tests/functional/endpoint-rules" / service / "endpoint-tests-1.json"
            for case in json.loads(tests.read_text())["testCases"]:
                cases.write(json.dumps({"service": service, "params": case.get("params", {})}) + "\n")


def table(title, heads, rows):
    print(f"\n### {title}\n\n| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
    sys.stdout.flush()


def botocore_times(source, folder):
    """Nanoseconds of CPU time per resolve of botocore's engine, its cache of answers left out."""
    from botocore.endpoint_provider import EndpointProvider
    from botocore.exceptions import EndpointProviderError

    partitions = json.loads((source / "botocore/data/partitions.json").read_text())
    providers = {}

    def provider(service):
        if service not in providers:
            version = max(path.name for path in (source / "botocore/data" / service).iterdir())
            providers[service] = EndpointProvider(json.loads(rule_set(source, service, version)), partitions)
        return providers[service]

    def resolve(engine, parameters):
        try:
            return EndpointProvider._resolve_endpoint.__wrapped__(engine, **parameters)
        except EndpointProviderError:  # Rule errors are answers, too.
            return None

    rows = []
    for name, (service, parameters) in CASES.items():
        engine = provider(service)
        if not resolve(engine, parameters).url.startswith("https://"):
            sys.exit(f"bench: botocore has no endpoint for {name}")
        times = []
        for _ in range(9):
            start = time.process_time_ns()
            for _ in range(200):
                resolve(engine, parameters)
            times.append((time.process_time_ns() - start) / 200)
        rows.append((name, f"{statistics.median(times):.0f} ns", f"{min(times):.0f} ns"))
    cases = [json.loads(line) for line in open(folder / "cases.jsonl")]
    for case in cases:
        provider(case["service"])
    times = []
    for _ in range(3):
        start = time.process_time_ns()
        for case in cases:
            resolve(provider(case["service"]), case["params"])
        times.append((time.process_time_ns() - start) / len(cases))
    rows.append((f"mean of {len(cases)} cases", f"{statistics.median(times):.0f} ns", f"{min(times):.0f} ns"))
    return rows


def counted(command, tool, pattern):
    """A number that valgrind prints about a run."""
    result = subprocess.run(
        ["valgrind", *tool, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True
    )
    return int(re.search(pattern, result.stderr).group(1).replace(",", ""))


def counters(program, folder, modes=MODES):
    """Instructions and allocations per resolve: the difference between two runs of different length."""
    tools = (
        (["--tool=callgrind", "--callgrind-out-file=/dev/null"], r"Collected : ([\d,]+)"),
        (["--tool=memcheck"], r"total heap usage: ([\d,]+) allocs"),
    )

    def row(case):
        name, mode = case
        numbers = []
        for tool, pattern in tools:
            few, many = (
                counted([program, "--release", folder, "--case", name, "--mode", mode, "--count", str(n)], tool, pattern)
                for n in (1000, 3000)
            )
            numbers.append((many - few) / 2000)
        return name, mode, round(numbers[0]), round(numbers[1], 2)

    # Counts do not suffer from neighbours.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(row, [(name, mode) for name in CASES for mode in modes]))


def check(found, limits):
    """Compares what was counted with what was recorded; says what has grown, and what may be recorded again."""
    grown = []
    for key, recorded in limits["instructions"].items():
        now = found["instructions"].get(key)
        if now is None or now > recorded * (1 + INSTRUCTION_TOLERANCE) + 1:
            grown.append(f"{key}: {now} instructions, {recorded} recorded")
        elif now < recorded * (1 - INSTRUCTION_TOLERANCE) - 1:
            print(f"{key}: {now} instructions, {recorded} recorded; record the better number")
        if found["allocations"].get(key, 99) > limits["allocations"][key]:
            grown.append(f"{key}: {found['allocations'].get(key)} allocations, {limits['allocations'][key]} recorded")
    if found["imageBytes"] > limits["imageBytes"] * (1 + SIZE_TOLERANCE):
        grown.append(f"image: {found['imageBytes']} bytes, {limits['imageBytes']} recorded")
    if found["residentBytes"] > RESIDENT_LIMIT:
        grown.append(f"resident: {found['residentBytes']} bytes, {RESIDENT_LIMIT} allowed")
    print(f"{len(limits['instructions'])} counts compared, {len(grown)} have grown")
    if grown:
        sys.exit("bench-rules: " + "; ".join(grown) + "\nif that is meant: scripts/bench-rules --record")


def counted_all(program, folder):
    """The numbers that are recorded."""
    rows = counters(program, folder, CHECKED_MODES)
    return {
        "imageBytes": (folder / "rules.image").stat().st_size,
        "residentBytes": pathlib.Path("Sources/CCatalogImage/catalog.image").stat().st_size
        + int(subprocess.run([program, "--release", folder, "--memory"], check=True, stdout=subprocess.PIPE).stdout),
        "instructions": {f"{name} {mode}": instructions for name, mode, instructions, _ in rows},
        "allocations": {f"{name} {mode}": allocations for name, mode, _, allocations in rows},
    }


def main():
    program, cache, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    source = cache / f"botocore-{RELEASE}"
    lay_out(source, folder)
    subprocess.run([program, "--release", folder, "--write"], check=True)
    if "--check" in sys.argv or "--record" in sys.argv:
        found = counted_all(program, folder)
        limits = pathlib.Path(sys.argv[-1])
        if "--record" in sys.argv:
            limits.write_text(json.dumps(found, indent=2) + "\n")
        else:
            check(found, json.loads(limits.read_text()))
        return
    print(f"image: {(folder / 'rules.image').stat().st_size} bytes")
    if "--counters-only" not in sys.argv:
        print("\n### compiled rules\n\n```")
        sys.stdout.flush()
        subprocess.run([program, "--release", folder], check=True)
        print("```")
        table(f"botocore {RELEASE}", ("case", "median", "least"), botocore_times(source, folder))
    if len(sys.argv) > 4 and not sys.argv[4].startswith("--"):
        lines = subprocess.run([sys.argv[4], folder], check=True, stdout=subprocess.PIPE, text=True).stdout
        rows = [line.split() for line in lines.splitlines()]
        rows = [(name.replace("_", " "), f"{median} ns", f"{least} ns") for name, median, least in rows]
        table("CRT, tree engine, of awscrt 0.38.1", ("case", "median", "least"), rows)
    if shutil.which("valgrind"):
        table("counters", ("case", "mode", "instructions", "allocations"), counters(program, folder))


main()
