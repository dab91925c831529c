"""Validates a 360Giving file: giving.py SCHEMAS FILE.json. Prints every fault; exit status 1 if there is one."""

import json
import os
import sys

import jsonschema

folder, path = sys.argv[1:3]


def read(name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


grant, package = read("360-giving-schema.json"), read("360-giving-package-schema.json")
# The package names the grant's schema by an older name; one schema is put where it is named.
package["properties"]["grants"]["items"] = {"$ref": "#/$defs/grant"}
inner = json.loads(json.dumps(grant).replace('"#/$defs/', '"#/$defs/grant/$defs/'))
inner.pop("$id")
package.setdefault("$defs", {})["grant"] = inner
with open(path, encoding="utf-8") as file:
    data = json.load(file)
checker = jsonschema.FormatChecker()
faults = sorted(jsonschema.Draft202012Validator(package, format_checker=checker).iter_errors(data), key=str)
for fault in faults:
    print("/".join(map(str, fault.absolute_path)), fault.message[:200])
sys.exit(1 if faults else 0)
