# SPDX-License-Identifier: Apache-2.0
"""Prints which endpoints the clients of an older botocore come to: older-endpoints.py WHEEL FOLDER [SERVICE...]

WHEEL is unpacked into FOLDER. Lines of standard input are {"region", "dualstack", "fips", "endpoint_url"}; each is asked of every
service (or of those named). Answers are {"service", "operation", "answers": [[URL, SIGNING-NAME, SIGNING-REGION] or null for an
error, ...]}, one line for each service. Nothing is sent: requests are prepared only.
"""
import json
import os
import sys
import zipfile

wheel, folder = sys.argv[1:3]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(folder)
sys.path.insert(0, folder)
for name in [name for name in os.environ if name.startswith('AWS_')]:
    del os.environ[name]
os.environ.update(
    AWS_CONFIG_FILE='/dev/null', AWS_SHARED_CREDENTIALS_FILE='/dev/null', AWS_EC2_METADATA_DISABLED='true',
    AWS_ACCESS_KEY_ID='AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY='example')

import botocore  # noqa: E402
import botocore.session  # noqa: E402
from botocore.auth import AUTH_TYPE_MAPS  # noqa: E402
from botocore.config import Config  # noqa: E402

assert os.path.dirname(botocore.__file__).startswith(folder), botocore.__file__
# With the optional package awscrt, botocore signs for several regions as well; here signatures do not matter.
AUTH_TYPE_MAPS.setdefault('v4a', AUTH_TYPE_MAPS['v4'])
session = botocore.session.Session()
questions = [json.loads(line) for line in sys.stdin]
KNOWN = {'s3': 'ListBuckets', 'kinesis': 'ListStreams'}


def plain_operation(model, service):
    """An operation whose endpoint does not depend on its input or on itself; else None."""
    if service in KNOWN:
        return model.operation_model(KNOWN[service])
    for name in sorted(model.operation_names):
        operation = model.operation_model(name)
        members = operation.input_shape.members.values() if operation.input_shape else []
        if operation.static_context_parameters or operation.context_parameters or operation.endpoint_discovery:
            continue
        if getattr(operation, 'operation_context_parameters', None):
            continue
        if operation.endpoint and 'hostPrefix' in operation.endpoint:
            continue
        if operation.auth_type == 'none' or any(m.metadata.get('hostLabel') for m in members):
            continue
        return operation
    return None


def answer(question, service, operation):
    client = session.create_client(
        service, region_name=question.get('region'), endpoint_url=question.get('endpoint_url'),
        config=Config(
            use_dualstack_endpoint=question.get('dualstack') or None, use_fips_endpoint=question.get('fips') or None,
            parameter_validation=False))
    context = {
        'client_region': client.meta.region_name, 'client_config': client.meta.config,
        'has_streaming_input': operation.has_streaming_input, 'auth_type': operation.auth_type}
    if hasattr(operation, 'auth'):
        context.update(
            auth_type=operation.resolved_auth_type, unsigned_payload=operation.unsigned_payload, auth_options=operation.auth)
    url = client._resolve_endpoint_ruleset(operation, {}, context)[0]
    signing = context.get('signing') or {}
    return [
        url, signing.get('signing_name') or client._request_signer._signing_name,
        signing.get('region') or client._request_signer._region_name]


def answers(service, operation):
    for question in questions:
        try:
            yield answer(question, service, operation)
        except Exception as error:
            if os.environ.get('SHOW_ERRORS'):
                print(service, question, repr(error), file=sys.stderr)
            yield None


for service in sys.argv[3:] or sorted(session.get_available_services()):
    model = session.get_service_model(service)
    operation = plain_operation(model, service)
    print(json.dumps({
        'service': service, 'operation': operation and operation.name,
        'answers': list(answers(service, operation)) if operation else []}), flush=True)
    session.get_component('data_loader')._cache.clear() if hasattr(session.get_component('data_loader'), '_cache') else None
