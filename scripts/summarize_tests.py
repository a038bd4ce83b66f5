"""Prints what the tests skipped, at which depth they ran, and as the last line how many passed, failed and were skipped.

usage: summarize_tests.py EVENTS LOG    EVENTS is the event stream of `swift test`, LOG its output. Exit status 1: a test failed.
"""

import collections
import json
import re
import sys


def main():
    """Reads both files."""
    functions, started, ended, failed, skipped = set(), set(), set(), set(), {}
    with open(sys.argv[1], encoding="utf-8") as events:
        for line in events:
            try:
                record = json.loads(line)
            except json.JSONDecodeError:  # the line that a killed process wrote last
                continue
            payload = record["payload"]
            if record["kind"] == "test" and payload["kind"] == "function":
                functions.add(payload["id"])
            if record["kind"] != "event":
                continue
            test, kind = payload.get("testID"), payload["kind"]
            text = " ".join(message["text"] for message in payload.get("messages", []))
            if kind == "testStarted":
                started.add(test)
            if kind == "testEnded":
                ended.add(test)
                if any(message.get("symbol") == "fail" for message in payload.get("messages", [])):
                    failed.add(test)
            elif kind in ("testSkipped", "testCancelled"):
                skipped[test] = text
    # A test that did not end was running when the process crashed or was killed.
    failed = (failed | started - ended) & functions - set(skipped)
    skipped = {test: text for test, text in skipped.items() if test in functions}
    passed = (ended & functions) - failed - set(skipped)

    with open(sys.argv[2], encoding="utf-8", errors="replace") as log:
        depths = sorted(set(re.findall(r"^depth: (\w+): (\d+) of (\d+): (.*)$", log.read(), re.M)))
    reasons = collections.Counter(re.sub(r'^.*?skipped: ', "", text) for text in skipped.values())
    for reason, count in sorted(reasons.items()):
        print(f"skipped, {count}: {reason}")
    for depth, number, full, name in depths:
        print(f"{depth} depth: {name}: {number} of {full}")
    short = sum(int(number) < int(full) for _, number, full, _ in depths)
    print(f"depth: {len(passed) + len(failed) - short} tests ran whole, {short} ran short (make soak runs them whole)")
    print(f"{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
