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
  7  every table of the package is derived again and compared cell by cell, its twins in GB18030 and as workbooks too;
     sizes, SHA-256, rows and columns of every file are those of datapackage.json, and no file is missing, doubled or
     not described
  8  listed, not judged: the same recipient, policy and amount within thirty days; one account of several recipients
"""

import argparse
import base64
import csv
import datetime
import functools
import gc
import hashlib
import io
import itertools
import json
import os
import re
import sys
import zipfile
import zlib
from collections import defaultdict
from decimal import Decimal
from xml.etree import ElementTree

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

PROOF = b"c2sp.org/tlog-proof@v1"


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
    if lines[0] != PROOF.decode() or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
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

    def tell(self, check, text):
        mine = [fault for number, fault in self.wrong if number == check]
        print(f"{'ok   ' if not mine else 'WRONG'} {check}  {text}")
        for fault in mine[:20]:
            print(f"         {fault}")
        if len(mine) > 20:
            print(f"         … and {len(mine) - 20} more")


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
        path = self.known_as(name)
        if self.zip is not None:
            return self.zip.open(path)
        return open(os.path.join(self.folder, path), "rb")

    def names(self):
        return self.known | {path[len("tables/"):] for path in self.known if path.startswith("tables/")}

    def known_as(self, name):
        """The path of a file that is asked for by its bare name."""
        return name if name in self.known else "tables/" + name

    def size(self, path):
        """Bytes of a file; nothing where it is missing, which is told elsewhere."""
        if path not in self.known:
            return None
        if self.zip is not None:
            return self.zip.getinfo(path).file_size
        return os.path.getsize(os.path.join(self.folder, path))

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
        path = resource.get("path")
        if path not in package.known:
            findings.fault(7, f"{path} is described and missing")
            continue
        try:
            check_one(package, resource, findings)
        except UNREADABLE as error:
            findings.fault(7, f"{path} cannot be read as it is described ({error!r})")
        checked.append(path)
    # The checkpoint proves itself.
    for path in sorted(package.known - set(checked) - {"datapackage.json", "checkpoint"}):
        left_by_system = package.folder is not None and os.path.basename(path).startswith(".")
        if not path.endswith("/") and not left_by_system:
            findings.fault(7, f"{path} stands in the package and is not described")
    for path in ("README.zh.md", "README.en.md", "events.jsonl", "public-key.txt", "verify.py"):
        if path not in checked:
            findings.fault(7, f"{path} is missing or not described")
    if said.get("book_uid") != book.uid or said.get("book") != book.code:
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
    if "rows" in resource or "schema" in resource:
        with package.open(path) as file:
            rows = csv.reader(io.TextIOWrapper(file, encoding=resource["encoding"], newline=""), strict=True)
            header = next(rows, [])
            counted = sum(1 for _ in rows)
        if header != [field.get("name") for field in resource["schema"]["fields"]]:
            findings.fault(7, f"{path} has other columns than described")
        if counted != resource.get("rows"):
            findings.fault(7, f"{path} has {counted} rows, {resource.get('rows')} described")


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
        "leaf_at", "account", "applied_on", "steps", "document",
        "attachments", "warnings",
    )


def not_before(payload):
    """The own day of a transfer, unless that lies before the first open one."""
    first_open_on = payload.get("first_open_on")
    return lambda day: max(day, first_open_on or day)


def account_of(content):
    return tuple(content.get(field, "") for field in ("account_name", "account_number", "bank_code", "bank_name"))


def sample_of(asked, members, stratum_of):
    """The items of a sample: (grant, stratum, hits, whether it could not be missed)."""
    size = asked["size"]

    def digest(word):
        return hashlib.sha256(f"relief-ledger sample v1\n{asked['seed']}\n{word}".encode()).digest()

    if asked["method"] == "monetary-unit":
        interval, reached, items = sum(members.values()), 0, []
        start = int.from_bytes(digest("start")[:16], "big") % interval if interval else 0
        for id, amount in members.items():
            end = reached + amount * size
            # Points are start + k * interval; those below a place are counted from k = 0.
            hits = max(0, -((start - end) // interval)) - max(0, -((start - reached) // interval))
            items += [(id, "", hits, amount * size >= interval)] if hits else []
            reached = end
        return items
    strata = defaultdict(list)
    for id in members:
        strata[stratum_of(id)].append(id)
    names = sorted(strata, key=str.encode)
    sizes = {name: len(strata[name]) * size // len(members) for name in names}
    by_remainder = sorted(names, key=lambda name: -(len(strata[name]) * size % len(members)))
    for name in by_remainder[:size - sum(sizes.values())]:
        sizes[name] += 1
    while 0 in sizes.values() and max(sizes.values()) > 1:
        largest = next(name for name in names if sizes[name] == max(sizes.values()))
        sizes[largest] -= 1
        sizes[next(name for name in names if sizes[name] == 0)] += 1
    lowest = {name: sorted(strata[name], key=lambda id: digest(str(id)))[:sizes[name]] for name in names}
    return [(id, name, 1, False) for name in names for id in lowest[name]]


class Book:
    """What the events come to; `on_KIND` takes an event of a kind.

    `transfers` are (position, line, allotment, grant, from, to, fen, day, reversed).
    """

    def __init__(self, findings, keeps=False):
        self.findings = findings
        # For tables: (instant, actor, kind, request key, leaf) of each event, what was in it by kind, the one at work.
        self.keeps, self.log, self.happened, self.now = keeps, [], defaultdict(list), None
        self.recipients, self.demands = {}, {}
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
        self.of_grant = defaultdict(list)
        self.differences, self.differences_of = {}, defaultdict(list)
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
        self.samples, self.looked_at, self.concluded = {}, defaultdict(set), set()
        self.decisions = 0
        self.digests = 0
        self.figures = 0

    # -- helpers of the appliers

    def move(self, position, allotment, grant, stages, amount, day, reverses=None):
        line = len(self.at_position[position]) + 1
        row = (position, line, allotment, grant, stages[0], stages[1], amount, day, reverses)
        self.at_position[position].append(len(self.transfers))
        if grant is not None:
            self.by_grant[grant].append(len(self.transfers))
        self.transfers.append(row)

    def step(self, grant, state, reason="", by=None):
        """Where a grant stands from this event on. What takes several transfers in one event is one step."""
        grant.state = state
        step = (self.now["position"], by or self.now["actor_uid"], state, grant.amount, reason)
        if grant.steps and grant.steps[-1][0] == step[0]:
            grant.steps[-1] = step
        else:
            grant.steps.append(step)

    def pay_step(self, payment, state, completed_on=None, serial="", reason=""):
        """Where a payment stands from this event on."""
        payment.update(state=state, completed_on=completed_on, serial=serial, reason=reason)
        payment["steps"].append((self.now["position"], self.now["actor_uid"], state, completed_on, serial, reason))

    def version(self, policy, state, reason=""):
        """What a policy says from this event on."""
        policy["state"] = state
        policy["versions"].append((self.now["position"], state, policy["said"], reason))

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
        self.name = payload["name"]
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
            "import": payload.get("import"), "leaves": [event["position"]], "said": payload, "versions": [],
            "instrument": payload["instrument"],
        }
        self.version(self.policies[event["position"]], "pending")
        self.policies[event["position"]]["state"] = "submitted"

    def on_allotment_recorded(self, event, payload):
        policy = self.policies[payload["policy"]]
        policy["allotments"].append(event["position"])
        policy["leaves"].append(event["position"])
        self.allotments[event["position"]] = {
            "policy": payload["policy"], "amount": fen(payload["amount"]), "starts_on": payload["starts_on"],
            "document": payload["document_number"], "level": payload["level"],
        }

    def appropriate(self, event, ids):
        for id in ids:
            policy = self.policies[id]
            self.version(policy, "open")
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
            self.version(self.policies[id], "refused", payload.get("reason", ""))

    def on_policy_struck(self, event, payload):
        self.version(self.policies[payload["policy"]], "struck", payload.get("reason", ""))

    def on_policy_change_approved(self, event, payload):
        _, change = self.waiting["policy_change", payload["change"]]
        policy = self.policies[change["policy"]]
        policy["said"] = change
        self.version(policy, "closed" if change["closes"] else "open", change["reason"])

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
        recipient = self.by_number.setdefault(number, position)
        if recipient == position:
            self.know(position, content["number"], {part: content[part] for part in self.PARTICULARS}, content["id_type"])
        return recipient

    PARTICULARS = ("name", "kind", "subdistrict", "industry", "size")

    def know(self, recipient, number, particulars, id_type):
        self.recipients[recipient] = {"number": number, "particulars": particulars, "id_type": id_type}

    def on_recipient_registered(self, event, payload):
        number = (payload.get("id_type", "uscc"), payload.get("number"))
        self.by_number.setdefault(number, event["position"])
        self.know(event["position"], payload.get("number"), payload["particulars"], number[0])

    def on_recipient_changed(self, event, payload):
        self.recipients[payload["recipient"]]["particulars"] = payload["particulars"]

    # -- grants

    def grant(self, event, content, state, at=None, reason=""):
        """A new grant, prepared by `event`; its id and leaf are those of `at` where another event makes it."""
        grant = Grant()
        grant.id = (at or event)["position"]
        grant.reviewed_by = grant.reviewed_at = None
        grant.steps = []
        self.fill(grant, at or event, content)
        grant.prepared_by, grant.prepared_at = event["actor_uid"], event["recorded_at_ms"]
        grant.people = [event["actor_uid"]]
        self.step(grant, state, reason, event["actor_uid"])
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
        grant.document, grant.attachments = content.get("award_document", ""), content.get("attachments")
        grant.warnings = content.get("warnings", ())
        grant.leaf_at = event["position"]
        if content.get("account") == "change":
            # Its recipient has another account: that somebody else decides on, too.
            self.waiting["account_change", event["position"]] = (event, content)

    def on_grant_recorded(self, event, payload):
        self.grant(event, payload["content"], "submitted" if payload["submitted"] else "draft")

    def on_grant_imported(self, event, payload):
        self.grant(event, payload["content"], "submitted")
        self.imports[payload["import"]]["rows"].append(event["position"])

    def on_grant_edited(self, event, payload):
        grant = self.grants[payload["grant"]]
        self.fill(grant, event, payload["content"])
        self.step(grant, "submitted" if payload.get("submitted") else "draft")

    def on_grant_submitted(self, event, payload):
        self.step(self.grants[payload["grant"]], "submitted")

    def on_grant_returned(self, event, payload):
        self.step(self.grants[payload["grant"]], "draft", payload.get("reason", ""))

    def on_grant_refused(self, event, payload):
        grant = self.grants[payload["grant"]]
        self.other_person(event, grant.people, {"reviewer"}, "a grant")
        grant.reviewed_by, grant.reviewed_at = event["actor_uid"], event["recorded_at_ms"]
        self.step(grant, "refused", payload.get("reason", ""))

    def on_grant_struck(self, event, payload):
        self.step(self.grants[payload["grant"]], "struck", payload.get("reason", ""))

    def on_grant_reduced(self, event, payload):
        grant = self.grants[payload["grant"]]
        grant.amount = fen(payload["amount"])
        grant.split = [(allotment, fen(part)) for allotment, part in payload["split"]]
        grant.people.append(event["actor_uid"])
        grant.leaf_at = event["position"]
        self.step(grant, grant.state, payload.get("reason", ""))

    def approve(self, event, grants, stages, day):
        for grant in grants:
            self.step(grant, "paid" if stages[1] == "disbursed" else "approved")
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
        self.step(grant, "cancelled", payload.get("reason", ""))

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
            grant = self.grants[id]
            if grant.state == "submitted":
                grant.reviewed_by, grant.reviewed_at = event["actor_uid"], event["recorded_at_ms"]
                self.step(grant, "refused", payload.get("reason", ""))
        for policy in self.policies.values():
            if policy["import"] == payload["import"] and policy["state"] == "submitted":
                self.version(policy, "refused", payload.get("reason", ""))

    def on_import_withdrawn(self, event, payload):
        for id in self.imports[payload["import"]]["rows"]:
            if self.grants[id].state == "submitted":
                self.step(self.grants[id], "cancelled")
        for policy in self.policies.values():
            if policy["import"] == payload["import"] and policy["state"] == "submitted":
                self.version(policy, "withdrawn")

    def on_import_undo_approved(self, event, payload):
        found = self.imports[payload["import"]]
        self.reverse(event["position"], list(self.at_position[payload["approved_at"]]), not_before(payload))
        for id in found["rows"]:
            if self.grants[id].state in ("approved", "paid"):
                self.step(self.grants[id], "undone")

    # -- payments

    def on_batch_opened(self, event, payload):
        self.batches[event["position"]] = {
            "by": event["actor_uid"], "payments": [], "state": "open", "released_on": None,
            "account": payload.get("paying_account"),
        }

    def on_payment_built(self, event, payload):
        at = event["position"]
        self.payments[at] = {
            "batch": payload["batch"], "grant": payload["grant"], "recipient": payload["recipient"],
            "amount": fen(payload["amount"]), "reference": payload["reference"], "account": account_of(payload),
            "split": [(allotment, fen(part)) for allotment, part in payload.get("split", [])],
            "part": payload.get("instalment"), "offset": self.offset_of(payload), "state": "", "steps": [],
            "reissued": False, "attempt": 1, "previous": None,
        }
        before = [id for id in self.of_grant[payload["grant"]] if self.payments[id]["part"] == payload.get("instalment")]
        if before:
            self.payments[at].update(attempt=self.payments[before[-1]]["attempt"] + 1, previous=before[-1])
        self.batches[payload["batch"]]["payments"].append(at)
        self.of_grant[payload["grant"]].append(at)
        self.bring([(at, "", lambda payment: self.pay_step(payment, "built"))])

    def offset_of(self, payload):
        """What of its grant was settled without cash when a payment of the rest was built."""
        if payload.get("instalment"):
            return 0
        return sum(fen(part) for settled in self.settled[payload["grant"]] for _, part in settled["settled_split"])

    def on_batch_built(self, event, payload):
        self.batches[payload["batch"]]["state"] = "built"

    def on_payments_dropped(self, event, payload):
        self.end(payload["payments"], "dropped", payload.get("reason", ""))

    def end(self, payments, state, reason):
        self.bring([(id, reason, lambda payment: self.pay_step(payment, state, reason=reason)) for id in payments])

    def on_batch_withdrawn(self, event, payload):
        self.batches[payload["batch"]]["state"] = "withdrawn"
        rows = [id for id in self.batches[payload["batch"]]["payments"] if self.payments[id]["state"] == "built"]
        self.end(rows, "withdrawn", payload.get("reason", ""))

    def parts(self, payment):
        """What a payment takes from which allotment: its own shares, else the grant's without what was settled."""
        if payment["split"]:
            return payment["split"]
        shares = dict(self.grants[payment["grant"]].split)
        if payment["part"]:
            # Only where one allotment pays all does a part name none.
            return [(allotment, payment["amount"]) for allotment in shares]
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
        batch["state"], batch["released_on"] = "released", payload["released_on"]
        for id in rows:
            payment = self.payments[id]
            self.pay_step(payment, "in_transit")
            for allotment, part in self.parts(payment):
                self.move(event["position"], allotment, payment["grant"], ("payable", "in_transit"), part, payload["released_on"])

    def on_payment_file_made(self, event, payload):
        pass

    def on_bank_file_opened(self, event, payload):
        self.bank_files[event["position"]] = {"by": event["actor_uid"], "lines": []}

    STAGES = {"in_transit": "in_transit", "paid": "disbursed", "refused": "payable", "returned": "payable"}
    WHOLE = {"built": "in_batch", "in_transit": "in_batch", "paid": "paid", "returned": "returned"}

    def stands(self, grant):
        """Where a grant stands that is paid in parts."""
        paid, on_its_way, came_back = 0, False, False
        for id in self.of_grant[grant]:
            payment = self.payments[id]
            if payment["part"]:
                paid += payment["amount"] if payment["state"] == "paid" else 0
                on_its_way |= payment["state"] in ("built", "in_transit")
                came_back |= payment["state"] == "returned" and not payment["reissued"]
        if paid >= self.grants[grant].amount:
            return "paid"
        return "part_paid" if paid else "in_batch" if on_its_way else "returned" if came_back else "approved"

    def bring(self, changes):
        """Payments go where an event brings them, and their grants with them. A change is (payment, reason, change)."""
        before = {self.payments[id]["grant"]: self.stands(self.payments[id]["grant"]) for id, _, _ in changes}
        reasons = {}
        for id, reason, change in changes:
            change(self.payments[id])
            grant = self.payments[id]["grant"]
            if self.payments[id]["part"]:
                reasons[grant] = reason
            else:
                self.step(self.grants[grant], self.WHOLE.get(self.payments[id]["state"], "approved"), reason)
        for grant, reason in sorted(reasons.items()):
            if self.stands(grant) != before[grant]:
                self.step(self.grants[grant], self.stands(grant), reason)

    def apply(self, event, payment_id, applied, serial, reason):
        payment = self.payments[payment_id]
        stages = (self.STAGES[payment["state"]], self.STAGES[applied["state"]])
        before = payment["steps"][-1]
        for allotment, part in self.parts(payment):
            self.move(event["position"], allotment, payment["grant"], stages, part, applied["on"])
        on = applied.get("bank_on", applied["on"])
        self.bring([(payment_id, reason, lambda payment: self.pay_step(payment, applied["state"], on, serial, reason))])
        for (line, name), found in self.differences_of[payment_id]:
            if line < event["position"] and found["state"] == "open" and name != "duplicate":
                found.update(state="settled", how="answered_later", document="", actor=event["actor_uid"], at=event["position"])
        return before

    def on_bank_line_read(self, event, payload):
        self.bank_lines[event["position"]] = payload
        for difference in payload.get("differences", ()):
            key, found = (event["position"], difference["name"]), {
                "payment": payload.get("payment"), "state": "open", "how": "", "document": "", "at": event["position"],
                "actor": event["actor_uid"], "said": difference,
            }
            self.differences[key] = found
            self.differences_of[found["payment"]].append((key, found))
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
        first = {}
        for _, id, before in reversed(found["lines"]):
            first[id] = before
        self.bring([(id, "", lambda payment, before=before: self.pay_step(payment, *before[2:]))
                    for id, before in sorted(first.items())])
        by = event["actor_uid"]
        for (line, _), difference in self.differences.items():
            later = difference["how"] == "answered_later"
            if self.bank_lines[line]["file"] == payload["file"]:
                if difference["state"] == "open" or later:
                    difference.update(state="undone", how="", document="", actor=by, at=event["position"])
            elif later and difference["state"] == "settled" and payload["first"] <= difference["at"] <= payload["last"]:
                difference.update(state="open", how="", document="", actor=by, at=event["position"])

    def on_discrepancy_settled(self, event, payload):
        """How a difference was settled; where somebody chose the payment that a line is about, it is about that one."""
        line, applied, chosen = self.bank_lines[payload["line"]], payload.get("applied"), payload.get("payment")
        if payload["how"] == "as_booked" or (chosen is not None and applied):
            by = self.bank_files[line["file"]]["by"]
            self.other_person(event, [by], {"reviewer", "cashier"}, "a difference")
        if chosen is not None and chosen not in line.get("candidates", ()):
            self.findings.fault(6, f"{event['position']}: payment {chosen} was not offered for line {payload['line']}")
        for name in [said["name"] for said in line["differences"]] if applied else [payload["name"]]:
            found = self.differences[payload["line"], name]
            if found["state"] == "open":
                found.update(state="settled", how=payload["how"], document=payload.get("document", ""),
                             actor=event["actor_uid"], at=event["position"])
        if chosen is not None:
            line = {**line, "payment": chosen}
        if applied:
            line = {**line, "applied": applied}
            self.apply(event, line["payment"], applied, line.get("bank_serial", ""), line.get("reason", ""))
        self.bank_lines[payload["line"]] = line

    def on_bank_line_matched(self, event, payload):
        found = self.differences.get((payload["line"], "missing_in_book"))
        if found is not None and found["state"] == "open":
            found.update(state="settled", how="batch_chosen", document="", actor=event["actor_uid"], at=event["position"])

    def on_payment_reissued(self, event, payload):
        """To the same account two people make a payment again; to another one that two people put on file, one does."""
        if payload.get("prepared") is not None:
            self.decide(event, payload, "reissue", ("prepared",), {"reviewer"}, True)
        elif self.payments[payload["payment"]]["account"] == account_of(payload["account"]):
            self.findings.fault(4, f"{event['position']}: a payment is made again to the same account by one person")
        payment, reason = self.payments[payload["payment"]], payload.get("reason", "")
        if payment["part"]:
            self.bring([(payload["payment"], reason, lambda payment: payment.update(reissued=True))])
        else:
            payment["reissued"] = True
            self.step(self.grants[payment["grant"]], "approved", reason)

    # -- money that comes back: receipts and offsets

    def on_demand_prepared(self, event, payload):
        self.demands[event["position"]] = {"said": payload, "received": 0}

    def on_demand_raised(self, event, payload):
        self.demands[event["position"]] = {"said": payload, "received": 0}

    def on_receipt_approved(self, event, payload):
        _, receipt = self.waiting["receipt", payload["id"]]
        self.moved_at[payload["id"]] = event["position"]
        for allotment, part in payload["split"]:
            stages = ("disbursed", receipt["destination"])
            self.move(event["position"], allotment, receipt["grant"], stages, fen(part), payload["effective_on"])
        self.receive(receipt, 1)
        if payload["recovers"]:
            self.step(self.grants[receipt["grant"]], "recovered")

    def receive(self, paper, sign):
        """What came back counts for its demand."""
        self.demands[paper["demand"]]["received"] += sign * fen(paper["amount"])

    def restore(self, grant, was="recovered", then="paid"):
        if self.grants[grant].state == was:
            self.step(self.grants[grant], then)

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
        self.receive(offset, 1)
        if payload["recovers"]:
            self.step(self.grants[offset["grant"]], "recovered")
        if payload["settles"]:
            self.step(self.grants[offset["settled_grant"]], "paid")

    def on_receipt_undo_approved(self, event, payload):
        self.reverse(event["position"], list(self.at_position[self.moved_at[payload["id"]]]), not_before(payload))
        receipt = self.waiting["receipt", payload["id"]][1]
        self.receive(receipt, -1)
        self.restore(receipt["grant"])

    def on_offset_undo_approved(self, event, payload):
        self.reverse(event["position"], list(self.at_position[self.moved_at[payload["id"]]]), not_before(payload))
        offset = self.waiting["offset", payload["id"]][1]
        self.receive(offset, -1)
        self.restore(offset["grant"])
        settled = offset["settled_grant"]
        self.restore(settled, "paid", "approved")
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
        self.step(self.grants[payload["grant"]], "corrected", payload.get("reason", ""))
        self.grant(before, payload["content"], "paid", at=event, reason=payload.get("reason", ""))
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
            self.step(grant, "cancelled", payload.get("document", ""))
        for allotment, _, part in payload.get("taken_back", []):
            self.move(at, allotment, None, ("available", "source"), fen(part), on)

    # -- audit samples

    def on_sample_drawn(self, event, payload):
        """Draws it again: docs/formats.md says how."""
        at, asked = event["position"], payload["parameters"]
        self.auditor(event, "draws a sample")
        self.samples[at] = {item["grant"]: fen(item["amount"]) for item in payload["items"]}
        members = self.population_of(asked)
        lines = "".join(f"{id}\t{self.grants[id].reference}\t{amount}\n" for id, amount in members.items())
        told = [len(members), yuan(sum(members.values())), hashlib.sha256(lines.encode()).hexdigest()]
        if told != [payload["population"][field] for field in ("count", "sum", "digest")]:
            self.findings.fault(6, f"{at}: a sample was drawn from another population than the book had")
        # What is drawn is compared as a whole: references, amounts, strata, hits.
        drawn = [
            {"grant": id, "reference": self.grants[id].reference, "stratum": stratum, "amount": yuan(members[id]),
             "hits": hits, "certain": certain}
            for id, stratum, hits, certain in sorted(sample_of(asked, members, self.stratum_of(asked)))
        ]
        if drawn != [{"stratum": "", "certain": False, **item} for item in payload["items"]]:
            self.findings.fault(6, f"{at}: a sample drawn again has other items")

    def population_of(self, asked):
        """What is disbursed of each grant that belongs to it, by id."""
        net = defaultdict(int)
        for position, _, _, grant, source, to, amount, day, _ in self.transfers:
            if grant is not None and position <= asked["at"] and day <= asked["as_of"]:
                net[grant] += amount * ((to == "disbursed") - (source == "disbursed"))
        least, most = (fen(asked[field]) if asked.get(field) else None for field in ("least", "most"))
        return {
            id: net[id] for id in sorted(net)
            if net[id] > 0 and (least is None or least <= net[id]) and (most is None or net[id] <= most)
            and asked.get("policy") in (None, self.policies[self.grants[id].policy]["code"])
            and asked.get("subdistrict") in (None, self.grants[id].subdistrict)
        }

    def stratum_of(self, asked):
        names = {
            None: lambda grant: "", "subdistrict": lambda grant: grant.subdistrict,
            "policy": lambda grant: self.policies[grant.policy]["code"],
        }
        return lambda id: names[asked.get("by")](self.grants[id])

    def on_sample_item_noted(self, event, payload):
        self.auditor(event, "notes an item of a sample")
        if payload["sample"] in self.concluded or payload["grant"] not in self.samples.get(payload["sample"], ()):
            self.findings.fault(4, f"{event['position']}: what was noted is no item of an open sample")
        self.looked_at[payload["sample"]].add(payload["grant"])

    def on_sample_concluded(self, event, payload):
        self.auditor(event, "concludes a sample")
        sample = payload["sample"]
        if sample in self.concluded or self.looked_at[sample] != set(self.samples.get(sample, ())):
            self.findings.fault(4, f"{event['position']}: a sample was concluded before all of it was looked at, or twice")
        self.concluded.add(sample)

    def auditor(self, event, what):
        if "auditor" not in self.roles[event["actor_uid"]]:
            self.findings.fault(4, f"{event['position']}: whoever {what} is no auditor")

    # -- statements

    def on_statement_checked(self, event, payload):
        """Computes each figure again from what it was bound to, at its own clocks."""
        checked = payload["checked"]
        for number, told in enumerate(checked["claims"], start=1):
            if told.get("actual") is None or told.get("measure") in (None, "of_text"):
                continue
            self.figures += 1
            exact = self.exact(told, checked["at"])
            if exact != told["actual"]:
                self.findings.fault(6, f"{event['position']}: figure {number} of a statement is {exact}, {told['actual']} signed")
                continue
            low, high = (Decimal(told[end]) if told.get(end) else None for end in ("low", "high"))
            is_true = (low is None or low <= Decimal(exact)) and (high is None or Decimal(exact) <= high)
            verdict = "not_checkable" if (low, high) == (None, None) else "true" if is_true else "false"
            # Of a quotient the ends have fewer digits than it has.
            if told["measure"] in self.WITHOUT_REST and told["verdict"] != verdict:
                self.findings.fault(6, f"{event['position']}: figure {number} of a statement was signed as {told['verdict']}")

    WITHOUT_REST = {"net_disbursed", "gross_disbursed", "returned", "budget", "recipients", "grants", "policies",
                    "policies_of_book"}
    DIGITS = {"amount": 2, "count": 0, "percent": 4, "ratio": 4}
    # 国民经济行业分类 (GB/T 4754-2017): the first and the last division of each section.
    SECTIONS = {
        "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60), "H": (61, 62),
        "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79), "O": (80, 82), "P": (83, 83),
        "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
    }

    def exact(self, told, at):
        """The exact value of what a figure measures, as it is told; nothing where there is nothing to divide by."""
        measure, since, until = told["measure"], told.get("from"), told["as_of"]
        net, paid, back, recipients, grants, policies = self.selected(told["scope"], since, until, at)
        whole = self.selected(told.get("of", {}), since, until, at)
        budget = self.budget_of(told["scope"], since, until, at) if measure in ("budget", "completion") else 0
        part, of = {
            "net_disbursed": (net, 100), "gross_disbursed": (paid, 100), "returned": (back, 100), "budget": (budget, 100),
            "recipients": (recipients, 1), "grants": (grants, 1), "policies": (policies, 1),
            "policies_of_book": (self.policies_between(told["scope"], since, until, at), 1),
            "per_recipient": (net, 100 * recipients), "per_grant": (net, 100 * grants), "share_of_net": (net * 100, whole[0]),
            "share_of_recipients": (recipients * 100, whole[3]), "completion": (net * 100, budget),
        }[measure]
        if of <= 0:
            return None
        digits = self.DIGITS[told["kind"]]
        cut = str(abs(part) * 10**digits // of).rjust(digits + 1, "0")
        sign = "-" if part < 0 else ""
        return sign + (f"{cut[:-digits]}.{cut[-digits:]}" if digits else cut)

    def selected(self, scope, since, until, at):
        """Net, paid, returned, recipients, grants and policies of a scope between two days."""
        paid, back = defaultdict(int), defaultdict(int)
        for position, _, _, grant, source, to, amount, day, reverses in self.transfers:
            if grant is None or position > at or day > until or day < (since or "") or "disbursed" not in (source, to):
                continue
            comes, sign = to == "disbursed", 1 if reverses is None else -1
            side = paid if comes == (reverses is None) else back
            side[grant] += amount * sign
        mine = [id for id in {*paid, *back} if self.is_of(self.grants[id], scope)]
        left = [self.grants[id] for id in mine if paid[id] > back[id]]
        sums = sum(paid[id] for id in mine), sum(back[id] for id in mine)
        return (sums[0] - sums[1], *sums, len({grant.recipient for grant in left}), len(left),
                len({grant.policy for grant in left}))

    def is_of(self, grant, scope):
        sections = {section for section, (first, last) in self.SECTIONS.items()
                    if grant.industry[:2].isdigit() and first <= int(grant.industry[:2]) <= last}
        return self.is_given(grant.policy, scope) and all(
            not scope.get(part) or {value, *more} & set(scope[part])
            for part, value, more in (("subdistricts", grant.subdistrict, ()), ("industries", grant.industry, sections),
                                      ("kinds", grant.kind, ()), ("sizes", grant.size, ())))

    def is_given(self, policy, scope):
        found = self.policies[policy]
        return all(not scope.get(part) or found[field] in scope[part]
                   for part, field in (("policies", "code"), ("instruments", "instrument")))

    def policies_between(self, scope, since, until, at):
        """The approved policies of a scope whose first day lies between two days, as a position knows them."""
        number = 0
        for id, policy in self.policies.items():
            last = [version for version in policy["versions"] if version[0] <= at][-1:]
            number += any(state in ("open", "closed") and (since or "") <= said["starts_on"] <= until
                          and self.is_given(id, scope) for _, state, said, _ in last)
        return number

    def budget_of(self, scope, since, until, at):
        total = 0
        for position, _, allotment, _, source, to, amount, day, _ in self.transfers:
            if position <= at and (since or "") <= day <= until and {source, to} == {"source", "available"}:
                if self.is_given(self.allotments[allotment]["policy"], scope):
                    total += amount if source == "source" else -amount
        return total

    # -- vouchers

    def on_voucher_made(self, event, payload):
        sides = defaultdict(int)
        for line in payload["lines"]:
            sides[line["side"]] += fen(line["debit"]) - fen(line["credit"])
        for side, difference in sides.items():
            if difference:
                self.findings.fault(6, f"{event['position']}: the {side} side of a voucher differs by {yuan(difference)}")

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
        "policy_change_refused", "budget_change_refused", "import_undo_refused",
        "account_change_refused", "paying_account_refused", "bank_undo_refused",
        "posting_rules_refused", "setting_refused", "profile_refused", "hold_refused", "hold_lift_refused",
        "schedule_refused", "condition_refused", "payment_reissue_refused", "demand_refused",
        "demand_undo_refused", "receipt_refused", "receipt_undo_refused", "offset_refused", "offset_undo_refused",
        "correction_refused", "closing_refused", "reopening_refused", "account_entry_recorded",
        "statement_line_booked", "statement_booking_withdrawn", "profile_retired", "bank_file_expected",
        "bank_file_no_longer_expected", "calendar_day_set", "reconciliation_refused",
        "reconciliation_reopening_refused", "report_refused", "inquiry_made", "inquiry_answered",
        "document_filed", "document_struck", "report_published",
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
        kind, self.now = event["kind"], event
        if self.keeps:
            self.log.append((event["recorded_at_ms"], event["actor_uid"], kind, event["request_key"], event["leaf_hash"]))
            payload = json.loads(event["payload"])
            self.happened[kind].append((event["position"], event["recorded_at_ms"], event["actor_uid"], payload))
        if kind in self.IGNORED:
            return
        handler = getattr(self, "on_" + kind, None)
        prepares, decides = self.PREPARES.get(kind), self.DECIDES.get(kind)
        if handler is None and prepares is None and decides is None:
            self.unknown[kind] += 1
            return
        payload = payload if self.keeps else json.loads(event["payload"])
        if prepares is not None:
            what, fields = prepares
            name = [payload[field] for field in fields] or [event["position"]]
            self.waiting[(what, *name)] = (event, payload)
        if decides is not None:
            self.decide(event, payload, *decides)
        if handler is not None:
            handler(event, payload)


EVENT_FIELDS = {
    "book_uid", "position", "recorded_at_ms", "actor_uid", "kind", "version", "request_key", "payload", "leaf_hash", "private",
}


def read_events(package, findings, sizes):
    """Hashes every line; gives the book, the tree and its roots at the sizes asked for."""
    book, tree, roots = Book(findings, keeps=package.single is None), Tree(), {}
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
            for field in event.keys() - EVENT_FIELDS:
                findings.fault(1, f"{stored}: has a field {field!r} that is in no leaf")
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
    paid, returned = defaultdict(int), defaultdict(int)
    for position, line, allotment, grant, source, to, amount, day, reverses in book.transfers:
        if grant is None or "disbursed" not in (source, to):
            continue
        if reverses is None:
            if to == "disbursed":
                paid[grant] += amount
            else:
                returned[grant] += amount
        elif source == "disbursed":
            paid[grant] -= amount
        else:
            returned[grant] -= amount
    return paid, returned


# ---------------------------------------------------------------------------------------------------------------------
# Files beside the events


def unguarded(cell):
    """A cell that a spreadsheet would run is written with an apostrophe before it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def instant(ms):
    day = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms, hours=8)
    return f"{day:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}+08:00"



# ---------------------------------------------------------------------------------------------------------------------
# Tables of a package: each is derived again from the events, row by row, in its order

# By table: its columns. A dash stands before those that tell what two people decided (DECISION).
DECISION = "outcome decided_position decided_at decided_by remark"
COLUMNS = {
    "account-changes": "position uscc account_holder account_number bank_code bank_name payee_relation prepared_by "
                       "prepared_at -",
    "allotments": "position recorded_at actor policy allotment level direct fiscal_year functional_class economic_class "
                  "department share starts_on",
    "archive-list": "archive_class archive_title period from_on to_on first_number last_number pieces kept_years kept_until "
                    "sha256",
    "back-dated": "position line effective_on recorded_at days_late happening actor policy reference uscc from_stage "
                  "to_stage amount",
    "bank-files": "position file_name sha256 bank_profile account_number from_on to_on opening closing lines prepared_by "
                  "prepared_at -",
    "bank-lines": "position file file_line bank_line bank_side written_id account_holder account_number bank_amount "
                  "bank_status reason bank_serial completed_on",
    "bank-statement": "paying_account until row date item counterparty bank_serial amount carried",
    "batches": "position policy paying_account payments prepared_by prepared_at -",
    "budget-changes": "position policy allotment direction amount effective_on document reason prepared_by prepared_at -",
    "closings": "position first_month last_month prepared_by prepared_at -",
    "corrections": "position grant policy reference uscc amount overpaid due_on document reason prepared_by prepared_at -",
    "days-per-step": "grant policy reference uscc applied_on submitted_on approved_on published_on released_on paid_on "
                     "days_to_submit days_to_approve days_to_publish days_to_release days_to_pay days_in_all",
    "demands": "position grant uscc amount received document reason due_on prepared_by prepared_at -",
    "discrepancies": "position file file_line discrepancy payment_id book bank discrepancy_state how document actor",
    "documents": "position subject document policy reference attachments file_sha256 recorded_at actor leaf",
    "filed-documents": "position document document_title document_kind dated_on file_name media sha256 bytes recorded_at "
                       "actor struck_position struck_at struck_by reason",
    "filed-reports": "position report period as_of at_position unit rows sha256 transfers_since prepared_by prepared_at -",
    "general-ledger": "GL_Detail_ID Business_Unit_Code Fiscal_Year Accounting_Period Journal_ID Journal_ID_Line_Number "
                      "JE_Header_Description JE_Line_Description Source Effective_Date Entry_Date Entry_Time "
                      "GL_Account_Number GL_Account_Name Amount Amount_Currency Amount_Credit_Debit_Indicator Segment01 "
                      "Segment02 Segment03 Reversal_Indicator Entered_By Approved_By",
    "grant-steps": "grant position recorded_at actor state amount reason",
    "grants": "reference uscc name kind subdistrict industry size policy amount state prepared_by prepared_at reviewed_by "
              "reviewed_at paid_on returned net_paid position",
    "holds": "position grant uscc hold document reason from_on until_on prepared_by prepared_at -",
    "idle-money": "position policy allotment level fiscal_year appropriated available payable in_transit disbursed idle "
                  "idle_since idle_days",
    "imports": "position subject file_name sha256 unit rows prepared_by prepared_at -",
    "log": "position recorded_at actor happening request_key leaf",
    "offsets": "position demand grant settled_grant amount document reason prepared_by prepared_at -",
    "original-files": "position part subject file_name sha256 bytes path recorded_at actor",
    "paying-accounts": "position account_holder paying_kind account_number bank_code bank_name prepared_by prepared_at -",
    "payment-steps": "payment_id position recorded_at actor status completed_on bank_serial reason",
    "payments": "payment_id batch reference uscc amount status released_on completed_on bank_serial reason position part "
                "gross_amount offset_amount net_amount attempt previous_payment",
    "people": "position recorded_at actor_uid person login person_name",
    "periods": "period position recorded_at actor period_state happening",
    "policies": "record position recorded_at actor policy policy_state policy_title document instrument starts_on ends_on "
                "cap reason",
    "publications": "position filing as_of starts_on ends_on place grants recorded_at actor",
    "receipts": "position demand grant amount document received_on to_stage prepared_by prepared_at -",
    "recipients": "uscc name kind subdistrict industry size grants paid returned net position",
    "reconciliation": "batch payments amount paid_payments paid refused_payments refused returned_payments returned "
                      "in_transit_payments in_transit open_discrepancies",
    "reopenings": "position period reason prepared_by prepared_at -",
    "roles": "position recorded_at holder role scope given_by withdrawn_position withdrawn_at withdrawn_by",
    "sample-items": "sample grant reference stratum amount hits certain sample_result amount_found note noted_position "
                    "noted_at noted_by",
    "samples": "position recorded_at actor sample_method strata_by sample_size seed as_of at_position policy subdistrict least "
               "most population_count population_amount population_sha256 concluded_position concluded_at concluded_by "
               "conclusion",
    "schedules": "position grant part part_amount due_on condition document reason",
    "set-aside": "grant position recorded_at actor policy reference uscc set_aside amount_before amount_after reason",
    "settings": "position setting setting_value reason prepared_by prepared_at -",
    "sign-offs": "position batch paying_account from_on to_on balance_bank balance_book balance_adjusted prepared_by "
                 "prepared_at -",
    "statements": "statement figure_number recorded_at actor text_sha256 as_of at_position statement_verdict figure "
                  "figure_start figure_end figure_kind qualifier measure unchecked_because counted_from counted_to "
                  "figure_scope share_of low high exact verdict bound_by_hand",
    "transfers": "position line effective_on recorded_at actor policy reference uscc from_stage to_stage amount",
    "trial-balance": "policy allotment stage debit credit debit_balance credit_balance",
    "vouchers": "voucher voucher_type voucher_month voucher_number made_on colour summary line side account account_name "
                "words policy allotment debit credit attachments payment_voucher handled_by checked_by approved_by cashiers "
                "posting_rules position",
    "warnings-waived": "grant policy reference uscc warning warning_facts position recorded_at waived_by",
}

# By table: the field that names the thing that is decided on, and what comes of it by each kind of event.
DECIDED = {
    "account-changes": ("account", {"account_change_approved": "approved", "account_change_refused": "refused"}),
    "bank-files": ("file", {"bank_file_taken": "taken", "bank_undo_prepared": "undo_pending",
                            "bank_undo_approved": "undone", "bank_undo_refused": "taken"}),
    "batches": ("batch", {"batch_released": "released", "batch_withdrawn": "withdrawn"}),
    "budget-changes": ("change", {"budget_change_approved": "approved", "budget_change_refused": "refused"}),
    "closings": ("closing", {"closing_approved": "approved", "closing_refused": "refused"}),
    "corrections": ("correction", {"correction_approved": "approved", "correction_refused": "refused"}),
    "demands": ("id", {"demand_approved": "approved", "demand_refused": "refused", "demand_undo_prepared": "undo_pending",
                       "demand_undo_approved": "undone", "demand_undo_refused": "approved"}),
    "filed-reports": ("filing", {"report_signed": "approved", "report_refused": "refused"}),
    "holds": ("hold", {"hold_confirmed": "approved", "hold_refused": "refused", "hold_lift_prepared": "lift_pending",
                       "hold_lifted": "lifted", "hold_lift_refused": "approved"}),
    "imports": ("import", {"import_approved": "approved", "import_refused": "refused", "import_withdrawn": "withdrawn",
                           "import_undo_prepared": "undo_pending", "import_undo_approved": "undone",
                           "import_undo_refused": "approved"}),
    "offsets": ("id", {"offset_approved": "approved", "offset_refused": "refused", "offset_undo_prepared": "undo_pending",
                       "offset_undo_approved": "undone", "offset_undo_refused": "approved"}),
    "paying-accounts": ("account", {"paying_account_approved": "approved", "paying_account_refused": "refused"}),
    "receipts": ("id", {"receipt_approved": "approved", "receipt_refused": "refused",
                        "receipt_undo_prepared": "undo_pending", "receipt_undo_approved": "undone",
                        "receipt_undo_refused": "approved"}),
    "reopenings": ("reopening", {"reopening_approved": "approved", "reopening_refused": "refused"}),
    "settings": ("change", {"setting_approved": "approved", "setting_refused": "refused"}),
    "sign-offs": ("reconciliation", {
        "reconciliation_signed": "approved", "reconciliation_refused": "refused",
        "reconciliation_reopening_prepared": "undo_pending", "reconciliation_reopening_approved": "undone",
        "reconciliation_reopening_refused": "approved"}),
}


def columns_of(table):
    return COLUMNS[table].replace("-", DECISION).split() if COLUMNS[table].endswith(" -") else COLUMNS[table].split()


def day_of(ms):
    return instant(ms)[:10]


def days_between(one, other):
    return (datetime.date.fromisoformat(other) - datetime.date.fromisoformat(one)).days


def yuan_if_any(text):
    return "" if text is None else yuan(fen(text))


class Tables:
    """What stands in the tables of a package: the method `x_y` gives the rows of `x-y.csv`, cells as in `COLUMNS`.

    Numbers are integers and amounts their text; `None` is an empty cell. Amounts are those of transfers up to the day.
    """

    def __init__(self, package, book, as_of):
        self.package, self.book, self.as_of = package, book, as_of
        self.paid, self.returned = net_of(book)
        self.numbers = {at: said["account_number"] for at, _, _, said in self.all("paying_account_recorded")}

    # -- helpers

    def all(self, *kinds):
        """Everything that happened of these kinds, as (position, instant, actor, payload), in order."""
        if len(kinds) == 1:
            return self.book.happened[kinds[0]]
        return sorted((one for kind in kinds for one in self.book.happened[kind]), key=lambda one: one[0])

    def login(self, uid):
        return self.book.login.get(uid, uid)

    def logins(self, uids):
        return "、".join(self.login(uid) for uid in uids)

    def seen(self, at):
        """When and by whom an event was recorded."""
        ms, uid = self.book.log[at - 1][:2]
        return instant(ms), self.login(uid)

    def policy(self, id):
        return self.book.policies[id]["code"]

    def of_allotment(self, id):
        found = self.book.allotments[id]
        return self.policy(found["policy"]), found["document"]

    def of_grant(self, id):
        """Policy, reference and number of a grant."""
        grant = self.book.grants[id]
        return self.policy(grant.policy), grant.reference, self.number(grant.recipient)

    def number(self, recipient):
        return self.book.recipients[recipient]["number"]

    def prepared(self, at):
        ms, uid = self.book.log[at - 1][:2]
        return self.login(uid), instant(ms)

    def decisions(self, table):
        """By thing: the last decision on it."""
        named_by, outcomes = DECIDED[table]
        found = {}
        for at, ms, uid, payload in self.all(*outcomes):
            kind = self.book.log[at - 1][2]
            remark = payload.get("reason") or payload.get("evidence") or ""
            found[payload[named_by]] = (outcomes[kind], at, instant(ms), self.login(uid), remark)
        return found

    def decided(self, table, rows):
        decisions = self.decisions(table)
        for row in rows:
            yield (*row, *decisions.get(row[0], ("pending", None, None, None, None)))

    # -- journal, people, settings

    def log(self):
        for position, (ms, uid, kind, key, leaf) in enumerate(self.book.log, start=1):
            yield position, instant(ms), self.login(uid), kind, key, leaf

    def people(self):
        for at, ms, _, payload in self.all("actor_seen"):
            yield at, instant(ms), payload["uid"], payload["person"], payload["login"], payload["name"]

    def roles(self):
        ends = self.all("role_withdrawn")
        for at, ms, uid, payload in self.all("role_given"):
            mine = (payload["actor_uid"], payload["role"], payload.get("scope", ""))
            end = next((one for one in ends if one[0] > at and
                        (one[3]["actor_uid"], one[3]["role"], one[3].get("scope", "")) == mine), None)
            until = (None, None, None) if end is None else (end[0], instant(end[1]), self.login(end[2]))
            yield at, instant(ms), self.login(mine[0]), mine[1], mine[2], self.login(uid), *until

    def settings(self):
        return self.decided("settings", (
            (at, payload["name"], payload["value"], payload.get("reason", ""), self.login(uid), instant(ms))
            for at, ms, uid, payload in self.all("setting_prepared")))

    # -- audit samples

    def samples(self):
        ends = {said["sample"]: (at, instant(ms), self.login(uid), said["summary"])
                for at, ms, uid, said in self.all("sample_concluded")}
        for at, ms, uid, payload in self.all("sample_drawn"):
            said, population = payload["parameters"], payload["population"]
            yield (at, instant(ms), self.login(uid), said["method"], said.get("by", ""), said["size"], said["seed"],
                   said["as_of"], said["at"], said.get("policy", ""), said.get("subdistrict", ""), said.get("least"),
                   said.get("most"), population["count"], population["sum"], population["digest"],
                   *ends.get(at, (None, None, None, "")))

    def sample_items(self):
        notes = {(said["sample"], said["grant"]): (said["result"], said["found"], said.get("note", ""), at, instant(ms),
                                                   self.login(uid))
                 for at, ms, uid, said in self.all("sample_item_noted")}
        for at, _, _, payload in self.all("sample_drawn"):
            for item in payload["items"]:
                yield (at, item["grant"], item["reference"], item.get("stratum", ""), item["amount"], item["hits"],
                       int(item.get("certain", False)), *notes.get((at, item["grant"]), (None,) * 6))

    # -- statements and filed reports

    SCOPE = ("policies", "instruments", "subdistricts", "industries", "kinds", "sizes")

    def statements(self):
        def names(scope):
            return " ".join(name for part in self.SCOPE for name in scope.get(part, ()))

        for at, ms, uid, payload in self.all("statement_checked"):
            text, checked = hashlib.sha256(payload["text"].encode()).hexdigest(), payload["checked"]
            for place, told in enumerate(checked["claims"]):
                yield (at, place + 1, instant(ms), self.login(uid), text, checked["as_of"], checked["at"], checked["verdict"],
                       told["text"], told["start"], told["end"], told["kind"], told["qualifier"], told.get("measure"),
                       told.get("reason"), told.get("from"), told["as_of"], names(told["scope"]), names(told.get("of", {})),
                       told.get("low"), told.get("high"), told.get("actual"), told["verdict"],
                       int(str(place) in payload.get("bindings", {})))

    def filed_reports(self):
        return self.decided("filed-reports", (
            (at, said["report"], said["as_of"][:7], said["as_of"], said["at"], said["unit"], said["rows"], said["content"],
             sum(row[0] > said["at"] and row[7] <= said["as_of"] for row in self.book.transfers),
             self.login(uid), instant(ms))
            for at, ms, uid, said in self.all("report_filed")))

    def publications(self):
        lists = {at: said["as_of"] for at, _, _, said in self.all("report_filed")}
        for at, ms, uid, said in self.all("report_published"):
            yield (at, said["filing"], lists[said["filing"]], said["starts_on"], said["ends_on"], said["place"],
                   len(said["grants"]), instant(ms), self.login(uid))

    # -- policies and budgets

    def policies(self):
        for id, policy in self.book.policies.items():
            for at, state, said, reason in policy["versions"]:
                yield (id, at, *self.seen(at), policy["code"], state, said["title"], said["document_number"],
                       policy["instrument"], said["starts_on"], said.get("ends_on"), yuan_if_any(said.get("cap")), reason)

    def allotments(self):
        for at, ms, uid, said in self.all("allotment_recorded"):
            yield (at, instant(ms), self.login(uid), self.policy(said["policy"]), said["document_number"], said["level"],
                   int(said["direct"]), said["fiscal_year"], said["functional_class"], said["economic_class"],
                   said["department"], said["share"], said["starts_on"])

    def budget_changes(self):
        """What was given with a policy is decided with it."""
        rows, with_policy = [], {}
        for at, ms, uid, said in self.all("allotment_recorded", "budget_change_prepared"):
            first = "allotment" not in said
            if first and not fen(said["amount"]):
                continue
            if first:
                decided = [one for one in self.book.policies[said["policy"]]["versions"] if one[1] != "pending"][:1]
                for position, state, _, reason in decided:
                    with_policy[at] = ("approved" if state == "open" else state, position, *self.seen(position), reason)
            on = said["starts_on"] if first else said["effective_on"]
            rows.append((at, *self.of_allotment(said.get("allotment", at)), said.get("direction", "increase"),
                         yuan(fen(said["amount"])), on, said["document_number"], said.get("reason", ""), self.login(uid),
                         instant(ms)))
        for row in self.decided("budget-changes", rows):
            yield (*row[:10], *with_policy[row[0]]) if row[0] in with_policy else row

    def idle_money(self):
        stages, last = defaultdict(int), {}
        for _, _, allotment, _, source, to, amount, day, _ in self.book.transfers:
            stages[allotment, source] -= amount
            stages[allotment, to] += amount
            if to == "disbursed":
                last[allotment] = max(day, last.get(allotment, day))
        for at, _, _, said in self.all("allotment_recorded"):
            appropriated, disbursed = -stages[at, "source"], stages[at, "disbursed"]
            idle, since = appropriated - disbursed, last.get(at, said["starts_on"])
            row = [yuan(stages[at, stage]) for stage in ("available", "payable", "in_transit", "disbursed")]
            yield (at, self.policy(said["policy"]), said["document_number"], said["level"], said["fiscal_year"],
                   yuan(appropriated), *row, yuan(idle),
                   *((since, max(0, days_between(since, self.as_of))) if idle > 0 else (None, None)))

    def documents(self):
        rows = []

        def name(number, subject, at, document, policy=None, grant=None, attachments=None):
            if document:
                rows.append((at, number, document, subject, policy, grant, attachments))

        book = self.book
        for id, policy in book.policies.items():
            for at, _, said, _ in policy["versions"]:
                name(0, "policy", at, said["document_number"], id)
        for at, _, _, said in self.all("allotment_recorded"):
            name(1, "allotment", at, said["document_number"], said["policy"])
            if fen(said["amount"]):
                name(3, "budget_change", at, said["document_number"], said["policy"])
        for at, _, _, said in self.all("policy_change_prepared"):
            name(2, "policy_change", at, said["document_number"], said["policy"])
        for at, _, _, said in self.all("budget_change_prepared"):
            name(3, "budget_change", at, said["document_number"], book.allotments[said["allotment"]]["policy"])
        for grant in book.grants.values():
            if any(state in ("approved", "paid") for _, _, state, _, _ in grant.steps):
                name(4, "award", grant.id, grant.document, None, grant.id, grant.attachments)
        for number, subject, kind, of in (
            (5, "demand", "demand_prepared", "grant"), (5, "demand", "demand_raised", "grant"),
            (6, "receipt", "receipt_prepared", "grant"), (7, "offset", "offset_prepared", "settled_grant"),
            (8, "correction", "correction_prepared", "grant"), (9, "hold", "hold_set", "grant"),
            (10, "schedule", "schedule_set", "grant"), (11, "difference", "discrepancy_settled", None),
            (12, "account_entry", "account_entry_recorded", None), (13, "inquiry", "inquiry_made", None),
            (14, "inquiry_answer", "inquiry_answered", None),
        ):
            for at, _, _, said in self.all(kind):
                name(number, subject, at, said.get("document"), None, said.get(of))
        struck = {said["document"] for _, _, _, said in self.all("document_struck")}
        scans = {said["number"]: said["file"] for at, _, _, said in self.all("document_filed") if at not in struck}
        for at, _, document, subject, policy, grant, attachments in sorted(rows, key=lambda row: row[:3]):
            reference = None
            if grant is not None:
                policy, reference = book.grants[grant].policy, book.grants[grant].reference
            code = None if policy is None else self.policy(policy)
            yield (at, subject, document, code, reference, attachments, scans.get(document), *self.seen(at),
                   book.leaves[at - 1].hex())

    def filed_documents(self):
        struck = {said["document"]: (at, instant(ms), self.login(uid), said["reason"])
                  for at, ms, uid, said in self.all("document_struck")}
        for at, ms, uid, said in self.all("document_filed"):
            yield (at, said["number"], said["title"], said["kind"], said["dated_on"], said["file_name"], said["media"],
                   said["file"], said["bytes"], instant(ms), self.login(uid), *struck.get(at, (None, None, None, "")))

    # -- recipients and grants

    def recipients(self):
        grants, paid, returned = defaultdict(int), defaultdict(int), defaultdict(int)
        for grant in self.book.grants.values():
            paid[grant.recipient] += self.paid[grant.id]
            returned[grant.recipient] += self.returned[grant.id]
            grants[grant.recipient] += self.paid[grant.id] > self.returned[grant.id]
        for id, found in sorted(self.book.recipients.items()):
            said = found["particulars"]
            yield (found["number"], *(said[part] for part in ("name", "kind", "subdistrict", "industry", "size")), grants[id],
                   yuan(paid[id]), yuan(returned[id]), yuan(paid[id] - returned[id]), id)

    def grants(self):
        for grant in self.book.grants.values():
            policy, reference, number = self.of_grant(grant.id)
            reviewed = grant.state not in ("draft", "submitted", "struck") and grant.reviewed_by is not None
            yield (reference, number, grant.name, grant.kind, grant.subdistrict, grant.industry, grant.size, policy,
                   yuan(grant.amount), grant.state, self.login(grant.prepared_by), instant(grant.prepared_at),
                   *((self.login(grant.reviewed_by), instant(grant.reviewed_at)) if reviewed else (None, None)),
                   self.paid_on(grant.id), yuan(self.returned[grant.id]),
                   yuan(self.paid[grant.id] - self.returned[grant.id]), grant.id)

    def paid_on(self, grant):
        """The first day on which a grant was paid, and that was not taken back by a reversal."""
        mine = [self.book.transfers[index] for index in self.book.by_grant[grant]]
        undone = {row[8] for row in mine if row[8] is not None}
        return min((row[7] for row in mine if row[5] == "disbursed" and row[8] is None and row[:2] not in undone),
                   default=None)

    def grant_steps(self):
        for grant in self.book.grants.values():
            for at, uid, state, amount, reason in grant.steps:
                yield grant.id, at, instant(self.book.log[at - 1][0]), self.login(uid), state, yuan(amount), reason

    def set_aside(self):
        for grant in self.book.grants.values():
            for before, (at, uid, state, amount, reason) in zip([None, *grant.steps], grant.steps):
                was, had = before[2:4] if before else (None, amount)
                how = state
                if state == "draft" and was == "submitted":
                    how = "sent_back"
                elif state == was and state != "draft" and amount < had:
                    how = "reduced"
                elif state not in ("refused", "cancelled", "struck", "undone", "corrected"):
                    continue
                yield (grant.id, at, *self.seen(at), *self.of_grant(grant.id), "reduced" if state == was else how, yuan(had),
                       yuan(amount), reason)

    def warnings_waived(self):
        for grant in self.book.grants.values():
            at = next((at for at, _, state, _, _ in grant.steps if state in ("approved", "paid")), None)
            for warning in grant.warnings if at else ():
                facts = "; ".join(f"{name}={value}" for name, value in sorted(warning.get("facts", {}).items()))
                yield grant.id, *self.of_grant(grant.id), warning["code"], facts, at, *self.seen(at)

    def days_per_step(self):
        moved = {}
        for _, _, _, grant, _, to, _, day, reverses in self.book.transfers:
            if grant is not None and reverses is None and to in ("in_transit", "disbursed"):
                moved[grant, to] = min(day, moved.get((grant, to), day))
        put_up = {}
        for _, _, _, said in self.all("report_published"):
            for grant in said["grants"]:
                put_up[grant] = min(said["starts_on"], put_up.get(grant, said["starts_on"]))
        for grant in self.book.grants.values():
            first = {}
            for at, _, state, _, _ in grant.steps:
                first.setdefault(state, day_of(self.book.log[at - 1][0]))
            if not {"approved", "paid"} & set(first):
                continue
            # What was recorded when it had been paid long since has no days of submission and release.
            lived = "approved" in first
            days = [grant.applied_on, first.get("submitted") if lived else None, first.get("approved"),
                    put_up.get(grant.id) if lived else None,
                    moved.get((grant.id, "in_transit")) if lived else None, moved.get((grant.id, "disbursed"))]
            waits, last = [], days[0]
            for day in days[1:]:
                waits.append(days_between(last, day) if last and day else None)
                last = day or last
            yield (grant.id, *self.of_grant(grant.id), *days, *waits,
                   days_between(days[0], days[-1]) if days[0] and days[-1] else None)

    def account_changes(self):
        return self.decided("account-changes", (
            (at, self.number(said["recipient"]), said["account_name"], said["account_number"], said["bank_code"],
             said["bank_name"], said["payee_relation"], self.login(uid), instant(ms))
            for at, ms, uid, said in self.changed_accounts()))

    def changed_accounts(self):
        """Those that somebody prepared, and those that came with a grant of a recipient who had another one."""
        found = list(self.all("account_change_prepared"))
        for kind in ("grant_recorded", "grant_imported", "grant_edited"):
            for at, ms, uid, payload in self.all(kind):
                if payload["content"].get("account") == "change":
                    recipient = self.book.grants[payload.get("grant", at)].recipient
                    found.append((at, ms, uid, {**payload["content"], "recipient": recipient}))
        return sorted(found, key=lambda one: one[0])

    def schedules(self):
        for at, _, _, said in self.all("schedule_set"):
            for part in said["parts"]:
                yield (at, said["grant"], part["number"], yuan_if_any(part.get("amount")), part.get("due_on"),
                       part.get("condition", ""), said.get("document", ""), said.get("reason", ""))

    # -- files

    def imports(self):
        counted = defaultdict(int)
        for kind in ("policy_recorded", "grant_imported"):
            for _, _, _, said in self.all(kind):
                counted[said.get("import")] += 1
        return self.decided("imports", (
            (at, "import_" + said["what"], said["file_name"], said["file"], said["unit"], counted[at], self.login(uid),
             instant(ms))
            for at, ms, uid, said in self.all("import_opened")))

    def original_files(self):
        for at, ms, uid, said in self.all("import_opened", "bank_file_opened", "payment_file_made", "document_filed"):
            files = said.get("files") or [said]
            subject = "payment_file" if "files" in said else "import_" + said["what"] if "what" in said else "bank_file"
            subject = "document" if "media" in said else subject
            for part, one in enumerate(files, start=1):
                path = "files/" + one["file"]
                yield (at, part, subject, one["file_name"], one["file"], self.package.size(path), path, instant(ms),
                       self.login(uid))

    def bank_files(self):
        lines = defaultdict(int)
        for _, _, _, said in self.all("bank_line_read"):
            lines[said["file"]] += 1
        rows = []
        for at, ms, uid, said in self.all("bank_file_opened"):
            balances = said.get("balances") or {}
            rows.append((at, said["file_name"], said["file"], said["profile"], said.get("account_number", ""),
                         balances.get("from_on"), balances.get("to_on"), yuan_if_any(balances.get("opening")),
                         yuan_if_any(balances.get("closing")), lines[at], self.login(uid), instant(ms)))
        return self.decided("bank-files", rows)

    def bank_lines(self):
        for at, _, _, said in self.all("bank_line_read"):
            yield (at, said["file"], said["line"], said["kind"], said["side"], said.get("written_id", ""),
                   said.get("account_name", ""), said.get("account_number", ""), yuan_if_any(said.get("amount")),
                   said["status"], said.get("reason", ""), said.get("bank_serial", ""), said.get("completed_on"))

    # -- payments

    def paying_account(self, id):
        return None if id is None else self.numbers[id]

    def paying_accounts(self):
        return self.decided("paying-accounts", (
            (at, said["name"], said["kind"], said["account_number"], said["bank_code"], said["bank_name"],
             self.login(uid), instant(ms))
            for at, ms, uid, said in self.all("paying_account_recorded")))

    def batches(self):
        return self.decided("batches", (
            (at, None if said.get("policy") is None else self.policy(said["policy"]),
             self.paying_account(said.get("paying_account")), len(self.book.batches[at]["payments"]), self.login(uid),
             instant(ms))
            for at, ms, uid, said in self.all("batch_opened")))

    def payments(self):
        for id, payment in self.book.payments.items():
            last = payment["steps"][-1]
            went = any(step[2] == "in_transit" for step in payment["steps"])
            yield (f"{self.book.code}-{id}", payment["batch"], payment["reference"], self.number(payment["recipient"]),
                   yuan(payment["amount"]), *last[2:3], self.book.batches[payment["batch"]]["released_on"] if went else None,
                   *last[3:6], id, payment["part"], yuan(payment["amount"] + payment["offset"]), yuan(payment["offset"]),
                   yuan(payment["amount"]), payment["attempt"],
                   None if payment["previous"] is None else f"{self.book.code}-{payment['previous']}")

    def payment_steps(self):
        for id, payment in self.book.payments.items():
            for at, uid, *rest in payment["steps"]:
                yield f"{self.book.code}-{id}", at, instant(self.book.log[at - 1][0]), self.login(uid), *rest

    def reconciliation(self):
        of_batch, open_of = defaultdict(list), defaultdict(int)
        for payment in self.book.payments.values():
            if payment["state"] not in ("built", "dropped", "withdrawn"):
                of_batch[payment["batch"]].append(payment)
        for found in self.book.differences.values():
            if found["payment"] is not None and found["state"] == "open":
                open_of[self.book.payments[found["payment"]]["batch"]] += 1
        for batch, payments in sorted(of_batch.items()):
            row = [batch, len(payments), yuan(sum(one["amount"] for one in payments))]
            for state in ("paid", "refused", "returned", "in_transit"):
                mine = [one["amount"] for one in payments if one["state"] == state]
                row += [len(mine), yuan(sum(mine))]
            yield (*row, open_of[batch])

    def discrepancies(self):
        """Of lines; of payments on their way about which nothing differs; of accounts whose adjusted balances are not one."""
        rows, differing = [], set()
        for (at, name), found in self.book.differences.items():
            line, payment = self.book.bank_lines[at], found["payment"]
            id = line.get("written_id", "") if payment is None else f"{self.book.code}-{payment}"
            if found["state"] == "open":
                differing.add(payment)
            rows.append((at, line["file"], line["line"], name, id, found["said"]["book"], found["said"]["bank"],
                         found["state"], found["how"], found["document"], self.login(found["actor"])))
        asked, asked_of = self.inquiries()
        for id, payment in self.book.payments.items():
            is_open = payment["state"] == "in_transit" and id not in differing
            if is_open or id in asked:
                rows.append((id, None, None, "missing_at_bank", f"{self.book.code}-{id}", yuan(payment["amount"]), "",
                             *self.followed(asked.get(id), is_open)))
        yield from sorted(rows, key=lambda row: (row[0], row[3]))
        for id, number, form in self.forms():
            sides = {row: yuan(amount) for row, _, amount in form}
            is_open = bool(form) and sides["adjusted_book"] != sides["adjusted_bank"]
            inquiry = asked_of.get((id, self.as_of[:7]))
            if form and (is_open or inquiry is not None):
                yield (id, None, None, "balance_differs", number, sides["adjusted_book"], sides["adjusted_bank"],
                       *self.followed(inquiry, is_open))

    def inquiries(self):
        """The last inquiry about each payment, and about each account and month."""
        of_payment, of_account = {}, {}
        for at, _, _, said in self.all("inquiry_made"):
            for payment in said.get("payments", ()):
                of_payment[payment] = at
            if "account" in said["about"]:
                about = said["about"]["account"]
                of_account[about["account"], about["until"][:7]] = at
        return of_payment, of_account

    def followed(self, inquiry, is_open):
        """How a difference that no line tells of was followed up: its state, how, by which document, by whom."""
        state = "open" if is_open else "settled"
        if inquiry is None:
            return state, "", "", ""
        for _, _, uid, said in self.all("inquiry_answered"):
            if said["inquiry"] == inquiry:
                return state, "explained", said["document"], self.login(uid)
        said, uid = next((said, uid) for at, _, uid, said in self.all("inquiry_made") if at == inquiry)
        return state, "asked" if is_open else "answered_later", said["document"], self.login(uid)

    def forms(self):
        """The 余额调节表 of each account, on the day."""
        approved = {said["account"] for _, _, _, said in self.all("paying_account_approved")}
        for id, _, _, said in self.all("paying_account_recorded"):
            if id in approved:
                yield id, said["account_number"], list(Account(self.book, id).form(self.as_of))

    def sign_offs(self):
        rows = []
        for at, ms, uid, said in self.all("reconciliation_prepared"):
            batch, account = said["subject"].get("batch"), said["subject"].get("account") or {}
            rows.append((at, batch, self.paying_account(account.get("account")), account.get("from"), account.get("until"),
                         *(yuan(fen(said[side])) for side in ("bank", "book", "adjusted")), self.login(uid), instant(ms)))
        return self.decided("sign-offs", rows)

    def bank_statement(self):
        """余额调节表 of each account, on the day: both balances, the items that only one side knows, both adjusted."""
        for _, number, form in self.forms():
            for row, item, amount in form:
                on, what, other, serial = item or (self.as_of, "", "", "")
                yield number, self.as_of, row, on, what, other, serial, yuan(amount), int(on[:7] < self.as_of[:7])

    # -- what mends, holds or takes back

    def corrections(self):
        rows = []
        for at, ms, uid, said in self.all("correction_prepared"):
            content = said["content"]
            rows.append((at, said["grant"], self.policy(content["policy"]), content["reference"],
                         self.number(said["recipient"]), yuan(fen(content["amount"])), yuan(fen(said.get("overpaid", "0.00"))),
                         said.get("due_on"), said.get("document", ""), said.get("reason", ""), self.login(uid), instant(ms)))
        return self.decided("corrections", rows)

    def demands(self):
        """One that a correction raised is decided with it."""
        rows, raised = [], {}
        for id, demand in sorted(self.book.demands.items()):
            said = demand["said"]
            by, ms = self.book.log[id - 1][1], self.book.log[id - 1][0]
            if "correction" in said:
                raised[id] = ("approved", id, *self.seen(id), "")
                by, ms = said["prepared_by"], int(said["prepared_at_ms"])
            rows.append((id, said["grant"], self.number(said["recipient"]), yuan(fen(said["amount"])), yuan(demand["received"]),
                         said.get("document", ""), said.get("reason", ""), said["due_on"], self.login(by), instant(ms)))
        for row in self.decided("demands", rows):
            yield (*row[:10], *raised[row[0]]) if row[10] == "pending" and row[0] in raised else row

    def receipts(self):
        return self.decided("receipts", (
            (at, said["demand"], said["grant"], yuan(fen(said["amount"])), said.get("document", ""), said["received_on"],
             said["destination"], self.login(uid), instant(ms))
            for at, ms, uid, said in self.all("receipt_prepared")))

    def offsets(self):
        return self.decided("offsets", (
            (at, said["demand"], said["grant"], said["settled_grant"], yuan(fen(said["amount"])), said.get("document", ""),
             said.get("reason", ""), self.login(uid), instant(ms))
            for at, ms, uid, said in self.all("offset_prepared")))

    def holds(self):
        return self.decided("holds", (
            (at, said.get("grant"), None if said.get("recipient") is None else self.number(said["recipient"]), said["kind"],
             said.get("document", ""), said.get("reason", ""), said["from_on"], said.get("until_on"), self.login(uid), instant(ms))
            for at, ms, uid, said in self.all("hold_set")))

    def closings(self):
        return self.decided("closings", ((at, said["first"], said["last"], self.login(uid), instant(ms))
                                         for at, ms, uid, said in self.all("closing_prepared")))

    def reopenings(self):
        return self.decided("reopenings", ((at, said["month"], said.get("reason", ""), self.login(uid), instant(ms))
                                           for at, ms, uid, said in self.all("reopening_prepared")))

    def periods(self):
        rows = []
        for at, ms, uid, said in self.all("closing_approved", "reopening_approved"):
            kind = self.book.log[at - 1][2]
            for month in months(said["first"], said["last"]) if kind == "closing_approved" else [said["month"]]:
                state = "closed" if kind == "closing_approved" else "open"
                rows.append((month, at, instant(ms), self.login(uid), state, kind))
        return sorted(rows)

    # -- money

    def transfers(self):
        for at, line, allotment, grant, source, to, amount, day, _ in self.book.transfers:
            policy, reference, number = self.of_allotment(allotment)[0], None, None
            if grant is not None:
                policy, reference, number = self.of_grant(grant)
            yield at, line, day, *self.seen(at), policy, reference, number, source, to, yuan(amount)

    def back_dated(self):
        for at, line, day, moment, actor, *rest in self.transfers():
            late = days_between(day, moment[:10])
            if late > 0:
                yield at, line, day, moment, late, self.book.log[at - 1][2], actor, *rest

    def vouchers(self):
        for at, _, _, said in self.all("voucher_made"):
            if said["made_on"] > self.as_of:
                continue
            name = self.voucher_name(said)
            people = [self.logins(said[who]) for who in ("prepared_by", "reviewed_by", "approved_by", "cashiers")]
            for line, one in enumerate(said["lines"], start=1):
                yield (name, said["type"], said["month"], said["number"], said["made_on"],
                       "red" if said.get("is_red") else "blue", said["summary"], line, one["side"], one["account"],
                       one["account_name"], one["words"], self.policy(one["policy"]), self.of_allotment(one["allotment"])[1],
                       yuan(fen(one["debit"])), yuan(fen(one["credit"])), said["attachments"],
                       said.get("payment_voucher", ""), *people, said["rules"], at)

    def general_ledger(self):
        """Each entry of a voucher; each accounting side of a voucher balances."""
        for at, ms, _, said in self.all("voucher_made"):
            if said["made_on"] > self.as_of:
                continue
            entered, month = instant(ms), said["made_on"][:7]
            for line, one in enumerate(said["lines"], start=1):
                debit, credit, is_red = fen(one["debit"]), fen(one["credit"]), bool(said.get("is_red"))
                yield (f"{at}-{line}", self.book.code, month[:4], month[5:], self.voucher_name(said), line, said["summary"],
                       one["words"], said["type"], said["made_on"], entered[:10], entered[11:], one["account"],
                       one["account_name"], yuan(debit or credit), "CNY", "D" if bool(debit) != is_red else "C", one["side"],
                       self.policy(one["policy"]), self.of_allotment(one["allotment"])[1], int(is_red),
                       self.logins(said["prepared_by"]), self.logins(said["approved_by"]))

    MARKS = {"receipt": "收", "payment": "付", "transfer": "转"}

    def voucher_name(self, said):
        return f"{self.MARKS[said['type']]}-{said['month']}-{said['number']:04}"

    # 会计档案管理办法: what is kept how long. The progress of budgets at a year's end is kept for ever.
    REPORTS = {
        "budget-progress": "预算执行进度表", "direct-monthly": "直达资金月报", "grants-detail": "发放明细表",
        "grants-summary": "发放汇总表", "publication": "公示表",
    }

    def archive_list(self):
        def kept(kind, title, period, days, numbers, pieces, years, sha256):
            until = None if years is None else f"{int(days[1][:4]) + years}-12-31"
            return (kind, title, period, *days, *numbers, pieces, years, until, sha256)

        bundles, ledgers = defaultdict(list), defaultdict(list)
        for _, _, _, said in self.all("voucher_made"):
            if said["made_on"] <= self.as_of:
                bundles[said["month"], said["type"]].append((said["number"], said["made_on"]))
        for (month, kind), mine in sorted(bundles.items()):
            days, numbers = [day for _, day in mine], [number for number, _ in mine]
            yield kept("voucher", f"{month}记账凭证（{self.MARKS[kind]}）", month, (min(days), max(days)),
                       (min(numbers), max(numbers)), len(mine), 30, "")
        for row in self.book.transfers:
            ledgers[row[7][:4]].append(row[7])
        for year, days in sorted(ledgers.items()):
            yield kept("ledger", f"{year}年资金明细账", year, (min(days), max(days)), (None, None), len(days), 30, "")
        account = Account(self.book, None)
        for at, said in sorted(account.files, key=lambda one: ((one[1].get("balances") or {}).get("to_on", ""), one[0])):
            balances = said.get("balances")
            if balances and balances["to_on"] <= self.as_of:
                days = (balances["from_on"], balances["to_on"])
                yield kept("bank_statement", f"银行对账单 {said.get('account_number', '')}", days[1][:7], days, (None, None),
                           len(account.lines[at]), 10, said["file"])
        signed = {}
        for at, _, _, said in self.all("reconciliation_signed", "reconciliation_reopening_approved"):
            signed.pop(said["reconciliation"], None)
            if self.book.log[at - 1][2] == "reconciliation_signed":
                signed[said["reconciliation"]] = said
        for _, said in sorted(signed.items()):
            month = said["subject"].get("account")
            if month and month["until"] <= self.as_of:
                yield kept("reconciliation", f"银行存款余额调节表 {self.paying_account(month['account'])}", month["from"][:7],
                           (month["from"], month["until"]), (None, None), 1, 10, said["digest"])
        filed = {at: said for at, _, _, said in self.all("report_filed")}
        reports = [(filed[said["filing"]]["as_of"], said["filing"]) for _, _, _, said in self.all("report_signed")]
        for on, filing in sorted(reports):
            said = filed[filing]
            if on <= self.as_of:
                yield kept("report", self.REPORTS.get(said["report"], ""), on[:7], (on[:7] + "-01", on), (None, None),
                           said["rows"], None if said["report"] == "budget-progress" and on.endswith("-12-31") else 10,
                           said["content"])

    def journal(self):
        """The lines of `standard/ledger.journal`."""
        def account(policy, stage):
            return f"relief:{''.join('-' if c in ':;' or c.isspace() else c for c in policy)}:{stage}"

        yield "; relief-ledger hledger 1"
        yield f"; book {self.book.code} as of {self.as_of} at position {len(self.book.log)}"
        yield from ("", "commodity 1000.00 CNY", "")
        codes = {self.of_allotment(row[2])[0] for row in self.book.transfers}
        for policy in sorted(codes, key=str.encode):
            for stage in ("source", "available", "payable", "in_transit", "disbursed"):
                yield "account " + account(policy, stage)
        last = None
        for at, line, allotment, grant, source, to, amount, day, _ in sorted(self.book.transfers, key=lambda row: (row[7], row[:2])):
            if last != (day, at):
                last = (day, at)
                yield ""
                yield f"{day} ({at}) {self.book.log[at - 1][2]}"
            policy, document = self.of_allotment(allotment)
            words = f"{document} {self.book.grants[grant].reference if grant is not None else ''}".strip()
            words = words.replace(":", "：").replace("\n", " ").replace("\r", " ").replace(",", " ")
            about = f"  ; {words}" if words else ""
            yield f"    {account(policy, to)}  {yuan(amount)} CNY{about}"
            yield f"    {account(policy, source)}  -{yuan(amount)} CNY{about}"

    def giving(self):
        """The grants of `standard/360giving.json`, amounts as they are written."""
        book = self.book
        created = self.all("book_created")[0][3]
        funder, awarded = f"relief-ledger-{created['division']}-{created['code']}", {}
        for at, line, _, grant, source, _, _, day, reverses in book.transfers:
            if grant is not None and source == "available" and reverses is None:
                awarded[grant] = min(day, awarded.get(grant, day))
        not_awarded = ("draft", "submitted", "refused", "cancelled", "struck", "undone", "corrected")
        for grant in book.grants.values():
            if grant.id not in awarded or grant.state in not_awarded:
                continue
            policy, recipient = book.policies[grant.policy], book.recipients[grant.recipient]
            title, document = policy["said"]["title"], policy["said"]["document_number"]
            is_person = recipient["id_type"] != "uscc" or grant.kind == "个体工商户" or recipient["number"].startswith("92")
            if not is_person:
                who = {"recipientOrganization": [{"id": "CN-USCI-" + recipient["number"], "name": grant.name}]}
            else:
                who = {"recipientIndividual": {"id": f"{funder}-recipient-{grant.recipient}", "name": "Individual Recipient"}}
            yield {
                "id": f"{funder}-{grant.id}", "title": title, "description": f"{title} {document} {grant.reference}",
                "currency": "CNY", "amountAwarded": yuan(grant.amount),
                "amountDisbursed": yuan(self.paid[grant.id] - self.returned[grant.id]), "awardDate": awarded[grant.id], **who,
                "beneficiaryLocation": [{"name": grant.subdistrict, "countryCode": "CN"}],
                "fundingOrganization": [{"id": funder, "name": created["name"]}],
                "grantProgramme": [{"code": policy["code"], "title": title}],
                "dateModified": instant(book.log[grant.steps[-1][0] - 1][0]),
            }

    def trial_balance(self):
        entered, left = defaultdict(int), defaultdict(int)
        for _, _, allotment, _, source, to, amount, _, _ in self.book.transfers:
            key = self.of_allotment(allotment)
            entered[(*key, to)] += amount
            left[(*key, source)] += amount
        order = ["source", "available", "payable", "in_transit", "disbursed"]
        for key in sorted({*entered, *left}, key=lambda key: (key[0].encode(), key[1].encode(), order.index(key[2]))):
            balance = entered[key] - left[key]
            yield *key, yuan(entered[key]), yuan(left[key]), yuan(max(balance, 0)), yuan(max(-balance, 0))

    # -- totals

    def totals(self, by):
        """Paid, returned and net by one column; recipients and grants with something left count."""
        groups = defaultdict(lambda: [0, set(), 0, 0])
        for grant in self.book.grants.values():
            for key, paid, returned in self.shares(grant, by):
                mine = groups[key]
                mine[2] += paid
                mine[3] += returned
                if paid > returned:
                    mine[0] += 1
                    mine[1].add(grant.recipient)
        for key in sorted((key for key, mine in groups.items() if mine[0] or mine[2] or mine[3]), key=str.encode):
            count, recipients, paid, returned = groups[key]
            yield key, count, len(recipients), yuan(paid), yuan(returned), yuan(paid - returned)

    def shares(self, grant, by):
        """What of a grant belongs to which group: the grant's own, or by the allotment that paid."""
        if by in ("allotment", "level"):
            paid, returned = defaultdict(int), defaultdict(int)
            for index in self.book.by_grant[grant.id]:
                _, _, allotment, _, source, to, amount, _, reverses = self.book.transfers[index]
                key = self.book.allotments[allotment]["document" if by == "allotment" else "level"]
                if to == "disbursed":
                    (paid if reverses is None else returned)[key] += amount if reverses is None else -amount
                elif source == "disbursed":
                    (returned if reverses is None else paid)[key] += amount if reverses is None else -amount
            return [(key, paid[key], returned[key]) for key in {*paid, *returned}]
        if by == "month":
            key = (self.paid_on(grant.id) or self.first_paid(grant.id) or "")[:7]
        else:
            key = self.policy(grant.policy) if by == "policy" else getattr(grant, by)
        return [(key, self.paid[grant.id], self.returned[grant.id])]

    def first_paid(self, grant):
        mine = (self.book.transfers[index] for index in self.book.by_grant[grant])
        return min((row[7] for row in mine if row[5] == "disbursed" and row[8] is None), default=None)


class Account:
    """Bank and book of one paying account. An entry is a dict of what it is about (key), flow (+1 came, -1 went), day, amount,
    and words; what the bank says and what the book knows it as clear each other on the later of their days."""

    def __init__(self, book, id):
        self.book, self.id = book, id
        self.bookings, self.matched = {}, {}
        for at, _, _, said in book.happened["statement_line_booked"]:
            self.bookings[at] = said
        for _, _, _, said in book.happened["statement_booking_withdrawn"]:
            self.bookings.pop(said["booking"], None)
        self.booked = {said["line"]: said for said in self.bookings.values()}
        for at, said in book.bank_lines.items():
            if said.get("stands_for"):
                self.matched[at] = said["stands_for"]
        for _, _, _, said in book.happened["bank_line_matched"]:
            self.matched[said["line"]] = said["stands_for"]
        undone = {said["file"] for _, _, _, said in book.happened["bank_undo_approved"]}
        self.files = [(at, said) for at, _, _, said in book.happened["bank_file_opened"]
                      if "range" in book.bank_files[at] and at not in undone]
        self.lines = defaultdict(list)
        for at, said in book.bank_lines.items():
            self.lines[said["file"]].append((at, said))

    def spans(self):
        """Statements, one after another; of two that tell of the same days the one that was loaded first counts."""
        spans = []
        for at, said in self.files:
            if said.get("paying_account") == self.id and said.get("balances"):
                balances = said["balances"]
                span = (balances["from_on"], balances["to_on"], at, fen(balances["opening"]), fen(balances["closing"]))
                if not any(self.overlap(span, other) for other in spans):
                    spans.append(span)
        return sorted(spans)

    @staticmethod
    def overlap(one, other):
        def follows(before, after):
            return before[1] == after[0] and before[4] == after[3]
        return one[0] <= other[1] and other[0] <= one[1] and not follows(one, other) and not follows(other, one)

    @staticmethod
    def entry(key, flow, on, amount, other, serial, what):
        return {"key": key, "flow": flow, "on": on, "amount": amount, "item": (on, what, other, serial)}

    def of_payments(self):
        for id, payment in self.book.payments.items():
            batch = self.book.batches[payment["batch"]]
            if batch["account"] != self.id or payment["state"] not in ("in_transit", "paid", "refused", "returned"):
                continue
            out, words = batch["released_on"], (payment["account"][0], payment["reference"])
            if payment["state"] in ("refused", "returned"):
                what = "refusal" if payment["state"] == "refused" else "return"
                yield self.entry((id, 1), 1, payment["completed_on"] or out, payment["amount"], *words, what)
            yield self.entry((id, -1), -1, out, payment["amount"], *words, "payment")

    def own_entries(self):
        entries = [(at, said) for at, _, _, said in self.book.happened["account_entry_recorded"] if said["account"] == self.id]
        return sorted(entries, key=lambda one: (one[1]["on"], one[0]))

    def of_receipts(self):
        undone = {said["id"] for _, _, _, said in self.book.happened["receipt_undo_approved"]}
        approved = {said["id"] for _, _, _, said in self.book.happened["receipt_approved"]}
        for at, _, _, said in sorted(self.book.happened["receipt_prepared"], key=lambda one: (one[3]["received_on"], one[0])):
            if said.get("account") == self.id and at in approved and at not in undone:
                name = self.book.grants[said["grant"]].name
                yield self.entry(("receipt", at), 1, said["received_on"], fen(said["amount"]), name, said.get("document", ""), "recovery")

    def sides(self):
        spans, own = self.spans(), self.own_entries()
        opening = next(((said["on"], fen(said["amount"]), True) for _, said in own if said["kind"] == "opening"), None)
        stated = [(said["on"], fen(said["amount"])) for _, said in own if said["kind"] == "stated"]
        if opening is None and spans:
            opening = (spans[0][0], spans[0][3], False)
        elif opening is None and stated:
            opening = (stated[0][0][:8] + "01", 0, False)
        if opening is None:
            return None
        book = list(self.of_payments())
        for at, said in own:
            if said["kind"] in ("issued", "withdrawn"):
                flow = 1 if said["kind"] == "issued" else -1
                book.append(self.entry(("entry", at), flow, said["on"], fen(said["amount"]), "", said.get("document", ""), said["kind"]))
        book += self.of_receipts()
        if spans:
            lines = [(line, file) for _, _, file, _, _ in spans for line in self.lines[file]]
        else:
            lines = [(line, at) for at, _ in self.files for line in self.lines[at] if self.is_answer(line[1])]
            lines.sort(key=lambda one: one[0][0])
        bank = [self.bank_entry(at, said, file, book) for (at, said), file in lines]
        if not spans:
            bank += [{**entry, "matches": [entry["key"]]} for entry in book if entry["key"][0] in ("entry", "receipt")]
        return spans, stated, opening, bank, book

    def is_answer(self, said):
        if not said.get("applied") or said["status"] == "refused":
            return False
        return self.book.batches[self.book.payments[said["payment"]]["batch"]]["account"] == self.id

    def bank_entry(self, at, said, file, book):
        """A line of the bank, with what the book knows it as; one that was booked as its own is an entry of the book."""
        opened = dict(self.files)[file]
        on = said.get("completed_on") or opened["balances"]["to_on"]
        flow = -1 if said["side"] == "debit" else 1
        amount, payment = said.get("amount"), said.get("payment")
        amount = fen(amount) if amount is not None else self.book.payments[payment]["amount"] if payment else 0
        name, serial = said.get("account_name", ""), said.get("bank_serial", "")
        entry = self.entry(("line", at), flow, on, amount, name or said.get("reason", ""), serial, said["kind"])
        entry["matches"] = []
        booked = self.booked.get(at)
        if at in self.matched:
            runs = self.matched[at]["payments"]
            entry["matches"] = [(id, flow) for first, last in runs for id in range(first, last + 1)]
        elif payment is not None:
            entry["matches"] = [(payment, flow)]
        elif booked is not None:
            known = [(name, booked[name]) for name in ("entry", "receipt") if booked.get(name) is not None]
            if not known:
                mine = self.entry(("line", at), flow, booked["booked_on"], amount, name, serial, said["kind"])
                mine["item"] = (booked["booked_on"], said["kind"], name, serial)
                book.append(mine)
            entry["matches"] = known or [("line", at)]
        return entry

    def clear(self, bank, book):
        places = {}
        for entry in book:
            places.setdefault(entry["key"], entry)
        for entry in bank:
            known = [places.get(key) for key in entry["matches"]]
            if not known or any(one is None or one["flow"] != entry["flow"] or "cleared" in one for one in known):
                continue
            if sum(one["amount"] for one in known) == entry["amount"]:
                entry["cleared"] = max([entry["on"], *(one["on"] for one in known)])
                for one in known:
                    one["cleared"], one["by_bank"] = entry["cleared"], True
        for entry in book:
            if entry["item"][1] == "refusal":
                gone = places.get((entry["key"][0], -1))
                if gone is not None and "cleared" not in entry and "cleared" not in gone:
                    entry["cleared"] = gone["cleared"] = entry["on"]

    def stated_at(self, spans, stated, bank, until):
        span = next((span for span in reversed(spans) if span[0] <= until), None)
        if span is None:
            return max(((on, amount) for on, amount in stated if on <= until), default=(None, None), key=lambda one: one[0])[1]
        if span[1] <= until:
            return span[4]
        return span[3] + sum(entry["flow"] * entry["amount"] for entry in bank if span[0] <= entry["on"] <= until)

    def form(self, until):
        found = self.sides()
        if found is None:
            return []
        spans, stated, (from_on, balance, is_recorded), bank, book = found
        self.clear(bank, book)
        at_bank = self.stated_at(spans, stated, bank, until)
        if at_bank is None:
            return []
        counted = [entry for entry in book if not is_recorded or entry["on"] >= from_on]
        in_book = balance + sum(entry["flow"] * entry["amount"] for entry in counted if entry["on"] <= until)
        groups = defaultdict(list)
        for side, entries in (("bank", bank), ("book", book)):
            for entry in entries:
                counts = side == "bank" or not is_recorded or entry["on"] >= from_on or "by_bank" in entry
                if counts and entry["on"] <= until and entry.get("cleared", "9999") > until:
                    groups[side + ("_received" if entry["flow"] > 0 else "_paid")].append(entry)

        def items(group):
            return [(group, entry["item"], entry["amount"]) for entry in sorted(groups[group], key=lambda one: one["on"])]

        total = {group: sum(entry["amount"] for entry in entries) for group, entries in groups.items()}
        adjusted_bank = at_bank + total.get("book_received", 0) - total.get("book_paid", 0)
        adjusted_book = in_book + total.get("bank_received", 0) - total.get("bank_paid", 0)
        return [("bank_balance", None, at_bank), *items("book_received"), *items("book_paid"),
                ("adjusted_bank", None, adjusted_bank), ("book_balance", None, in_book), *items("bank_received"),
                *items("bank_paid"), ("adjusted_book", None, adjusted_book)]


def months(first, last):
    while first <= last:
        yield first
        year, month = map(int, first.split("-"))
        first = f"{year + month // 12}-{month % 12 + 1:02}"


def written(cell):
    return "" if cell is None else str(cell)


UNREADABLE = (
    OSError, ValueError, LookupError, TypeError, RuntimeError, ArithmeticError, csv.Error, zipfile.BadZipFile, zlib.error,
    ElementTree.ParseError,
)


def check_readable(check, package, name, *rest):
    """What cannot be read does not hold, and the other files are looked at still."""
    try:
        check(package, name, *rest)
    except UNREADABLE as error:
        rest[-1].fault(7, f"{name} cannot be compared ({error!r})")


def check_table(package, name, columns, rows, findings):
    """Holds a CSV file against the rows that `rows` derives."""
    path = package.known_as(name + ".csv")
    with package.open(path) as file:
        reader = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""), strict=True)
        header = next(reader, [])
        if header != columns:
            findings.fault(7, f"{name}.csv has other columns: {', '.join(header)}")
            return
        line = 1
        for line, (found, row) in enumerate(itertools.zip_longest(reader, rows()), start=2):
            if found is None or row is None:
                told = "a row is missing" if found is None else "a row too many"
                findings.fault(7, f"{name}.csv line {line}: {told}")
                return
            for column, one, cell in zip(columns, found, row):
                if unguarded(one) != written(cell):
                    findings.fault(7, f"{name}.csv line {line}, {column}: {one!r}, {written(cell)!r} expected")


