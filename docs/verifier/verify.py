#!/usr/bin/env python3
"""Checks a relief-ledger book on a machine of your own.

Python 3.9 or later, the standard library, no network, no secret. It is written from docs/formats.md and shares no line
with the program that keeps the book.

    python3 verify.py PACKAGE [--checkpoint OLDER] [--head HEAD]
    python3 verify.py PROOF.tlog-proof --key KEY

PACKAGE is an audit package (zip), a folder of its files, or events.jsonl alone. OLDER is a checkpoint that you were
handed earlier: the book must extend it. HEAD is the checkpoint of the package itself (found in it by default).

PROOF is the proof of one record (C2SP tlog-proof), KEY the public key of the book or a file that holds it.

Every check is printed with what it found. Exit status 0: all hold; 1: one does not; 2: the files cannot be read.

What is checked
  1  every event hashes to its leaf; positions are 1, 2, 3 … without a gap; one book throughout
  2  the tree of all leaves has the root of the signed checkpoint; the signature is that of the key in the book
  3  the book extends the older checkpoint
  4  who decided was another person than who prepared, and held a role that may, at that position
  5  what was signed is what stood there: digests are recomputed over the leaves
  6  money: every transfer is derived again from the events; stages add up to zero and none but source is below it
  7  CSVs of the package are derived again and compared row by row; sizes, SHA-256, rows and columns of every file
     are those of datapackage.json, and no file is missing, doubled or not described
  8  listed, not judged: the same recipient, policy and amount within thirty days; one account of several recipients
"""

import argparse
import base64
import csv
import datetime
import gc
import hashlib
import io
import json
import os
import sys
import zipfile
import zlib
from collections import defaultdict

# ---------------------------------------------------------------------------------------------------------------------
# Ed25519 (RFC 8032), slow and plain: a handful of signatures is checked.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P:
        return None
    return P - x if (x & 1) != sign else x


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    e, k, f2, h2 = f - e, h - g, h + g, f + e
    return (e * k % P, f2 * h2 % P, k * f2 % P, e * h2 % P)


def multiply(n, a):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, a)
        a = add(a, a)
        n >>= 1
    return result


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


BASE = (recover_x(4 * pow(5, P - 2, P) % P, 0), 4 * pow(5, P - 2, P) % P, 1, 0)
BASE = (BASE[0], BASE[1], 1, BASE[0] * BASE[1] % P)


def signature_holds(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = point(key), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return same(multiply(s, BASE), add(r, multiply(h, a)))


# ---------------------------------------------------------------------------------------------------------------------
# The tree (RFC 6962) and signed notes (C2SP signed-note, tlog-checkpoint)


class Tree:
    """Grows leaf by leaf; its root at any moment is folded from the complete subtrees on the right edge."""

    def __init__(self):
        self.size = 0
        self.edge = []

    def add(self, leaf):
        sha256 = hashlib.sha256
        n, node, edge = self.size, leaf, self.edge
        while n & 1:
            node = sha256(b"\x01" + edge.pop() + node).digest()
            n >>= 1
        edge.append(node)
        self.size += 1

    def root(self):
        if not self.edge:
            return hashlib.sha256(b"").digest()
        node = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node


def root_of(leaves):
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


class Checkpoint:
    """A signed head: origin, size, root, and the lines of its signatures."""

    def __init__(self, text):
        body, _, signatures = text.partition("\n\n")
        self.signed = (body + "\n").encode()
        lines = body.split("\n")
        if len(lines) < 3:
            raise ValueError("a checkpoint has an origin, a size and a root")
        self.origin, self.size, self.root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
        self.signatures = []
        for line in signatures.splitlines():
            if line.startswith("— "):
                name, encoded = line[2:].rsplit(" ", 1)
                self.signatures.append((name, base64.b64decode(encoded, validate=True)))

    def is_signed_by(self, verifier_key):
        """Whether a verifier key NAME+HASH+BASE64(01 ‖ key) signed it."""
        name, hashed, encoded = verifier_key.split("+", 2)
        data = base64.b64decode(encoded)
        if data[:1] != b"\x01":
            return False
        number = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
        if number.hex() != hashed:
            return False
        return any(
            signer == name and signature[:4] == number and signature_holds(data[1:], self.signed, signature[4:])
            for signer, signature in self.signatures
        )


# ---------------------------------------------------------------------------------------------------------------------
# One record (RFC 9162, 2.1.3.2; C2SP tlog-proof)


def root_above(leaf, index, size, hashes):
    """The root to which the hashes lead from a leaf, or nothing if they are too few or too many."""
    if index >= size:
        return None
    node, last, found = index, size - 1, leaf
    for beside in hashes:
        if last == 0:
            return None
        if node & 1 or node == last:
            found = hashlib.sha256(b"\x01" + beside + found).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + beside).digest()
        node, last = node >> 1, last >> 1
    return found if last == 0 else None


def check_proof(path, key):
    with open(path, encoding="utf-8", newline="") as file:
        proof, _, note = file.read().partition("\n\n")
    lines = proof.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise ValueError("not a proof")
    record = base64.b64decode(lines[1][6:], validate=True)
    index, hashes = int(lines[2][6:]), [base64.b64decode(line, validate=True) for line in lines[3:]]
    head, leaf = Checkpoint(note), hashlib.sha256(b"\x00" + record).digest()
    findings = Findings()
    if not key:
        findings.fault(2, "no key was given: nothing says who signed it")
    elif not head.is_signed_by(key):
        findings.fault(2, "the checkpoint is not signed by this key")
    findings.tell(2, f"checkpoint of {head.size} events of {head.origin}")
    if root_above(leaf, index, head.size, hashes) != head.root:
        findings.fault(1, "the hashes do not lead from the record to the signed root")
    findings.tell(1, f"the record at position {index + 1} is in it")
    names = ("format", "book", "position", "recorded_at_ms", "actor", "kind", "request")
    fields = dict(zip(names, record.decode().split("\n", 7)))
    print(f"         {fields['kind']}, recorded {instant(int(fields['recorded_at_ms']))}")
    content = json.loads(record.decode().split("\n", 7)[7])
    content = content.get("content", content)
    for name in ("reference", "amount", "applied_on", "paid_on"):
        if isinstance(content.get(name), str):
            print(f"         {name}: {content[name]}")
    return 1 if findings.wrong else 0


# ---------------------------------------------------------------------------------------------------------------------
# Money: whole fen


def fen(text):
    yuan, _, cents = text.partition(".")
    if len(cents) != 2 or not (yuan + cents).isdigit():
        raise ValueError(f"{text!r} is no amount")
    return int(yuan) * 100 + int(cents)


def yuan(amount):
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


# ---------------------------------------------------------------------------------------------------------------------
# What was found


