# SPDX-License-Identifier: Apache-2.0
"""Runs the AWS CLI in this process, once for each row of standard input, and prints the rows with what came out.

usage: record-cli-runs.py < own-runs.jsonl > new.jsonl

A row is {"command", "region", "env", "config", "credentials", "no_static_credentials", ...}; its results are replaced:
request_host, signing_name and signing_region of the first request, or error. Nothing is sent: every request is stopped
before a connection is opened. Run it in a network namespace without a connection (`unshare -n`) all the same.
"""
import contextlib
import io
import json
import os
import re
import shlex
import sys
import tempfile
from urllib.parse import urlsplit

import awscli.clidriver

RESULTS = ("request_host", "signing_name", "signing_region", "error")
BASE = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}
if os.environ.get("AWS_DATA_PATH"):
    BASE["AWS_DATA_PATH"] = os.environ["AWS_DATA_PATH"]


class Stopped(Exception):
    """Keeps a request from being sent."""


def environment(row, folder):
    variables = dict(BASE, AWS_EC2_METADATA_DISABLED="true", AWS_MAX_ATTEMPTS="1")
    if not row.get("no_static_credentials"):
        variables.update(AWS_ACCESS_KEY_ID="placeholder", AWS_SECRET_ACCESS_KEY="x")
    variables["AWS_CONFIG_FILE"] = f"{folder}/config"
    variables["AWS_SHARED_CREDENTIALS_FILE"] = f"{folder}/credentials"
    variables["AWS_REGION"] = variables["AWS_DEFAULT_REGION"] = row["region"]
    return dict(variables, **row.get("env", {}))


def run(row):
    requests = []

    def stop(request, **_):
        requests.append(request)
        raise Stopped

    errors = io.StringIO()
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("config", "credentials"):
            if name in row:
                with open(f"{folder}/{name}", "wb") as file:
                    file.write(row[name].encode())
        os.environ.clear()
        os.environ.update(environment(row, folder))
        try:
            with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
                driver = awscli.clidriver.create_clidriver()
                driver.session.register("before-send.*", stop)
                driver.main(shlex.split(row["command"]))
        except BaseException as error:  # the CLI ends with SystemExit, and with errors of its own
            errors.write(repr(error))
        finally:
            os.environ.clear()
            os.environ.update(before)
        text = errors.getvalue().replace(folder, "~/.aws")
    if not requests:
        return {"error": " ".join(text.split())[-100:]}
    result = {"request_host": urlsplit(requests[0].url).netloc}
    header = requests[0].headers.get("Authorization") or ""
    header = header.decode() if isinstance(header, bytes) else header
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", header)
    if scope:
        result["signing_region"], result["signing_name"] = scope.groups()
    return result


for line in sys.stdin:
    row = json.loads(line)
    question = {name: value for name, value in row.items() if name not in RESULTS}
    print(json.dumps(dict(question, **run(question)), ensure_ascii=False, separators=(",", ":")), flush=True)