TWINS = {"tables-gb18030/": ".csv", "tables-xlsx/": ".xlsx"}
AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")


def check_twins(package, findings):
    """Each table in GB18030 or as a workbook says the same as its twin, in the words of the dictionary."""
    twins = sorted(path for path in package.known if path.startswith(tuple(TWINS)))
    if not twins or "data-dictionary.csv" not in package.names():
        return twins
    words, happenings = defaultdict(dict), {}
    for row in csv.DictReader(io.StringIO(package.text("data-dictionary.csv"), newline="")):
        codes = [code.partition("=") for code in row["codes"].split("；") if code]
        words[row["table"]][row["column"]] = (row["column_title"], {code: word for code, _, word in codes})
    for path in twins:
        folder = path.partition("/")[0] + "/"
        name = path[len(folder):-len(TWINS[folder])]
        if f"tables/{name}.csv" not in package.known or not path.endswith(TWINS[folder]):
            findings.fault(7, f"{path} is the twin of no table")
            continue
        check_readable(check_twin, package, path, (name, words[name]), happenings, findings)
    return twins


def check_twin(package, path, twin_of, happenings, findings):
    name, known = twin_of
    with package.open(f"tables/{name}.csv") as one, package.open(path) as other:
        rows = csv.reader(io.TextIOWrapper(one, encoding="utf-8-sig", newline=""), strict=True)
        columns = next(rows)
        if path.endswith(".xlsx"):
            twin = workbook_rows(other, len(columns))
        else:
            twin = csv.reader(io.TextIOWrapper(other, encoding="gb18030", newline=""), strict=True)
        if next(twin, []) != [known[column][0] if column in known else column for column in columns]:
            findings.fault(7, f"{path} has other columns than its twin")
        for line, (row, mine) in enumerate(itertools.zip_longest(rows, twin), start=2):
            if row is None or mine is None:
                findings.fault(7, f"{path} line {line}: it and its twin differ in rows")
                return
            told = [known.get(column, ("", {}))[1].get(cell, cell) for column, cell in zip(columns, row)]
            if "happening" in columns:
                # Kinds of events have words and no list of them: one word a kind, throughout.
                place = columns.index("happening")
                told[place] = happenings.setdefault(row[place], mine[place] if len(mine) > place else "")
            if told != mine and not (path.endswith(".xlsx") and all(map(same_in_workbook, told, mine))):
                findings.fault(7, f"{path} line {line}: {mine} is not what its twin says")


