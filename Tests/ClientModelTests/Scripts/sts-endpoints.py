# SPDX-License-Identifier: Apache-2.0
"""Prints which STS endpoint a botocore client calls, for each region, setting and switch.

usage: python sts-endpoints.py >>Fixtures/sts-endpoints.tsv     run it with the botocore release that is to be recorded

Columns: release, region, AWS_STS_REGIONAL_ENDPOINTS, switch, URL or error, signing region; `-` means unset.

Nothing is sent: every request is answered here before a connection is opened.
"""
import os

import botocore
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config

for name in [name for name in os.environ if name.startswith('AWS_')]:
    del os.environ[name]
os.environ.update(
    AWS_ACCESS_KEY_ID='AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY='example', AWS_CONFIG_FILE='/dev/null',
    AWS_SHARED_CREDENTIALS_FILE='/dev/null', AWS_EC2_METADATA_DISABLED='true', AWS_MAX_ATTEMPTS='1')


class Body:
    def stream(self, **kwargs):
        yield b'<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>'


def ask(region, setting, switch):
    os.environ.pop('AWS_STS_REGIONAL_ENDPOINTS', None)
    if setting:
        os.environ['AWS_STS_REGIONAL_ENDPOINTS'] = setting
    session = botocore.session.Session()
    client = session.create_client(
        'sts', region_name=region, endpoint_url='http://localhost:4566' if switch == 'endpoint-url' else None,
        config=Config(use_dualstack_endpoint=switch == 'dualstack', use_fips_endpoint=switch == 'fips'))
    seen = []

    def sent(request, **kwargs):
        authorization = request.headers['Authorization']
        authorization = authorization.decode() if isinstance(authorization, bytes) else authorization
        seen[:] = [request.url, authorization.split('Credential=')[1].split(',')[0].split('/')[2]]
        return AWSResponse(request.url, 200, {}, Body())

    client.meta.events.register('before-send', sent)
    client.get_caller_identity()
    return seen


regions = botocore.session.Session().get_available_regions('sts') + [
    None, 'aws-global', 'cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'fips-us-east-1', 'us-west-2-fips', 'xx-east-1']
for region in regions:
    for setting in (None, 'legacy', 'regional'):
        for switch in (None, 'dualstack', 'fips', 'endpoint-url'):
            row = [botocore.__version__, region, setting, switch]
            try:
                row += ask(region, setting, switch)
            except Exception as error:
                row += [f'{type(error).__name__}: {error}', None]
            print('\t'.join(value or '-' for value in row))
