# SPDX-License-Identifier: Apache-2.0
"""Calls services with boto3, each once.

usage: call_boto3.py SERVICE...            clients with default settings
       call_boto3.py SNIPPET.py SERVICE... the clients that a file of Python makes
"""

import sys

import boto3

OPERATIONS = {
    "bedrock": "list_foundation_models",
    "ec2": "describe_regions",
    "iam": "list_users",
    "logs": "describe_log_groups",
    "s3": "list_buckets",
    "secretsmanager": "list_secrets",
    "sns": "list_topics",
    "sts": "get_caller_identity",
}
names = sys.argv[1:]
clients = {}
if names[0].endswith(".py"):
    made = {}
    with open(names.pop(0), encoding="utf-8") as file:
        exec(compile(file.read(), "settings", "exec"), made)
    made = [value for value in made.values() if hasattr(value, "meta")]
    clients = {client.meta.service_model.service_name: client for client in made}
    assert set(names) <= set(clients)
for name in names:
    client = clients.get(name) or boto3.client(name)
    getattr(client, OPERATIONS[name])()