def same_in_workbook(cell, other):
    """Amounts are numbers there, of which the zeros at the end are not kept; and no cell needs a guard against formulas."""
    if isinstance(other, Decimal):
        return AMOUNT.fullmatch(cell) is not None and Decimal(cell) == other
    return unguarded(cell) == other


def workbook_rows(file, width):
    """The rows of a workbook of the package, a header on each sheet of it: texts in place and plain numbers, nothing else."""
    sheet_name = re.compile(r"xl/worksheets/sheet([0-9]+)\.xml")
    with zipfile.ZipFile(file) as book:
        sheets = [int(found[1]) for found in map(sheet_name.fullmatch, book.namelist()) if found]
        header = None
        for number in range(1, len(sheets) + 1):
            with book.open(f"xl/worksheets/sheet{number}.xml") as sheet:
                rows = sheet_rows(sheet, width)
                first = next(rows, [])
                if header is None:
                    yield first
                elif first != header:
                    raise ValueError(f"sheet {number} has another header")
                header = first
                yield from rows


def sheet_rows(sheet, width):
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    for _, row in ElementTree.iterparse(sheet):
        if row.tag != space + "row":
            continue
        cells = [""] * width
        for cell in row.iter(space + "c"):
            if cell.find(space + "f") is not None:
                raise ValueError(f"{cell.get('r')} is a formula")
            column = 0
            for letter in cell.get("r").rstrip("0123456789"):
                column = column * 26 + ord(letter) - ord("A") + 1
            text = "".join(part.text or "" for part in cell.iter(space + "t"))
            number = cell.find(space + "v")
            cells[column - 1] = text if number is None else Decimal(number.text)
        yield cells
        row.clear()


