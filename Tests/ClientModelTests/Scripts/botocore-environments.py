# SPDX-License-Identifier: Apache-2.0
"""Prints which endpoint botocore's clients come to in an environment, once for each line of standard input.

Lines are {"service", "variables", "config", "credentials", "profile", "region", "endpoint_url"}: variables are the environment,
config and credentials the bytes of the files in hexadecimal digits or null. Answers are {"operation", "result", "url", "signing",
"error"}: what the rules gave, where the request goes, name and region that it is signed for. Nothing is sent: every request is
answered here before a connection is opened.
"""
import io
import json
import logging
import os
import sys
import tempfile

import botocore.session
from botocore.auth import AUTH_TYPE_MAPS
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.httpsession import URLLib3Session

# With the optional package awscrt, botocore signs for several regions as well; here signatures do not matter.
AUTH_TYPE_MAPS.setdefault('v4a', AUTH_TYPE_MAPS['v4'])
ROLE = b"""<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
<SecretAccessKey>example</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
<AssumedRoleUser><Arn>arn:aws:sts::222233334444:assumed-role/r/s</Arn><AssumedRoleId>x</AssumedRoleId></AssumedRoleUser>
</AssumeRoleResult></AssumeRoleResponse>"""


def refuse(*arguments, **kwargs):
    raise AssertionError('a request was about to be sent')


URLLib3Session.send = refuse


class Results(logging.Handler):
    urls = []

    def emit(self, record):
        if str(record.msg).startswith('Endpoint provider result'):
            self.urls.append(record.getMessage().split(': ', 1)[1])


logger = logging.getLogger('botocore.regions')
logger.setLevel(logging.DEBUG)
logger.propagate = False
logger.addHandler(Results())


class Body(io.BytesIO):
    def stream(self, **kwargs):
        yield self.read()


def scope(request):
    """Name and region of `AWS4-HMAC-SHA256 Credential=KEY/DAY/REGION/NAME/aws4_request, …`."""
    text = request.headers.get('Authorization', b'')
    text = text.decode() if isinstance(text, bytes) else text
    if not text.startswith('AWS4-HMAC-SHA256 '):
        return None
    region, name = text.split('Credential=')[1].split(',')[0].split('/')[2:4]
    return [name, region]


operations = {}


def operation_without_input(session, service):
    if service not in operations:
        model = session.get_service_model(service)
        for name in sorted(model.operation_names):
            shape = model.operation_model(name).input_shape
            if shape is None or not shape.required_members:
                operations[service] = name
                break
    return operations[service]


def run(query, answer):
    session = botocore.session.Session(profile=query.get('profile'))
    session.register_component('data_loader', loader)
    service = query['service']
    answer['operation'] = operation_without_input(session, service)

    def sent(request, **kwargs):
        body = request.body or b''
        if b'Action=AssumeRole' in (body.encode() if isinstance(body, str) else body):
            answer['role'] = [request.url, scope(request)]
            Results.urls.pop()
            return AWSResponse(request.url, 200, {}, Body(ROLE))
        answer['url'], answer['signing'] = request.url, scope(request)
        return AWSResponse(request.url, 418, {}, Body(b''))

    session.register('before-send', sent)
    client = session.create_client(
        service, region_name=query.get('region'), endpoint_url=query.get('endpoint_url'),
        config=Config(parameter_validation=False))
    Results.urls.clear()
    client._make_api_call(answer['operation'], {})


loader = botocore.session.Session().get_component('data_loader')
with tempfile.TemporaryDirectory() as folder:
    for line in sys.stdin:
        query = json.loads(line)
        for name in [name for name in os.environ if name.startswith('AWS_')]:
            del os.environ[name]
        paths = {}
        for name in ['config', 'credentials']:
            paths[name] = os.path.join(folder, name)
            if os.path.exists(paths[name]):
                os.remove(paths[name])
            if query.get(name) is not None:
                with open(paths[name], 'wb') as file:
                    file.write(bytes.fromhex(query[name]))
        os.environ.update(
            AWS_EC2_METADATA_DISABLED='true', AWS_MAX_ATTEMPTS='1', AWS_CONFIG_FILE=paths['config'],
            AWS_SHARED_CREDENTIALS_FILE=paths['credentials'], **query['variables'])
        answer = {'operation': None, 'url': None, 'signing': None}
        Results.urls.clear()
        try:
            run(query, answer)
            answer['error'] = None
        except Exception as error:
            answer['error'] = f'{type(error).__name__}: {error}'[:300]
        # The first one is of the call itself; a client that fails to fetch credentials leaves theirs behind.
        answer['result'] = Results.urls[0] if Results.urls else None
        print(json.dumps(answer), flush=True)
