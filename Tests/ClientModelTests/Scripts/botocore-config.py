# SPDX-License-Identifier: Apache-2.0
"""Prints how botocore reads configuration files.

usage: python botocore-config.py <files

Each line of the input is a file: `config` or `credentials`, a space, its bytes in hexadecimal digits. Each line of the
output is what it holds, names and values as hexadecimal digits of UTF-8, or `E` and the number of the first wrong line
(0 where Python does not tell it).
"""
import configparser
import os
import sys
import tempfile

from botocore import configloader
from botocore.exceptions import ConfigParseError

first_line = [0]


class Parser(configparser.RawConfigParser):
    """Remembers the first line that cannot be parsed: Python goes on, and may stop at a later line with another error."""

    def _handle_error(self, exc, fpname, lineno, line):
        first_line[0] = first_line[0] or lineno
        return super()._handle_error(exc, fpname, lineno, line)


configloader.configparser = type('Module', (), {'RawConfigParser': Parser, 'Error': configparser.Error})


def hexed(text):
    return text.encode().hex()


def option(name, value):
    if isinstance(value, str):
        return hexed(name) + '=' + hexed(value)
    return hexed(name) + '>' + ','.join(hexed(key) + '=' + hexed(value) for key, value in value.items())


def sections(kind, found):
    lines = [(name.encode(), kind + hexed(name) + '{' + ';'.join(option(*entry) for entry in found[name].items()) + '}')
             for name in found]
    return ''.join(line for _, line in sorted(lines))


def read(kind, path):
    first_line[0] = 0
    try:
        if kind == 'credentials':
            return sections('p', configloader.raw_config_parse(path))
        found = configloader.load_config(path)
        return ''.join([sections('p', found['profiles']), sections('s', found['services']),
                        sections('o', found['sso_sessions'])])
    except ConfigParseError as failure:
        error = failure.kwargs['error']
        number = getattr(error, 'lineno', 0) or 0
        return 'E' + str(min(filter(None, [first_line[0], number]), default=0))


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'config')
    for line in sys.stdin:
        kind, content = line.rstrip('\n').split(' ')
        with open(path, 'wb') as file:
            file.write(bytes.fromhex(content))
        print(read(kind, path))