# SHA-256 of the data dictionary, which is the same for every book: whoever exchanges the words 已发放金额 and 退回金额 in it
# changes no figure and still makes people read one for the other.
DICTIONARIES = {"738925f2b600c91506afb1074e9eb42b29a55a50ce404cd3e7498090dc555b42"}


# SHA-256 of what datapackage.json says of tables, folder by folder, beside their rows, sizes and SHA-256: titles, types,
# constraints, delimiters. It is the same for every book too.
DESCRIPTIONS = {
    "0aa4e9187b50e2d9ad48fa8c64992415b97b1380a7a4342a4cb913348504c0d0",
    "23f396fab1846fc1921af7af6815492da91455d93f260dfd38c5dc92b7f6cbe0",
}


def check_descriptions(package, name, book, findings):
    """The words and rules of every table are known, and nothing else is said."""
    said = described(package)
    folders = defaultdict(list)
    for resource in said.get("resources", []):
        kept = {name: value for name, value in resource.items() if name not in ("bytes", "hash", "rows")}
        folders[os.path.dirname(resource.get("path", "")), resource.get("encoding")].append(kept)
    for (folder, encoding), resources in folders.items():
        text = json.dumps(resources, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if hashlib.sha256(text.encode()).hexdigest() not in DESCRIPTIONS:
            findings.fault(7, f"{name} describes {folder} ({encoding}) otherwise than this verifier knows it")
    as_of, at = said.get("as_of"), said.get("at")
    own = {
        "profile": "tabular-data-package", "format_version": 1, "name": f"relief-ledger-{book.code.lower()}-{as_of}-{at}",
        "title": f"审计数据包：{book.name}，截至 {as_of}，账页 {at}",
        "title_en": f"Audit package of {book.name} as of {as_of} at position {at}",
    }
    if set(said) != {*own, "book", "book_uid", "as_of", "at", "root", "resources", "files"}:
        findings.fault(7, f"{name} says more or less of the package than this verifier knows")
    for field, expected in own.items():
        if said.get(field) != expected:
            findings.fault(7, f"{name} has {field} {said.get(field)!r}, {expected!r} expected")
    for plain in said.get("files", []):
        if set(plain) != {"path", "bytes", "hash"}:
            findings.fault(7, f"{name} says more or less than size and SHA-256 of {plain.get('path')}")


def check_dictionary(package, name, findings):
    """Its words are known; it names the columns of every table, and the titles and types that datapackage.json names."""
    if hashlib.sha256(package.text(name).encode()).hexdigest() not in DICTIONARIES:
        findings.fault(7, "data-dictionary.csv has words that this verifier does not know")
    said = described(package).get("resources", [])
    types = {(os.path.basename(one.get("path", ""))[:-len(".csv")], field.get("name")): (number, field.get("type"))
             for one in said if one["path"].startswith("tables/")
             for number, field in enumerate(one["schema"]["fields"])}
    found, titles = {}, {}
    for row in csv.DictReader(io.StringIO(package.text(name), newline="")):
        found[row["table"], row["column"]] = row["cell_type"]
        titles[row["table"], row["column"]] = row["column_title"]
    for one in said:
        table = os.path.basename(one["path"])[:-len(".csv")]
        for field in one["schema"]["fields"] if one["path"].startswith("tables/") else ():
            if field.get("title") != titles.get((table, field.get("name"))):
                findings.fault(7, f"datapackage.json calls {table}.{field.get('name')} {field.get('title')!r}")
    if said and found != {key: kind for key, (_, kind) in types.items()}:
        findings.fault(7, "data-dictionary.csv names other columns or types than datapackage.json")


def check_journal(package, path, tables, findings):
    with package.open(path) as file:
        written_lines = (line.rstrip("\n") for line in io.TextIOWrapper(file, encoding="utf-8", newline="\n"))
        for number, (found, line) in enumerate(itertools.zip_longest(written_lines, tables.journal()), start=1):
            if found != line:
                findings.fault(7, f"{path} line {number}: {found!r}, {line!r} expected")
                return


def check_giving(package, path, tables, findings):
    """JSON, or the same flattened: the standard's titles stand for its paths."""
    expected = list(tables.giving())
    if path.endswith(".json"):
        with package.open(path) as file:
            found = json.load(file, parse_float=str)["grants"]
    else:
        with package.open(path) as file:
            found = [{title: unguarded(cell) for title, cell in row.items()}
                     for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""))]
        expected = [flattened(grant) for grant in expected]
    if len(found) != len(expected):
        findings.fault(7, f"{path}: {len(found)} grants, {len(expected)} expected")
    for one, other in zip(found, expected):
        if one != other:
            findings.fault(7, f"{path}: {one.get('id') or one.get('Identifier')} does not follow from the events")


