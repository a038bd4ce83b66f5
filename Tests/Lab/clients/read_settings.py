# SPDX-License-Identifier: Apache-2.0
"""Reads settings as the programs of each format do, and prints the variables that a process would get as JSON.

usage: read_settings.py FORMAT FILE
"""

import json
import subprocess
import sys


def shell(path):
    """A POSIX shell sources the file."""
    text = subprocess.run(
        ["env", "-i", "PATH=/usr/bin:/bin", "sh", "-c", '. "$1"; env -0', "sh", path], check=True, capture_output=True
    ).stdout.decode()
    pairs = dict(pair.split("=", 1) for pair in text.split("\0") if pair)
    return {name: value for name, value in pairs.items() if name.startswith("AWS_")}


def env(path):
    """python-dotenv, as Docker's and systemd's readers, takes a NAME=VALUE a line."""
    import dotenv

    return dict(dotenv.dotenv_values(path, interpolate=False))


def dockerfile(path):
    """dockerfile-parse reads ENV instructions behind a FROM."""
    import dockerfile_parse
    import tempfile

    with open(path, encoding="utf-8") as file, tempfile.TemporaryDirectory() as folder:
        parser = dockerfile_parse.DockerfileParser(path=folder)
        parser.content = "FROM scratch\n" + file.read()
        return dict(parser.envs)


def kubernetes(path):
    """PyYAML: a ConfigMap, whose data envFrom makes variables of."""
    import yaml

    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    assert document["apiVersion"] == "v1" and document["kind"] == "ConfigMap" and document["metadata"]["name"]
    return document["data"]


def kubernetes_env(path):
    """PyYAML: the env list of a container."""
    import yaml

    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    entries = document["env"] if isinstance(document, dict) else document
    return {entry["name"]: entry["value"] for entry in entries}


def ecs(path):
    """The environment of a container definition."""
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    while isinstance(document, dict):
        document = document.get("environment") or document["containerDefinitions"][0]
    return {entry["name"]: entry["value"] for entry in document}


def function(path):
    """The variables of a Lambda function."""
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    return (document.get("Environment") or document)["Variables"]


def terraform(path):
    """python-hcl2: the arguments of the provider block, endpoints by their keys."""
    import hcl2

    with open(path, encoding="utf-8") as file:
        provider = hcl2.load(file)["provider"][0]
    block = {key.strip('"'): value for key, value in provider.items()}["aws"]
    endpoints = {} if not block.get("endpoints") else block["endpoints"][0]
    found = {f"endpoints.{key}": value.strip('"') for key, value in endpoints.items() if not key.startswith("__")}
    if "use_dualstack_endpoint" in block:
        found["use_dualstack_endpoint"] = json.dumps(block["use_dualstack_endpoint"])
    return found


READERS = {
    "shell": shell, "env": env, "dockerfile": dockerfile, "kubernetes": kubernetes, "kubernetes-env": kubernetes_env,
    "ecs": ecs, "lambda": function, "terraform": terraform,
}
print(json.dumps(READERS[sys.argv[1]](sys.argv[2])))
