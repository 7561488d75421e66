"""Fails if a module multiplies floats: `mixq inspect --json` on standard input. Names each such step, and every unit without
an integer product."""
import json
import sys

module = json.load(sys.stdin)
products = [step for step in module["steps"] if step["lhs"] != "-" or step["rhs"] != "-"]
floats = [step for step in products if (step["lhs"], step["rhs"]) != ("u8", "s8")]
for step in floats:
    print("float product: step %(name)s multiplies %(lhs)s by %(rhs)s (%(kernel)s)" % step)
# What multiplies must say so: a step with macs and no operand types would hide a float product.
hidden = [step for step in module["steps"] if step["macs"] and step not in products]
for step in hidden:
    print("untyped product: step %(name)s of %(macs)d macs (%(kernel)s)" % step)
missing = {layer["name"] for layer in module["layers"]} - {step["name"] for step in products}
for name in sorted(missing):
    print("no product: unit %s" % name)
print("%d integer products" % (len(products) - len(floats)))
sys.exit(bool(floats or hidden or missing or not products))