def flattened(grant):
    organisation = grant.get("recipientOrganization", [{"id": "", "name": ""}])[0]
    individual = grant.get("recipientIndividual", {"id": "", "name": ""})
    place, funder, programme = (grant[part][0] for part in ("beneficiaryLocation", "fundingOrganization", "grantProgramme"))
    return {
        "Identifier": grant["id"], "Title": grant["title"], "Description": grant["description"],
        "Currency": grant["currency"], "Amount Awarded": grant["amountAwarded"], "Amount Disbursed": grant["amountDisbursed"],
        "Award Date": grant["awardDate"], "Recipient Org:Identifier": organisation["id"],
        "Recipient Org:Name": organisation["name"], "Recipient Ind:Identifier": individual["id"],
        "Recipient Ind:Name": individual["name"], "Beneficiary Location:Name": place["name"],
        "Beneficiary Location:Country Code": place["countryCode"], "Funding Org:Identifier": funder["id"],
        "Funding Org:Name": funder["name"], "Grant Programme:Code": programme["code"],
        "Grant Programme:Title": programme["title"], "Last Modified": grant["dateModified"],
    }


def check_standards(package, tables, findings):
    checks = {"standard/ledger.journal": check_journal, "standard/360giving.json": check_giving,
              "standard/360giving.csv": check_giving}
    found = sorted(path for path in package.known if path.startswith("standard/"))
    for path in found:
        if path in checks:
            check_readable(checks[path], package, path, tables, findings)
        else:
            findings.fault(7, f"{path} is a file that this verifier does not know")
    return found


