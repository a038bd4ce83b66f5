# SPDX-License-Identifier: Apache-2.0
"""Prints where botocore looks for its config file.

usage: python botocore-paths.py <cases

Each line of the input is a JSON object of `environment` and `home`, the home folder of the system's list of users. Each
line of the output is the path as a JSON string; an empty one names no file.
"""
import json
import os
import pwd
import sys
from unittest import mock

import botocore.session
from botocore import configloader
from botocore.exceptions import ConfigNotFound

session = botocore.session.Session()
for line in sys.stdin:
    case = json.loads(line)
    user = mock.Mock(pw_dir=case['home'])
    # No file is to be found, so that the error names the path that was looked for.
    with mock.patch.dict(os.environ, case['environment'], clear=True), \
            mock.patch.object(pwd, 'getpwuid', return_value=user), mock.patch('os.path.isfile', return_value=False):
        try:
            configloader.load_config(session.get_config_variable('config_file'))
        except ConfigNotFound as error:
            print(json.dumps(error.kwargs['path']))
