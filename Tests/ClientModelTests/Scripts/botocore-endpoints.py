# SPDX-License-Identifier: Apache-2.0
"""Prints which endpoint botocore's clients come to, once for each line of standard input.

Lines are {"service", "region", "dualstack", "fips", "endpoint_url", "account", "config", "s3", "environment", "operation", "params"}: `config`
are arguments of botocore.config.Config, `s3` is its argument of that name, `environment` are variables. Answers are {"result",
"url", "name", "region", "error"}: what the rules gave, where the request goes, and what it is signed for.
Nothing is sent: requests are prepared only.
"""
import json
import logging
import os
import sys

import botocore.session
from botocore.auth import AUTH_TYPE_MAPS
from botocore.config import Config

# With the optional package awscrt, botocore signs for several regions as well; here signatures do not matter.
AUTH_TYPE_MAPS.setdefault('v4a', AUTH_TYPE_MAPS['v4'])
results = []


class Results(logging.Handler):
    def emit(self, record):
        if str(record.msg).startswith('Endpoint provider result'):
            results.append(record.getMessage().split(': ', 1)[1])


logger = logging.getLogger('botocore.regions')
logger.setLevel(logging.DEBUG)
logger.propagate = False
logger.addHandler(Results())

for name in [name for name in os.environ if name.startswith('AWS_')]:
    del os.environ[name]
os.environ.update(
    AWS_CONFIG_FILE='/dev/null', AWS_SHARED_CREDENTIALS_FILE='/dev/null', AWS_EC2_METADATA_DISABLED='true')
loader = botocore.session.Session().get_component('data_loader')


def answer(query):
    session = botocore.session.Session()
    session.register_component('data_loader', loader)
    session.set_credentials('AKIAIOSFODNN7EXAMPLE', 'example', account_id=query.get('account'))
    settings = dict(query.get('config') or {})
    if query.get('s3'):
        settings['s3'] = query['s3']
    client = session.create_client(
        query['service'], region_name=query.get('region'), endpoint_url=query.get('endpoint_url'),
        config=Config(
            use_dualstack_endpoint=query.get('dualstack') or None, use_fips_endpoint=query.get('fips') or None,
            parameter_validation=False, **settings))
    model = client.meta.service_model.operation_model(query['operation'])
    context = {
        'client_region': client.meta.region_name, 'client_config': client.meta.config,
        'has_streaming_input': model.has_streaming_input, 'auth_type': model.resolved_auth_type,
        'unsigned_payload': model.unsigned_payload, 'auth_options': model.auth}
    params = client._emit_api_params(api_params=query.get('params') or {}, operation_model=model, context=context)
    url, headers, _ = client._resolve_endpoint_ruleset(model, params, context)
    request = client._convert_to_request_dict(
        api_params=params, operation_model=model, endpoint_url=url, context=context, headers=headers)
    signing = context.get('signing') or {}
    return {
        'result': results[-1], 'url': request['url'],
        'name': signing.get('signing_name') or client._request_signer._signing_name,
        'region': signing.get('region') or client._request_signer._region_name}


for line in sys.stdin:
    query = json.loads(line)
    results.clear()
    os.environ.update(query.get('environment') or {})
    try:
        print(json.dumps(answer(query)), flush=True)
    except Exception as error:
        print(json.dumps({'error': f'{type(error).__name__}: {error}'[:300]}), flush=True)
    for name in query.get('environment') or {}:
        del os.environ[name]