class Findings:
    """Collects what does not hold, and says what does."""

    def __init__(self):
        self.wrong = []

    def fault(self, check, text):
        self.wrong.append((check, text))

    def tell(self, check, text, out=sys.stdout):
        mine = [fault for number, fault in self.wrong if number == check]
        print(f"{'ok   ' if not mine else 'WRONG'} {check}  {text}", file=out)
        for fault in mine[:20]:
            print(f"         {fault}", file=out)
        if len(mine) > 20:
            print(f"         … and {len(mine) - 20} more", file=out)


# ---------------------------------------------------------------------------------------------------------------------
# The package


class Package:
    """Files by name, from a zip, a folder, or one file of events. What lies in tables/ is found by its bare name too."""

    def __init__(self, path):
        self.zip = None
        self.folder = None
        self.single = None
        if os.path.isdir(path):
            self.folder = path
            self.paths = [
                os.path.relpath(os.path.join(at, name), path).replace(os.sep, "/")
                for at, _, names in os.walk(path)
                for name in names
            ]
        elif zipfile.is_zipfile(path):
            self.zip = zipfile.ZipFile(path)
            self.paths = self.zip.namelist()
        else:
            self.single = path
            self.paths = ["events.jsonl"]
        self.known = set(self.paths)

    def open(self, name):
        if self.single is not None:
            return open(self.single, "rb")
        path = name if name in self.known else "tables/" + name
        if self.zip is not None:
            return self.zip.open(path)
        return open(os.path.join(self.folder, path), "rb")

    def names(self):
        return self.known | {path[len("tables/"):] for path in self.known if path.startswith("tables/")}

    def text(self, name):
        with self.open(name) as file:
            return file.read().decode("utf-8-sig")


# ---------------------------------------------------------------------------------------------------------------------
# What a package says of itself


def described(package):
    """datapackage.json; nothing where there is none."""
    return json.loads(package.text("datapackage.json")) if "datapackage.json" in package.known else {}


def check_described(package, book, tree, roots, findings):
    """Every file has the size, SHA-256 and rows that datapackage.json names; none is missing, doubled or beside it."""
    said = described(package)
    if not said:
        return []
    checked = []
    for path, times in count_names(package.paths).items():
        if times > 1:
            findings.fault(7, f"{path} stands in the package {times} times")
        if path.startswith("/") or ".." in path.split("/"):
            findings.fault(7, f"{path} leads out of the package")
    for resource in said.get("resources", []) + said.get("files", []):
        path = resource["path"]
        if path not in package.known:
            findings.fault(7, f"{path} is described and missing")
            continue
        try:
            check_one(package, resource, findings)
        except (OSError, ValueError, csv.Error, zipfile.BadZipFile, zlib.error) as error:
            findings.fault(7, f"{path} cannot be read ({error})")
        checked.append(path)
    # The checkpoint proves itself.
    for path in sorted(package.known - set(checked) - {"datapackage.json", "checkpoint"}):
        left_by_system = package.folder is not None and os.path.basename(path).startswith(".")
        if not path.endswith("/") and not left_by_system:
            findings.fault(7, f"{path} stands in the package and is not described")
    if said.get("book_uid") != book.uid:
        findings.fault(7, "datapackage.json is of another book")
    if int(said.get("at", 0)) != tree.size or said.get("root") != tree.root().hex():
        findings.fault(7, "datapackage.json is of another position than the events")
    if "public-key.txt" in package.known and package.text("public-key.txt").strip() != book.keys[-1]:
        findings.fault(7, "public-key.txt is not the key of the book")
    return checked


def count_names(paths):
    times = defaultdict(int)
    for path in paths:
        times[path] += 1
    return times


def check_one(package, resource, findings):
    path = resource["path"]
    digest, size = hashlib.sha256(), 0
    with package.open(path) as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
            size += len(chunk)
    if resource.get("hash") != "sha256:" + digest.hexdigest():
        findings.fault(7, f"{path} is not the file that was described: its SHA-256 differs")
    if resource.get("bytes") != size:
        findings.fault(7, f"{path} has {size} bytes, {resource.get('bytes')} described")
    if path.startswith("files/") and path != "files/" + digest.hexdigest():
        findings.fault(7, f"{path} is not the original file of that name")
    if "rows" in resource:
        with package.open(path) as file:
            rows = csv.reader(io.TextIOWrapper(file, encoding=resource["encoding"], newline=""), strict=True)
            header = next(rows, [])
            counted = sum(1 for _ in rows)
        if header != [field["name"] for field in resource["schema"]["fields"]]:
            findings.fault(7, f"{path} has other columns than described")
        if counted != resource["rows"]:
            findings.fault(7, f"{path} has {counted} rows, {resource['rows']} described")


def up_to(book, day):
    """Files of a package show amounts up to a day: later transfers are left out of what they are compared with."""
    kept = [row for row in book.transfers if row[7] <= day]
    book.transfers = kept
    book.by_grant = defaultdict(list)
    for index, row in enumerate(kept):
        if row[3] is not None:
            book.by_grant[row[3]].append(index)


# ---------------------------------------------------------------------------------------------------------------------
# The book, event by event


class Grant:
    __slots__ = (
        "id", "reference", "policy", "recipient", "amount", "split", "state", "paid_on", "kind", "subdistrict",
        "industry", "size", "name", "number", "prepared_by", "prepared_at", "reviewed_by", "reviewed_at", "people",
        "imported", "leaf_at", "first_paid_on", "paid", "returned", "account", "applied_on",
    )


def not_before(payload):
    """The own day of a transfer, unless that lies before the first open one."""
    first_open_on = payload.get("first_open_on")
    return lambda day: max(day, first_open_on or day)


def account_of(content):
    return tuple(content.get(field, "") for field in ("account_name", "account_number", "bank_name"))