def check_tables(package, book, as_of, findings):
    """Each table that stands in the package and is known here; gives their names."""
    tables, checked, names = Tables(package, book, as_of), [], package.names()
    for name in COLUMNS:
        if name + ".csv" in names:
            rows = getattr(tables, name.replace("-", "_"))
            check_readable(check_table, package, name, columns_of(name), rows, findings)
            checked.append(name + ".csv")
    for by in ("policy", "subdistrict", "industry", "size", "kind", "month", "allotment", "level"):
        name = "totals-by-" + by
        if name + ".csv" in names:
            columns = [by, "grants", "recipients", "paid", "returned", "net"]
            check_readable(check_table, package, name, columns, functools.partial(tables.totals, by), findings)
            checked.append(name + ".csv")
    if "data-dictionary.csv" in names:
        check_readable(check_dictionary, package, "data-dictionary.csv", findings)
        checked.append("data-dictionary.csv")
    if described(package):
        check_readable(check_descriptions, package, "datapackage.json", book, findings)
    for path in sorted(package.known):
        if path.startswith("tables/") and path[len("tables/"):] not in checked:
            findings.fault(7, f"{path} is a table that this verifier does not know")
    named = {"files/" + one["file"] for kind in ("import_opened", "bank_file_opened", "payment_file_made", "document_filed")
             for _, _, _, said in book.happened[kind] for one in said.get("files") or [said]}
    kept = {path for path in package.known if path.startswith("files/")}
    for path in sorted(named ^ kept) if kept else ():
        findings.fault(7, f"{path} is named by an event and missing" if path in named else f"{path} is named by no event")
    return checked + check_standards(package, tables, findings) + check_twins(package, findings)


