# SPDX-License-Identifier: Apache-2.0
"""Runs the AWS CLI in this process, once for each line of standard input, and prints which endpoint it came to.

usage: aws-endpoints.py DATA    DATA is the `data` folder of the botocore release that the CLI is to use

Lines are {"service", "options": [...], "environment": {...}}; the operation is the first one in alphabetical order that
needs no input. Answers are {"operation", "override", "region", "result", "url", "signing", "error"}; override and region
are what version 1 of the CLI itself puts in place of an endpoint URL and region that were not given: it keeps a table of
older names for a few services.
Nothing is sent: every request is answered here before a connection is opened.
"""
import contextlib
import io
import json
import logging
import os
import sys

import awscli.clidriver  # noqa: F401  makes `botocore` the copy that the CLI brings along
from botocore import loaders, xform_name

assert 'awscli' in loaders.__file__, loaders.__file__
loaders.Loader.BUILTIN_DATA_PATH = sys.argv[1]

from botocore.awsrequest import AWSResponse  # noqa: E402
from botocore.httpsession import URLLib3Session  # noqa: E402
from awscli.clidriver import create_clidriver  # noqa: E402
from awscli.customizations.overridesslcommonname import SSL_COMMON_NAMES  # noqa: E402


class Results(logging.Handler):
    """Keeps what the CLI prints with --debug."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.urls = []

    def emit(self, record):
        if record.msg.startswith('Endpoint provider result'):
            self.urls.append(record.getMessage().split(': ', 1)[1])


class Body(io.BytesIO):
    def stream(self, **kwargs):
        yield b''


def signing_scope(authorization):
    """Name and region of `AWS4-HMAC-SHA256 Credential=KEY/DAY/REGION/NAME/aws4_request, …`."""
    if isinstance(authorization, bytes):
        authorization = authorization.decode()
    if not authorization.startswith('AWS4-HMAC-SHA256 '):
        return None
    region, name = authorization.split('Credential=')[1].split(',')[0].split('/')[2:4]
    return [name, region]


def own_endpoint(service, options):
    """The endpoint URL and the region that the CLI puts in place of missing ones."""
    if '--endpoint-url' in options or '--region' not in options:
        return None, None
    region = options[options.index('--region') + 1]
    name = SSL_COMMON_NAMES.get(service, {}).get(region)
    if name is None:
        return None, None
    moved = ('cn-northwest-1' if region.startswith('cn-') else 'us-east-1') if service == 'health' else None
    return f'https://{name}', moved


def refuse(*arguments, **kwargs):
    raise AssertionError('a request was about to be sent')


COMMANDS = {'s3': 's3api', 'codedeploy': 'deploy', 'config': 'configservice'}
operations = {}


def operation_without_input(driver, service):
    """The first operation that the CLI runs without options."""
    if service not in operations:
        model = driver.session.get_service_model(service)
        for name in sorted(model.operation_names):
            shape = model.operation_model(name).input_shape
            if shape is None or not shape.required_members:
                operations[service] = name
                break
    return operations[service]


URLLib3Session.send = refuse
results = Results()
logger = logging.getLogger('botocore.regions')
logger.setLevel(logging.DEBUG)
logger.addHandler(results)
logger.propagate = False
drivers = {}
for line in sys.stdin:
    query = json.loads(line)
    environment = query.get('environment', {})
    # A driver keeps the region of its last command, so commands without one have a driver of their own.
    key = json.dumps([environment, '--region' in query['options']], sort_keys=True)
    for name in [name for name in os.environ if name.startswith('AWS_') and name != 'AWS_DATA_PATH']:
        del os.environ[name]
    os.environ.update({
        'AWS_ACCESS_KEY_ID': 'AKIAIOSFODNN7EXAMPLE', 'AWS_SECRET_ACCESS_KEY': 'example', 'AWS_MAX_ATTEMPTS': '1',
        'AWS_CONFIG_FILE': '/dev/null', 'AWS_SHARED_CREDENTIALS_FILE': '/dev/null', 'AWS_EC2_METADATA_DISABLED': 'true',
        'HTTPS_PROXY': 'http://127.0.0.1:9', 'HTTP_PROXY': 'http://127.0.0.1:9', **environment})
    if key not in drivers:
        try:
            driver = drivers[key] = create_clidriver()
        except Exception as error:
            print(json.dumps({'operation': None, 'result': None, 'url': None, 'signing': None, 'error': repr(error)}), flush=True)
            continue
        state = driver.egress6_seen = {}

        def sent(request, state=state, **kwargs):
            state['url'] = request.url
            state['signing'] = signing_scope(request.headers.get('Authorization', b''))
            return AWSResponse(request.url, 418, {}, Body(b''))

        driver.session.register('before-send', sent)
    driver = drivers[key]
    service = query['service']
    operation = operation_without_input(driver, service)
    command = [COMMANDS.get(service, service), xform_name(operation, '-'), *query['options']]
    driver.egress6_seen.clear()
    results.urls.clear()
    errors = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
        try:
            driver.main(command)
        except SystemExit:
            pass
    override, region = own_endpoint(COMMANDS.get(service, service), query['options'])
    answer = {
        'operation': operation, 'override': override, 'region': region,
        'result': results.urls[0] if results.urls else None, 'url': driver.egress6_seen.get('url'),
        'signing': driver.egress6_seen.get('signing'), 'error': errors.getvalue().strip()[-300:]}
    print(json.dumps(answer), flush=True)