class Book:
    """What the events come to; `on_KIND` takes an event of a kind.

    `transfers` are (position, line, allotment, grant, from, to, fen, day, reversed).
    """

    def __init__(self, findings):
        self.findings = findings
        self.leaves = []
        self.person = {}
        self.login = {}
        self.roles = defaultdict(set)
        self.policies = {}
        self.allotments = {}
        self.grants = {}
        self.by_number = {}
        self.imports = {}
        self.batches = {}
        self.payments = {}
        self.bank_files = {}
        self.bank_lines = {}
        self.transfers = []
        self.at_position = defaultdict(list)
        self.by_grant = defaultdict(list)
        self.keys = []
        self.moved_at = {}
        self.settled = defaultdict(list)
        self.waiting = {}
        self.schedule_of_grant = {}
        self.unknown = defaultdict(int)
        self.decisions = 0
        self.digests = 0

    # -- helpers of the appliers

    def move(self, position, allotment, grant, stages, amount, day, reverses=None):
        line = len(self.at_position[position]) + 1
        row = (position, line, allotment, grant, stages[0], stages[1], amount, day, reverses)
        self.at_position[position].append(len(self.transfers))
        if grant is not None:
            self.by_grant[grant].append(len(self.transfers))
        self.transfers.append(row)

    def reverse(self, position, rows, day_of):
        """Each transfer back, on the day that follows from its own."""
        for index in rows:
            before = self.transfers[index]
            day = day_of(before[7])
            self.move(position, before[2], before[3], (before[5], before[4]), before[6], day, (before[0], before[1]))

    def other_person(self, event, prepared_by, roles, what):
        """The two-person rule: by person, not by login, and with a role that may."""
        self.decisions += 1
        actor = event["actor_uid"]
        who, before = self.person.get(actor), {self.person.get(uid) for uid in prepared_by}
        at = event["position"]
        if who is None:
            self.findings.fault(4, f"{at}: an actor decides {what} who was never seen")
        elif who in before:
            self.findings.fault(4, f"{at}: the person who prepared {what} decides on it")
        elif not self.roles[actor] & roles:
            self.findings.fault(4, f"{at}: whoever decides {what} holds no role that may")

    def signed(self, event, digest, leaves, what):
        """What was signed is the root over the leaves of exactly what stood there."""
        self.digests += 1
        if root_of(leaves).hex() != digest.lower():
            self.findings.fault(5, f"{event['position']}: the digest of {what} is not that of its leaves")

    def leaf(self, position):
        return self.leaves[position - 1]

    def leaves_of(self, grants):
        """The leaves that fixed what stands in these grants, in the order of their positions."""
        return [self.leaf(at) for at in sorted(grant.leaf_at for grant in grants)]

    # -- journal and people

    def on_book_created(self, event, payload):
        self.uid, self.code, self.origin = payload["book_uid"], payload["code"], payload["origin"]
        self.keys.append(payload["public_key"])

    def on_key_rotated(self, event, payload):
        self.keys.append(payload["public_key"])

    def on_book_reopened(self, event, payload):
        self.origin = payload["origin"]

    def on_private_erased(self, event, payload):
        pass

    def on_actor_seen(self, event, payload):
        self.person[payload["uid"]], self.login[payload["uid"]] = payload["person"], payload["login"]

    def on_role_given(self, event, payload):
        self.roles[payload["actor_uid"]].add(payload["role"])

    def on_role_withdrawn(self, event, payload):
        self.roles[payload["actor_uid"]].discard(payload["role"])

    # -- policies and budgets

    def on_policy_recorded(self, event, payload):
        self.policies[event["position"]] = {
            "code": payload["code"], "state": "submitted", "allotments": [], "by": event["actor_uid"],
            "import": payload.get("import"), "leaves": [event["position"]],
        }

    def on_allotment_recorded(self, event, payload):
        policy = self.policies[payload["policy"]]
        policy["allotments"].append(event["position"])
        policy["leaves"].append(event["position"])
        self.allotments[event["position"]] = {
            "policy": payload["policy"], "amount": fen(payload["amount"]), "starts_on": payload["starts_on"],
            "document": payload["document_number"],
        }

    def appropriate(self, event, ids):
        for id in ids:
            policy = self.policies[id]
            policy["state"] = "open"
            for allotment in policy["allotments"]:
                found = self.allotments[allotment]
                if found["amount"]:
                    stages = ("source", "available")
                    self.move(event["position"], allotment, None, stages, found["amount"], found["starts_on"])

    def on_policies_approved(self, event, payload):
        prepared = [self.policies[id]["by"] for id in payload["policies"]]
        self.other_person(event, prepared, {"manager", "reviewer"}, "policies")
        leaves = [self.leaf(at) for id in payload["policies"] for at in self.policies[id]["leaves"]]
        self.signed(event, payload["digest"], leaves, "policies")
        self.appropriate(event, payload["policies"])

    def on_policies_refused(self, event, payload):
        for id in payload["policies"]:
            self.policies[id]["state"] = "refused"

    def on_policy_struck(self, event, payload):
        self.policies[payload["policy"]]["state"] = "struck"

    def on_budget_change_approved(self, event, payload):
        _, change = self.waiting["budget_change", payload["change"]]
        stages = ("source", "available") if change["direction"] == "increase" else ("available", "source")
        self.move(event["position"], change["allotment"], None, stages, fen(change["amount"]), change["effective_on"])

    # -- recipients

    def recipient_of(self, position, content):
        """The recipient of a grant; one first met in it is known by the grant's position."""
        if content.get("recipient"):
            return content["recipient"]
        number = (content["id_type"], content["number"])
        return self.by_number.setdefault(number, position)

    def on_recipient_registered(self, event, payload):
        number = (payload.get("id_type", "uscc"), payload.get("number"))
        self.by_number.setdefault(number, event["position"])

    # -- grants

    def grant(self, event, content, state, imported=None, at=None):
        """A new grant, prepared by `event`; its id and leaf are those of `at` where another event makes it."""
        grant = Grant()
        grant.id = (at or event)["position"]
        grant.reviewed_by = grant.reviewed_at = grant.first_paid_on = None
        grant.paid = grant.returned = 0
        grant.imported = imported
        self.fill(grant, at or event, content)
        grant.prepared_by, grant.prepared_at = event["actor_uid"], event["recorded_at_ms"]
        grant.people = [event["actor_uid"]]
        grant.state = state
        self.grants[grant.id] = grant

    def fill(self, grant, event, content):
        grant.reference, grant.policy = content["reference"], content["policy"]
        grant.recipient = self.recipient_of(grant.id, content)
        grant.amount = fen(content["amount"])
        grant.split = [(allotment, fen(part)) for allotment, part in content["split"]]
        if sum(part for _, part in grant.split) != grant.amount:
            self.findings.fault(6, f"{event['position']}: the shares of a grant do not add up to it")
        grant.paid_on, grant.applied_on = content.get("paid_on"), content.get("applied_on")
        grant.kind, grant.subdistrict = content.get("kind", ""), content.get("subdistrict", "")
        grant.industry, grant.size = content.get("industry", ""), content.get("size", "")
        grant.name, grant.number = content.get("name", ""), content.get("number", "")
        grant.account = content.get("account_number", "")
        grant.leaf_at = event["position"]

    def on_grant_recorded(self, event, payload):
        self.grant(event, payload["content"], "submitted" if payload["submitted"] else "draft")

    def on_grant_imported(self, event, payload):
        self.grant(event, payload["content"], "submitted", payload["import"])
        self.imports[payload["import"]]["rows"].append(event["position"])

    def on_grant_edited(self, event, payload):
        self.fill(self.grants[payload["grant"]], event, payload["content"])

    def on_grant_submitted(self, event, payload):
        self.grants[payload["grant"]].state = "submitted"

    def on_grant_returned(self, event, payload):
        self.grants[payload["grant"]].state = "draft"

    def on_grant_refused(self, event, payload):
        grant = self.grants[payload["grant"]]
        self.other_person(event, grant.people, {"reviewer"}, "a grant")
        grant.state = "refused"

    def on_grant_struck(self, event, payload):
        self.grants[payload["grant"]].state = "struck"

    def on_grant_reduced(self, event, payload):
        grant = self.grants[payload["grant"]]
        grant.amount = fen(payload["amount"])
        grant.split = [(allotment, fen(part)) for allotment, part in payload["split"]]
        grant.people.append(event["actor_uid"])
        grant.leaf_at = event["position"]

    def approve(self, event, grants, stages, day):
        for grant in grants:
            grant.state = "paid" if stages[1] == "disbursed" else "approved"
            grant.reviewed_by, grant.reviewed_at = event["actor_uid"], event["recorded_at_ms"]
            for allotment, part in grant.split:
                self.move(event["position"], allotment, grant.id, stages, part, grant.paid_on if day is None else day)

    def on_grants_approved(self, event, payload):
        grants = [self.grants[id] for id in payload["grants"]]
        self.other_person(event, [uid for grant in grants for uid in grant.people], {"reviewer"}, "grants")
        self.signed(event, payload["digest"], self.leaves_of(grants), "grants")
        self.approve(event, grants, ("available", "payable"), payload["effective_on"])

    def on_grant_cancelled(self, event, payload):
        grant = self.grants[payload["grant"]]
        if payload.get("effective_on"):
            for allotment, part in grant.split:
                self.move(event["position"], allotment, grant.id, ("payable", "available"), part, payload["effective_on"])
        grant.state = "cancelled"

    # -- imports

    def on_import_opened(self, event, payload):
        self.imports[event["position"]] = {"what": payload["what"], "by": event["actor_uid"], "rows": []}

    def on_import_submitted(self, event, payload):
        self.imports[payload["import"]]["range"] = (payload["first"], payload["last"])

    def on_import_approved(self, event, payload):
        found = self.imports[payload["import"]]
        if found["what"] == "policies":
            ids = [id for id, policy in self.policies.items() if policy["import"] == payload["import"]]
            ids = [id for id in ids if self.policies[id]["state"] == "submitted"]
            self.other_person(event, [found["by"]], {"manager", "reviewer"}, "a file of policies")
            leaves = [self.leaf(at) for id in ids for at in self.policies[id]["leaves"]]
            self.signed(event, payload["digest"], leaves, "a file of policies")
            self.appropriate(event, ids)
            return
        rows = [self.grants[id] for id in found["rows"] if self.grants[id].state == "submitted"]
        people = {uid for grant in rows for uid in grant.people} | {found["by"]}
        self.other_person(event, people, {"reviewer"}, "a file of grants")
        self.signed(event, payload["digest"], self.leaves_of(rows), "a file of grants")
        if (len(rows), sum(grant.amount for grant in rows)) != (payload["rows"], fen(payload["sum"])):
            self.findings.fault(5, f"{event['position']}: rows and sum that were signed are not those that stood there")
        is_history = found["what"] == "history"
        stages = ("available", "disbursed" if is_history else "payable")
        self.approve(event, rows, stages, None if is_history else payload["approved_on"])

    def on_import_refused(self, event, payload):
        found = self.imports[payload["import"]]
        for id in found["rows"]:
            if self.grants[id].state == "submitted":
                self.grants[id].state = "refused"

    def on_import_withdrawn(self, event, payload):
        for id in self.imports[payload["import"]]["rows"]:
            if self.grants[id].state == "submitted":
                self.grants[id].state = "cancelled"

    def on_import_undo_approved(self, event, payload):
        found = self.imports[payload["import"]]
        self.reverse(event["position"], list(self.at_position[payload["approved_at"]]), not_before(payload))
        for id in found["rows"]:
            if self.grants[id].state in ("approved", "paid"):
                self.grants[id].state = "undone"

    # -- payments

    def on_batch_opened(self, event, payload):
        self.batches[event["position"]] = {"by": event["actor_uid"], "payments": [], "state": "open"}

    def on_payment_built(self, event, payload):
        self.payments[event["position"]] = {
            "batch": payload["batch"], "grant": payload["grant"], "amount": fen(payload["amount"]), "state": "built",
            "split": [(allotment, fen(part)) for allotment, part in payload.get("split", [])],
            "account": account_of(payload), "released_on": None, "completed_on": None, "serial": "", "reason": "", "reference": payload["reference"],
            "part": payload.get("instalment"), "offset": self.offset_of(payload),
        }
        self.batches[payload["batch"]]["payments"].append(event["position"])

    def offset_of(self, payload):
        """What of its grant was settled without cash when a payment of the rest was built."""
        if payload.get("instalment"):
            return 0
        return sum(fen(part) for settled in self.settled[payload["grant"]] for _, part in settled["settled_split"])

    def on_batch_built(self, event, payload):
        self.batches[payload["batch"]]["state"] = "built"

    def on_payments_dropped(self, event, payload):
        for id in payload["payments"]:
            self.payments[id].update(state="dropped", reason=payload["reason"])

    def on_batch_withdrawn(self, event, payload):
        self.batches[payload["batch"]]["state"] = "withdrawn"
        for id in self.batches[payload["batch"]]["payments"]:
            if self.payments[id]["state"] == "built":
                self.payments[id].update(state="withdrawn", reason=payload["reason"])

    def parts(self, payment):
        """What a payment takes from which allotment: its own shares, else the grant's without what was settled."""
        if payment["split"]:
            return payment["split"]
        shares = dict(self.grants[payment["grant"]].split)
        for settled in self.settled[payment["grant"]]:
            for allotment, part in settled["settled_split"]:
                shares[allotment] -= fen(part)
        return [(allotment, part) for allotment, part in shares.items() if part > 0]

    def on_batch_released(self, event, payload):
        batch = self.batches[payload["batch"]]
        rows = [id for id in batch["payments"] if self.payments[id]["state"] == "built"]
        people = [uid for id in rows for uid in self.grants[self.payments[id]["grant"]].people]
        self.other_person(event, people + [batch["by"]], {"reviewer"}, "a batch")
        self.signed(event, payload["digest"], [self.leaf(id) for id in rows], "a batch")
        if (len(rows), sum(self.payments[id]["amount"] for id in rows)) != (payload["payments"], fen(payload["sum"])):
            self.findings.fault(5, f"{event['position']}: count and sum that were signed are not those of the batch")
        batch["state"] = "released"
        for id in rows:
            payment = self.payments[id]
            payment.update(state="in_transit", released_on=payload["released_on"])
            for allotment, part in self.parts(payment):
                self.move(event["position"], allotment, payment["grant"], ("payable", "in_transit"), part, payload["released_on"])
            self.grants[payment["grant"]].state = "in_batch"

    def on_payment_file_made(self, event, payload):
        pass

    def on_bank_file_opened(self, event, payload):
        self.bank_files[event["position"]] = {"by": event["actor_uid"], "lines": []}

    STAGES = {"in_transit": "in_transit", "paid": "disbursed", "refused": "payable", "returned": "payable"}
    GRANT_STATES = {"in_transit": "in_batch", "paid": "paid", "refused": "approved", "returned": "returned"}

    def apply(self, event, payment_id, applied, serial, reason):
        payment = self.payments[payment_id]
        stages = (self.STAGES[payment["state"]], self.STAGES[applied["state"]])
        before = dict(payment)
        for allotment, part in self.parts(payment):
            self.move(event["position"], allotment, payment["grant"], stages, part, applied["on"])
        payment.update(state=applied["state"], completed_on=applied.get("bank_on", applied["on"]), serial=serial, reason=reason)
        self.grants[payment["grant"]].state = self.GRANT_STATES[applied["state"]]
        return before

    def on_bank_line_read(self, event, payload):
        self.bank_lines[event["position"]] = payload
        found = self.bank_files[payload["file"]]
        if payload.get("applied"):
            before = self.apply(event, payload["payment"], payload["applied"], payload.get("bank_serial", ""), payload.get("reason", ""))
            found["lines"].append((event["position"], payload["payment"], before))

    def on_bank_file_taken(self, event, payload):
        self.bank_files[payload["file"]]["range"] = (payload["first"], payload["last"])

    def on_bank_undo_approved(self, event, payload):
        found = self.bank_files[payload["file"]]
        for position, _, _ in found["lines"]:
            self.reverse(event["position"], list(self.at_position[position]), not_before(payload))
        for _, id, before in reversed(found["lines"]):
            self.payments[id] = before
            self.grants[before["grant"]].state = self.GRANT_STATES[before["state"]]

    def on_discrepancy_settled(self, event, payload):
        line = self.bank_lines[payload["line"]]
        if payload["how"] == "as_booked":
            by = self.bank_files[line["file"]]["by"]
            self.other_person(event, [by], {"reviewer", "cashier"}, "a difference")
        if payload.get("applied"):
            self.apply(event, line["payment"], payload["applied"], line.get("bank_serial", ""), line.get("reason", ""))

    def on_payment_reissued(self, event, payload):
        """To the same account two people make a payment again; to another one that two people put on file, one does."""
        if payload.get("prepared") is not None:
            self.decide(event, payload, "reissue", ("prepared",), {"reviewer"}, True)
        elif self.payments[payload["payment"]]["account"] == account_of(payload["account"]):
            self.findings.fault(4, f"{event['position']}: a payment is made again to the same account by one person")

    # -- money that comes back: receipts and offsets

    def on_receipt_approved(self, event, payload):
        _, receipt = self.waiting["receipt", payload["id"]]
        self.moved_at[payload["id"]] = event["position"]
        for allotment, part in payload["split"]:
            stages = ("disbursed", receipt["destination"])
            self.move(event["position"], allotment, receipt["grant"], stages, fen(part), payload["effective_on"])
        if payload["recovers"]:
            self.grants[receipt["grant"]].state = "recovered"

    def on_offset_approved(self, event, payload):
        _, offset = self.waiting["offset", payload["id"]]
        at, on = event["position"], payload["effective_on"]
        self.moved_at[payload["id"]] = at
        for allotment, part in payload["split"]:
            self.move(at, allotment, offset["grant"], ("disbursed", "available"), fen(part), on)
        for stages in (("payable", "in_transit"), ("in_transit", "disbursed")):
            for allotment, part in payload["settled_split"]:
                self.move(at, allotment, offset["settled_grant"], stages, fen(part), on)
        self.settled[offset["settled_grant"]].append(payload)

    def on_receipt_undo_approved(self, event, payload):
        self.reverse(event["position"], list(self.at_position[self.moved_at[payload["id"]]]), not_before(payload))

    def on_offset_undo_approved(self, event, payload):
        self.reverse(event["position"], list(self.at_position[self.moved_at[payload["id"]]]), not_before(payload))
        settled = self.waiting["offset", payload["id"]][1]["settled_grant"]
        self.settled[settled] = [one for one in self.settled[settled] if one["id"] != payload["id"]]

    # -- parts, payments made again

    def on_schedule_approved(self, event, payload):
        """Conditions that another schedule recorded and this one keeps wait for their second person still."""
        before = self.schedule_of_grant.get(payload["grant"])
        for number in payload.get("kept", []):
            if ("condition", before, number) in self.waiting:
                self.waiting["condition", payload["schedule"], number] = self.waiting["condition", before, number]
        self.schedule_of_grant[payload["grant"]] = payload["schedule"]

    # -- reconciliations

    def on_reconciliation_signed(self, event, payload):
        _, prepared = self.waiting["reconciliation", payload["reconciliation"]]
        if self.person.get(event["actor_uid"]) in prepared.get("hands", []):
            self.findings.fault(4, f"{event['position']}: signs a reconciliation and had a hand in it")
        self.digests += 1
        if payload["digest"] != prepared["digest"]:
            self.findings.fault(5, f"{event['position']}: another reconciliation was signed than was prepared")

    # -- corrections and closed months

    def on_correction_approved(self, event, payload):
        """The wrong booking is taken back, the last transfer first; the right grant has this event's position."""
        before, prepared = self.waiting["correction", payload["correction"]]
        at, wrong = event["position"], {tuple(name) for name in payload["reversed"]}
        if sorted(map(tuple, prepared["reversed"])) != sorted(wrong):
            self.findings.fault(5, f"{at}: takes other transfers back than were prepared")
        rows = [index for index in self.by_grant[payload["grant"]] if self.transfers[index][:2] in wrong]
        if len(rows) != len(wrong):
            self.findings.fault(6, f"{at}: takes transfers back that are not of the grant")
        self.reverse(at, reversed(rows), lambda day: payload.get("reversed_on") or day)
        self.grants[payload["grant"]].state = "corrected"
        self.grant(before, payload["content"], "paid", at=event)
        right = self.grants[at]
        right.reviewed_by, right.reviewed_at = event["actor_uid"], event["recorded_at_ms"]
        ways = [("available", "payable"), ("payable", "in_transit"), ("in_transit", "disbursed")]
        for way in ways if payload["through_bank"] else [("available", "disbursed")]:
            for allotment, part in right.split:
                self.move(at, allotment, at, way, part, payload["right_on"])

    def on_closing_approved(self, event, payload):
        """What a year's end cancels, in its order, then what it takes back."""
        at, on = event["position"], payload["effective_on"]
        _, prepared = self.waiting["closing", payload["closing"]]
        if payload.get("cancelled", []) != prepared.get("cancelled", []):
            self.findings.fault(5, f"{at}: cancels other grants than were prepared")
        for id in payload.get("cancelled", []):
            grant = self.grants[id]
            for allotment, part in grant.split:
                self.move(at, allotment, id, ("payable", "available"), part, on)
            grant.state = "cancelled"
        for allotment, _, part in payload.get("taken_back", []):
            self.move(at, allotment, None, ("available", "source"), fen(part), on)

    # -- one event

    # What is prepared by one person and decided by another. By kind of the event that prepares: what it is, and the fields
    # that name it (none: its position).
    PREPARES = {
        "policy_change_prepared": ("policy_change", ()), "budget_change_prepared": ("budget_change", ()),
        "account_change_prepared": ("account_change", ()), "paying_account_recorded": ("paying_account", ()),
        "import_undo_prepared": ("import_undo", ("import",)), "bank_undo_prepared": ("bank_undo", ("file",)),
        "receipt_prepared": ("receipt", ()), "receipt_undo_prepared": ("receipt_undo", ("id",)),
        "offset_prepared": ("offset", ()), "offset_undo_prepared": ("offset_undo", ("id",)),
        "demand_prepared": ("demand", ()), "demand_undo_prepared": ("demand_undo", ("id",)),
        "setting_prepared": ("setting", ()), "profile_recorded": ("profile", ()),
        "posting_rules_prepared": ("posting_rules", ()), "hold_set": ("hold", ()),
        "hold_lift_prepared": ("hold_lift", ("hold",)), "schedule_set": ("schedule", ()),
        "condition_recorded": ("condition", ("schedule", "number")), "payment_reissue_prepared": ("reissue", ()),
        "correction_prepared": ("correction", ()), "closing_prepared": ("closing", ()),
        "reopening_prepared": ("reopening", ()), "reconciliation_prepared": ("reconciliation", ()),
        "reconciliation_reopening_prepared": ("reconciliation_reopening", ("reconciliation",)),
        "report_filed": ("report", ()),
    }

    # By kind of the event that decides: what it is, the fields that name it, who may, whether the leaf of what was
    # prepared is what was signed.
    EITHER = {"reviewer", "manager"}
    DECIDES = {
        "policy_change_approved": ("policy_change", ("change",), EITHER, True),
        "budget_change_approved": ("budget_change", ("change",), EITHER, True),
        "account_change_approved": ("account_change", ("account",), {"reviewer"}, True),
        "paying_account_approved": ("paying_account", ("account",), EITHER, True),
        "import_undo_approved": ("import_undo", ("import",), {"reviewer"}, False),
        "bank_undo_approved": ("bank_undo", ("file",), {"reviewer"}, False),
        "receipt_approved": ("receipt", ("id",), {"reviewer"}, True),
        "receipt_undo_approved": ("receipt_undo", ("id",), {"reviewer"}, False),
        "offset_approved": ("offset", ("id",), {"reviewer"}, True),
        "offset_undo_approved": ("offset_undo", ("id",), {"reviewer"}, False),
        "demand_approved": ("demand", ("id",), {"reviewer"}, True),
        "demand_undo_approved": ("demand_undo", ("id",), {"reviewer"}, False),
        "setting_approved": ("setting", ("change",), EITHER, True),
        "profile_approved": ("profile", ("profile",), EITHER, True),
        "posting_rules_approved": ("posting_rules", ("rules",), EITHER, True),
        "hold_confirmed": ("hold", ("hold",), EITHER, True),
        "hold_lifted": ("hold_lift", ("hold",), EITHER, True),
        "schedule_approved": ("schedule", ("schedule",), {"reviewer"}, True),
        "condition_met": ("condition", ("schedule", "number"), EITHER, True),
        "correction_approved": ("correction", ("correction",), {"reviewer"}, True),
        "closing_approved": ("closing", ("closing",), EITHER, True),
        "reopening_approved": ("reopening", ("reopening",), EITHER, True),
        "reconciliation_signed": ("reconciliation", ("reconciliation",), EITHER, False),
        "report_signed": ("report", ("filing",), EITHER, True),
        "reconciliation_reopening_approved": ("reconciliation_reopening", ("reconciliation",), EITHER, False),
    }

    # Kinds that decide nothing, move no money, and on which no money waits here.
    IGNORED = {
        "policy_change_refused", "budget_change_refused", "import_undo_refused", "recipient_changed",
        "account_change_refused", "paying_account_refused", "bank_undo_refused", "statement_checked", "voucher_made",
        "posting_rules_refused", "setting_refused", "profile_refused", "hold_refused", "hold_lift_refused",
        "schedule_refused", "condition_refused", "payment_reissue_refused", "demand_refused", "demand_raised",
        "demand_undo_refused", "receipt_refused", "receipt_undo_refused", "offset_refused", "offset_undo_refused",
        "correction_refused", "closing_refused", "reopening_refused", "account_entry_recorded",
        "statement_line_booked", "statement_booking_withdrawn", "bank_line_matched", "profile_retired", "bank_file_expected",
        "bank_file_no_longer_expected", "calendar_day_set", "reconciliation_refused",
        "reconciliation_reopening_refused", "report_refused",
    }

    def decide(self, event, decision, what, fields, roles, is_signed):
        before, prepared = self.waiting[(what, *(decision[field] for field in fields))]
        people, named = [before["actor_uid"]], "the " + what.replace("_", " ")
        if what == "offset":
            # It pays the grant that it settles: whoever prepared that one does not sign it.
            people += self.grants[prepared["settled_grant"]].people
        self.other_person(event, people, roles, named)
        if is_signed:
            self.signed(event, decision["digest"], [self.leaf(before["position"])], named)

    def take(self, event):
        kind = event["kind"]
        if kind in self.IGNORED:
            return
        handler = getattr(self, "on_" + kind, None)
        prepares, decides = self.PREPARES.get(kind), self.DECIDES.get(kind)
        if handler is None and prepares is None and decides is None:
            self.unknown[kind] += 1
            return
        payload = json.loads(event["payload"])
        if prepares is not None:
            what, fields = prepares
            name = [payload[field] for field in fields] or [event["position"]]
            self.waiting[(what, *name)] = (event, payload)
        if decides is not None:
            self.decide(event, payload, *decides)
        if handler is not None:
            handler(event, payload)


