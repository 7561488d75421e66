"""Checks a JSON file: check_json.py FILE PATH=TYPE..., PATH>=NUMBER, PATH<=NUMBER or PATH==JSON; - is standard input.

A path is keys joined by dots; * stands for every element of a list, which must not be empty.
"""
import json
import re
import sys

TYPES = {"int": int, "float": (int, float), "str": str, "list": list, "dict": dict}


def values_at(value, keys):
    if not keys:
        return [value]
    if keys[0] == "*":
        assert isinstance(value, list) and value, "expected a list with elements"
        return [found for element in value for found in values_at(element, keys[1:])]
    return values_at(value[keys[0]], keys[1:])


def holds(value, operator, wanted):
    if operator == "=":
        return isinstance(value, TYPES[wanted]) and not isinstance(value, bool)
    number = json.loads(wanted)
    return {">=": lambda: value >= number, "<=": lambda: value <= number, "==": lambda: value == number}[operator]()


path, *checks = sys.argv[1:]
document = json.load(sys.stdin if path == "-" else open(path))
for check in checks:
    where, operator, wanted = re.fullmatch(r"(.*?)(>=|<=|==|=)(.*)", check).groups()
    try:
        found = values_at(document, where.split("."))
    except (KeyError, TypeError, AssertionError) as error:
        sys.exit("%s: not there: %r" % (check, error))
    for value in found:
        if not holds(value, operator, wanted):
            sys.exit("%s: found %r" % (check, value))
