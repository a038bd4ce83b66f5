# SPDX-License-Identifier: Apache-2.0
"""Prints what botocore knows of the operations of all services, a service on each line.

Lines are {"service", "discovery", "operations": {name: {"python", "command", "members", "discovery"}}}: the operation's names in
Python and on the command line, the members of its input, and whether its endpoint has to be discovered (null: it has not).
"""
import json

import botocore.session
from botocore import xform_name

session = botocore.session.Session()
for service in session.get_available_services():
    model = session.get_service_model(service)
    operations = {}
    for name in model.operation_names:
        operation = model.operation_model(name)
        shape = operation.input_shape
        discovery = operation.endpoint_discovery
        operations[name] = {
            'python': xform_name(name), 'command': xform_name(name, '-'),
            'members': sorted(shape.members) if shape else [],
            'discovery': bool(discovery.get('required')) if discovery is not None else None}
    call = model.endpoint_discovery_operation
    print(json.dumps({'service': service, 'discovery': call.name if call else None, 'operations': operations}))