def read_events(package, findings, sizes):
    """Hashes every line; gives the book, the tree and its roots at the sizes asked for."""
    book, tree, roots = Book(findings), Tree(), {}
    sha256 = hashlib.sha256
    uid, last_at, position = None, 0, 0
    name = "events.jsonl" if package.single is None else ""
    with package.open(name) as file:
        for line in file:
            if not line.strip():
                continue
            event = json.loads(line)
            position += 1
            stored = int(event["position"])
            if stored != position:
                findings.fault(1, f"line {position} has position {stored}")
            uid = uid or event["book_uid"]
            if event["book_uid"] != uid:
                findings.fault(1, f"{stored}: belongs to another book")
            recorded = int(event["recorded_at_ms"])
            if recorded < last_at:
                findings.fault(1, f"{stored}: was recorded before the event ahead of it")
            last_at = recorded
            head = "\n".join((
                "relief-ledger/1", event["book_uid"], event["position"], event["recorded_at_ms"], event["actor_uid"],
                f"{event['kind']}/{event['version']}", event["request_key"], "",
            ))
            leaf = sha256(b"\x00" + head.encode() + event["payload"].encode()).digest()
            if leaf.hex() != event["leaf_hash"]:
                findings.fault(1, f"{stored}: the content does not hash to the leaf")
            for sealed in event.get("private") or []:
                check_sealed(event, sealed, findings)
            book.leaves.append(leaf)
            tree.add(leaf)
            if tree.size in sizes:
                roots[tree.size] = tree.root()
            event["position"], event["recorded_at_ms"] = stored, recorded
            try:
                book.take(event)
            except (KeyError, ValueError, TypeError, IndexError) as error:
                findings.fault(6, f"{stored}: {event['kind']} cannot be applied ({error!r})")
    return book, tree, roots


