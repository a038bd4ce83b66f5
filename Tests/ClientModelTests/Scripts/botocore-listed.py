# SPDX-License-Identifier: Apache-2.0
"""Prints what botocore reads in endpoints.json for services that it has no client for.

usage: botocore-listed.py SERVICE,… REGION,…; lines are [service, region, dual-stack, FIPS, host or null, signing name, signing region]
"""
import json
import sys

import botocore.session
from botocore.exceptions import EndpointVariantError

resolver = botocore.session.Session().get_component('endpoint_resolver')
for service in sys.argv[1].split(','):
    for region in sys.argv[2].split(','):
        for dualstack in (False, True):
            for fips in (False, True):
                switches = {'use_dualstack_endpoint': dualstack, 'use_fips_endpoint': fips}
                try:
                    found = resolver.construct_endpoint(service, region, **switches)
                    found = found or resolver.construct_endpoint(service, region, 'aws', **switches)
                except EndpointVariantError:
                    found = {}
                scope = found.get('credentialScope', {})
                print(json.dumps([
                    service, region, dualstack, fips, found.get('hostname'), scope.get('service', service),
                    scope.get('region', region)]))