# ---------------------------------------------------------------------------------------------------------------------
# What a person should look at


def list_duplicates(book):
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
    print(f"look  8  {len(pairs)} pairs with the same recipient, policy and amount within thirty days")
    for one, other in pairs[:10]:
        print(f"         {one.reference} and {other.reference}: {yuan(one.amount)}")
    print(f"look  8  {len(shared)} accounts of several recipients")
    for account, recipients in sorted(shared.items())[:10]:
        print(f"         {account}: {len(recipients)} recipients")


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
    if is_proof(options.package):
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
    drawn_again = f"; {len(book.samples)} audit samples drawn again" if book.samples else ""
    computed_again = f"; {book.figures} figures of statements computed again" if book.figures else ""
    findings.tell(6, f"{len(book.transfers)} transfers derived; net disbursed {yuan(disbursed)} whatever the day{drawn_again}"
                     f"{computed_again}")
    checked = []
    if package.single is None:
        checked = check_described(package, book, tree, roots, findings)
        as_of = described(package).get("as_of", "9999-12-31")
        up_to(book, as_of)
        checked += check_tables(package, book, as_of, findings)
    findings.tell(7, f"{len(set(checked))} files compared" if checked else "no files beside the events")
    list_duplicates(book)
    return 1 if findings.wrong else 0


def is_proof(path):
    """A proof of one record is known by its first line, whatever the file is called."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(len(PROOF)) == PROOF


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