def check_sealed(event, sealed, findings):
    """A sealed value is SHA-256(salt ‖ value) in the payload."""
    value = base64.b64decode(sealed["value"])
    digest = hashlib.sha256(base64.b64decode(sealed["salt"]) + value).hexdigest()
    if digest not in event["payload"]:
        findings.fault(1, f"{event['position']}: a sealed value is not the one of the event")


# ---------------------------------------------------------------------------------------------------------------------
# Money


def check_money(book, findings):
    balances = defaultdict(int)
    days = defaultdict(lambda: defaultdict(int))
    reversed_once = set()
    for position, line, allotment, grant, source, to, amount, day, reverses in book.transfers:
        if amount <= 0:
            findings.fault(6, f"{position}/{line}: moves nothing")
        balances[allotment, source] -= amount
        balances[allotment, to] += amount
        days[allotment, source][day] -= amount
        days[allotment, to][day] += amount
        if reverses is not None:
            if reverses in reversed_once:
                findings.fault(6, f"{position}/{line}: reverses what was reversed before")
            reversed_once.add(reverses)
    for (allotment, stage), balance in sorted(balances.items()):
        if stage != "source" and balance < 0:
            findings.fault(6, f"allotment {allotment}: {stage} stands at {yuan(balance)}")
    for allotment in book.allotments:
        total = sum(balance for (owner, _), balance in balances.items() if owner == allotment)
        if total:
            findings.fault(6, f"allotment {allotment}: the stages add up to {yuan(total)}")
    for (allotment, stage), by_day in days.items():
        if stage == "source":
            continue
        running = 0
        for day in sorted(by_day):
            running += by_day[day]
            if running < 0:
                findings.fault(6, f"allotment {allotment}: {stage} is below zero on {day}")
                break
    return balances


def net_of(book):
    """Paid and returned of each grant: reversals reduce what they reverse."""
    paid, returned, first = defaultdict(int), defaultdict(int), {}
    for position, line, allotment, grant, source, to, amount, day, reverses in book.transfers:
        if grant is None or "disbursed" not in (source, to):
            continue
        if reverses is None:
            if to == "disbursed":
                paid[grant] += amount
                first.setdefault(grant, day)
            else:
                returned[grant] += amount
        elif source == "disbursed":
            paid[grant] -= amount
        else:
            returned[grant] -= amount
    return paid, returned, first


# ---------------------------------------------------------------------------------------------------------------------
# Files beside the events


def rows_of(package, name):
    text = io.StringIO(package.text(name), newline="")
    return list(csv.DictReader(text))


def unguarded(cell):
    """A cell that a spreadsheet would run is written with an apostrophe before it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def compare(findings, name, found, expected):
    if len(found) != len(expected):
        findings.fault(7, f"{name}: {len(found)} rows, {len(expected)} expected")
    for number, (one, other) in enumerate(zip(found, expected), start=2):
        for column, value in other.items():
            if column in one and unguarded(one[column]) != value:
                findings.fault(7, f"{name} line {number}, {column}: {one[column]!r}, {value!r} expected")
                break


def instant(ms):
    day = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms, hours=8)
    return f"{day:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}+08:00"


def transfers_rows(book, as_of):
    for position, line, allotment, grant, source, to, amount, day, reverses in book.transfers:
        if as_of and day > as_of:
            continue
        found = book.grants.get(grant)
        yield {
            "position": str(position), "line": str(line), "effective_on": day,
            "policy": book.policies[book.allotments[allotment]["policy"]]["code"],
            "reference": found.reference if found else "", "from_stage": source, "to_stage": to, "amount": yuan(amount),
        }


def grants_rows(book, paid, returned, as_of):
    living = {"draft"}
    for grant in book.grants.values():
        if grant.state in living:
            continue
        yield {
            "reference": grant.reference, "policy": book.policies[grant.policy]["code"], "amount": yuan(grant.amount),
            "kind": grant.kind, "subdistrict": grant.subdistrict, "industry": grant.industry, "size": grant.size,
            "prepared_at": instant(grant.prepared_at), "position": str(grant.id),
            "returned": yuan(returned[grant.id]), "net_paid": yuan(paid[grant.id] - returned[grant.id]),
        }


def trial_balance_rows(book):
    entered, left = defaultdict(int), defaultdict(int)
    for position, line, allotment, grant, source, to, amount, day, reverses in book.transfers:
        entered[allotment, to] += amount
        left[allotment, source] += amount
    for allotment, found in book.allotments.items():
        for stage in ("source", "available", "payable", "in_transit", "disbursed"):
            yield (book.policies[found["policy"]]["code"], found["document"], stage), (
                entered[allotment, stage], left[allotment, stage])


def payments_rows(book):
    for id, payment in book.payments.items():
        yield {
            "payment_id": f"{book.code}-{id}", "batch": str(payment["batch"]), "reference": payment["reference"],
            "amount": yuan(payment["amount"]), "status": payment["state"], "position": str(id),
            "part": str(payment["part"] or ""), "gross_amount": yuan(payment["amount"] + payment["offset"]),
            "offset_amount": yuan(payment["offset"]), "net_amount": yuan(payment["amount"]),
        }


def check_files(package, book, findings):
    names = package.names()
    checked = []
    paid, returned, _ = net_of(book)
    if "transfers.csv" in names:
        compare(findings, "transfers.csv", rows_of(package, "transfers.csv"), list(transfers_rows(book, None)))
        checked.append("transfers.csv")
    if "payments.csv" in names:
        compare(findings, "payments.csv", rows_of(package, "payments.csv"), list(payments_rows(book)))
    if "grants.csv" in names:
        found = {row["position"]: row for row in rows_of(package, "grants.csv")}
        for row in grants_rows(book, paid, returned, None):
            mine = found.get(row["position"])
            if mine is None:
                findings.fault(7, f"grants.csv: the grant at {row['position']} is missing")
            else:
                compare(findings, "grants.csv", [mine], [row])
    if "trial-balance.csv" in names:
        expected = defaultdict(lambda: (0, 0))
        for key, (debit, credit) in trial_balance_rows(book):
            before = expected[key]
            expected[key] = (before[0] + debit, before[1] + credit)
        for row in rows_of(package, "trial-balance.csv"):
            key = (row["policy"], row["allotment"], row["stage"])
            if key in expected and (fen(row["debit"]), fen(row["credit"])) != expected[key]:
                findings.fault(7, f"trial-balance.csv: {' '.join(key)} does not follow from the events")
    for name in ("totals.csv", "totals-by-policy.csv"):
        if name in names:
            check_totals(package, name, book, paid, returned, findings)
    return checked


def check_totals(package, name, book, paid, returned, findings):
    groups = defaultdict(lambda: [0, set(), 0, 0])
    for grant in book.grants.values():
        mine = groups[book.policies[grant.policy]["code"]]
        mine[2] += paid[grant.id]
        mine[3] += returned[grant.id]
        if paid[grant.id] > returned[grant.id]:
            mine[0] += 1
            mine[1].add(grant.recipient)
    for row in rows_of(package, name):
        if set(row) - {"grants", "recipients", "paid", "returned", "net"} != {"policy"}:
            return
        mine = groups[row["policy"]]
        expected = (mine[0], len(mine[1]), mine[2], mine[3])
        if (int(row["grants"]), int(row["recipients"]), fen(row["paid"]), fen(row["returned"])) != expected:
            findings.fault(7, f"{name}: {row['policy']} does not follow from the events")


# ---------------------------------------------------------------------------------------------------------------------
# What a person should look at


def list_duplicates(book, out=sys.stdout):
    living = [g for g in book.grants.values() if g.state not in ("draft", "refused", "cancelled", "struck", "undone")]
    same_amount, by_account = defaultdict(list), defaultdict(set)
    for grant in living:
        same_amount[grant.recipient, grant.policy, grant.amount].append(grant)
        if grant.account:
            by_account[grant.account].add(grant.recipient)
    pairs = []
    for group in same_amount.values():
        group.sort(key=lambda grant: (grant.paid_on or grant.applied_on or "", grant.id))
        for one, other in zip(group, group[1:]):
            days = [datetime.date.fromisoformat(g.paid_on or g.applied_on) for g in (one, other) if g.paid_on or g.applied_on]
            if len(days) == 2 and abs((days[1] - days[0]).days) <= 30:
                pairs.append((one, other))
    shared = {account: recipients for account, recipients in by_account.items() if len(recipients) > 1}
    print(f"look  8  {len(pairs)} pairs with the same recipient, policy and amount within thirty days", file=out)
    for one, other in pairs[:10]:
        print(f"         {one.reference} and {other.reference}: {yuan(one.amount)}", file=out)
    print(f"look  8  {len(shared)} accounts of several recipients", file=out)
    for account, recipients in sorted(shared.items())[:10]:
        print(f"         {account}: {len(recipients)} recipients", file=out)


# ---------------------------------------------------------------------------------------------------------------------


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Checks a relief-ledger book offline.")
    parser.add_argument("package", help="audit package (zip), folder, or events.jsonl")
    parser.add_argument("--checkpoint", help="a checkpoint that you were handed earlier")
    parser.add_argument("--key", help="public key of the book, or a file that holds it (for a proof of one record)")
    parser.add_argument("--head", help="the checkpoint of the package (default: checkpoint in it, or beside events.jsonl)")
    options = parser.parse_args(arguments)
    # Millions of objects and no cycle among them: looking for cycles costs a fifth of the time.
    gc.disable()
    if options.package.endswith(".tlog-proof"):
        key = options.key
        if key and os.path.exists(key):
            with open(key, encoding="utf-8") as file:
                key = file.read().strip()
        try:
            return check_proof(options.package, key)
        except (OSError, ValueError, IndexError) as error:
            print(f"cannot be read: {error}", file=sys.stderr)
            return 2
    findings = Findings()
    try:
        package = Package(options.package)
        head = head_of(package, options)
        older = None
        if options.checkpoint:
            with open(options.checkpoint, encoding="utf-8") as file:
                older = Checkpoint(file.read())
        sizes = {note.size for note in (head, older) if note is not None}
        book, tree, roots = read_events(package, findings, sizes)
    except (OSError, ValueError, KeyError, json.JSONDecodeError, zipfile.BadZipFile) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    if tree.size == 0 or not book.keys:
        print("cannot be read: there is no book in it", file=sys.stderr)
        return 2
    findings.tell(1, f"{tree.size} events of book {book.code} hash to their leaves, without a gap")
    check_heads(book, tree, roots, head, older, findings)
    findings.tell(4, f"{book.decisions} decisions, each by another person with a role that may")
    findings.tell(5, f"{book.digests} digests recomputed over the leaves of what was signed")
    balances = check_money(book, findings)
    for kind, count in sorted(book.unknown.items()):
        findings.fault(6, f"{count} events of a kind that this verifier does not know: {kind}")
    disbursed = sum(balance for (_, stage), balance in balances.items() if stage == "disbursed")
    findings.tell(6, f"{len(book.transfers)} transfers derived; net disbursed {yuan(disbursed)}")
    checked = []
    if package.single is None:
        checked = check_described(package, book, tree, roots, findings)
        as_of = described(package).get("as_of")
        if as_of:
            up_to(book, as_of)
        checked += check_files(package, book, findings)
    findings.tell(7, f"{len(set(checked))} files compared" if checked else "no files beside the events")
    list_duplicates(book)
    return 1 if findings.wrong else 0


def head_of(package, options):
    if options.head:
        with open(options.head, encoding="utf-8") as file:
            return Checkpoint(file.read())
    if package.single is not None:
        beside = package.single + ".checkpoint"
        if not os.path.exists(beside):
            return None
        with open(beside, encoding="utf-8") as file:
            return Checkpoint(file.read())
    return Checkpoint(package.text("checkpoint")) if "checkpoint" in package.names() else None


def check_heads(book, tree, roots, head, older, findings):
    for check, note, name in ((2, head, "the checkpoint"), (3, older, "the older checkpoint")):
        if note is None:
            continue
        if not any(note.is_signed_by(key) for key in book.keys if key):
            findings.fault(check, f"{name} is not signed by a key of the book")
        if note.size > tree.size:
            findings.fault(check, f"{name} is of {note.size} events, and there are {tree.size}")
        elif roots.get(note.size) != note.root:
            findings.fault(check, f"{name} is of another history: the roots at {note.size} differ")
        if check == 2 and note.size != tree.size:
            findings.fault(2, f"the checkpoint is of {note.size} events, the file has {tree.size}")
    told = "no checkpoint came with it: nothing outside vouches for it" if head is None else \
        f"root {tree.root().hex()} is that of the signed checkpoint"
    findings.tell(2, told)
    findings.tell(3, "no older checkpoint was given" if older is None else f"extends the checkpoint of {older.size} events")


if __name__ == "__main__":
    sys.exit(main())
