"""Changes a package in one way after another, as somebody would who owns the machine, and asks the verifier each time.

    tamper.py VERIFIER PACKAGE OLDER SEED COUNT

PACKAGE is the folder of an honest package, OLDER a checkpoint that left the house before. What describes a file is mended with
it; where events change they are numbered and hashed anew and the head is signed with a key that the forger put into the book. Prints
how often each way was tried and found; exit status 1 if one went through, or if the honest package does not hold.
"""

import base64
import collections
import contextlib
import csv
import hashlib
import importlib.util
import io
import json
import os
import random
import re
import sys
import zipfile
from decimal import Decimal

VERIFIER, PACKAGE, OLDER, SEED, COUNT = sys.argv[1:6]
spec = importlib.util.spec_from_file_location("verify", VERIFIER)
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)

HONEST = {}
for at, _, names in os.walk(PACKAGE):
    for name in names:
        path = os.path.join(at, name)
        with open(path, "rb") as file:
            HONEST[os.path.relpath(path, PACKAGE).replace(os.sep, "/")] = file.read()
EVENTS = [json.loads(line) for line in HONEST["events.jsonl"].splitlines()]
with open(OLDER, encoding="utf-8") as file:
    KNOWN = verify.Checkpoint(file.read()).size

# ---------------------------------------------------------------------------------------------------------------------
# A key of the forger (RFC 8032)

SECRET = hashlib.sha512(b"forger").digest()
SCALAR = (int.from_bytes(SECRET[:32], "little") & ((1 << 254) - 8)) | (1 << 254)


def pressed(point):
    x, y, z, _ = point
    inverse = pow(z, verify.P - 2, verify.P)
    x, y = x * inverse % verify.P, y * inverse % verify.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE_Y = 4 * pow(5, verify.P - 2, verify.P) % verify.P
BASE_X = verify.recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % verify.P)
PUBLIC = pressed(verify.multiply(SCALAR, BASE))


def sign(message):
    r = int.from_bytes(hashlib.sha512(SECRET[32:] + message).digest(), "little") % verify.ORDER
    big_r = pressed(verify.multiply(r, BASE))
    k = int.from_bytes(hashlib.sha512(big_r + PUBLIC + message).digest(), "little") % verify.ORDER
    return big_r + ((r + k * SCALAR) % verify.ORDER).to_bytes(32, "little")


def keyed(origin):
    """The verifier key and its number, as C2SP signed notes have them."""
    number = hashlib.sha256(origin.encode() + b"\n\x01" + PUBLIC).digest()[:4]
    return f"{origin}+{number.hex()}+{base64.b64encode(bytes([1]) + PUBLIC).decode()}", number


# ---------------------------------------------------------------------------------------------------------------------
# Mending what tells of a change


def described_anew(files, *paths):
    said = json.loads(files["datapackage.json"])
    for one in said["resources"] + said["files"]:
        if one["path"] in paths:
            data = files[one["path"]]
            one["hash"], one["bytes"] = "sha256:" + hashlib.sha256(data).hexdigest(), len(data)
            if "rows" in one:
                rows = list(csv.reader(io.StringIO(data.decode(one["encoding"]), newline="")))
                one["rows"] = len(rows) - 1
    files["datapackage.json"] = json.dumps(said, ensure_ascii=False).encode()


def hashed_anew(files, events):
    """Numbers, hashes and signs everything inside again."""
    created = json.loads(events[0]["payload"])
    key, number = keyed(created["origin"])
    created["public_key"] = key
    events[0] = {**events[0], "payload": json.dumps(created, ensure_ascii=False, separators=(",", ":"))}
    tree = verify.Tree()
    for position, event in enumerate(events, start=1):
        event["position"] = str(position)
        head = "\n".join(("relief-ledger/1", event["book_uid"], event["position"], event["recorded_at_ms"], event["actor_uid"],
                          f"{event['kind']}/{event['version']}", event["request_key"], ""))
        leaf = hashlib.sha256(b"\x00" + head.encode() + event["payload"].encode()).digest()
        event["leaf_hash"] = leaf.hex()
        tree.add(leaf)
    text = f"{created['origin']}\n{tree.size}\n{base64.b64encode(tree.root()).decode()}\n"
    signature = base64.b64encode(number + sign(text.encode())).decode()
    files["checkpoint"] = f"{text}\n\u2014 {created['origin']} {signature}\n".encode()
    files["public-key.txt"] = (key + "\n").encode()
    files["events.jsonl"] = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events).encode()
    said = json.loads(files["datapackage.json"])
    for name in ("name", "title", "title_en"):
        said[name] = said[name].removesuffix(str(said["at"])) + str(tree.size)
    said["at"], said["root"] = tree.size, tree.root().hex()
    files["datapackage.json"] = json.dumps(said, ensure_ascii=False).encode()
    described_anew(files, "events.jsonl", "public-key.txt")
    derived_anew(files)


def derived_anew(files):
    """The forger can read the verifier: every table is made again from the events as they now are, as far as they let it."""
    package, findings = Remembered(files), verify.Findings()
    try:
        book, _, _ = verify.read_events(package, findings, set())
        verify.up_to(book, json.loads(files["datapackage.json"])["as_of"])
        tables = verify.Tables(package, book, json.loads(files["datapackage.json"])["as_of"])
        made = {}
        for name in verify.COLUMNS:
            rows = getattr(tables, name.replace("-", "_"))()
            made["tables/" + name + ".csv"] = [verify.columns_of(name), *([verify.written(cell) for cell in row] for row in rows)]
        for by in ("policy", "subdistrict", "industry", "size", "kind", "month", "allotment", "level"):
            rows = [list(map(verify.written, row)) for row in tables.totals(by)]
            made[f"tables/totals-by-{by}.csv"] = [[by, "grants", "recipients", "paid", "returned", "net"], *rows]
    except Exception:  # Events that do not fit together give no tables.
        return
    for path, rows in made.items():
        if path in files:
            put(files, path, rows, "utf-8")
    said = json.loads(files["datapackage.json"])
    dropped = ("tables-gb18030/", "tables-xlsx/", "standard/")
    for part in ("resources", "files"):
        said[part] = [one for one in said[part] if not one["path"].startswith(dropped)]
    files["datapackage.json"] = json.dumps(said, ensure_ascii=False).encode()
    for path in [path for path in files if path.startswith(dropped)]:
        del files[path]


# ---------------------------------------------------------------------------------------------------------------------
# Ways of changing


def another(chance, text):
    """The same text with one character changed; a character where there was none."""
    if not text:
        return "7"
    place = chance.randrange(len(text))
    mine = text[place]
    put = chance.choice([other for other in ("0123456789" if mine.isdigit() else "甲乙丙abc") if other != mine])
    return text[:place] + put + text[place + 1:]


def table(chance, files, folder="tables/"):
    """A table with at least one row, as rows."""
    while True:
        path = chance.choice(sorted(path for path in files if path.startswith(folder)))
        encoding = "gb18030" if "gb18030" in folder else "utf-8"
        rows = list(csv.reader(io.StringIO(files[path].decode(encoding), newline="")))
        if len(rows) > 1:
            return path, rows, encoding


def put(files, path, rows, encoding):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    files[path] = text.getvalue().encode(encoding)
    described_anew(files, path)


def cell(chance, files, folder="tables/"):
    path, rows, encoding = table(chance, files, folder)
    row = chance.randrange(1, len(rows))
    column = chance.randrange(len(rows[row]))
    rows[row][column] = another(chance, rows[row][column])
    put(files, path, rows, encoding)


def cell_in_gb18030(chance, files):
    cell(chance, files, "tables-gb18030/")


def cell_in_workbook(chance, files):
    """A text or a number in a sheet, below the header; the workbook is packed anew."""
    while True:
        path = chance.choice(sorted(path for path in files if path.startswith("tables-xlsx/")))
        with zipfile.ZipFile(io.BytesIO(files[path])) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        sheet = parts["xl/worksheets/sheet1.xml"].decode()
        cells = [found for found in re.finditer(r"<t[^>]*>([^<&]+)</t>|<v>([^<]+)</v>", sheet)
                 if found.start() > sheet.index("</row>")]
        if cells:
            break
    found = chance.choice(cells)
    group = 1 if found[1] is not None else 2
    put_in = another(chance, found[group]) if group == 1 else str(Decimal(found[group]) + chance.choice((-1, 1)))
    sheet = sheet[:found.start(group)] + put_in + sheet[found.end(group):]
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    files[path] = packed.getvalue()
    described_anew(files, path)


def words_exchanged(chance, files):
    """Two columns of a table called by each other's names, in the dictionary and in the description."""
    path = "tables/data-dictionary.csv"
    rows = list(csv.reader(io.StringIO(files[path].decode(), newline="")))
    while True:
        one, other = (rows[chance.randrange(1, len(rows))] for _ in range(2))
        if one[0] == other[0] and one[3] != other[3]:
            break
    one[3], other[3] = other[3], one[3]
    put(files, path, rows, "utf-8")
    said = json.loads(files["datapackage.json"])
    for field in (field for table in said["resources"] if table["path"] == f"tables/{one[0]}.csv"
                  for field in table["schema"]["fields"]):
        for row in (one, other):
            if field["name"] == row[2]:
                field["title"] = row[3]
    files["datapackage.json"] = json.dumps(said, ensure_ascii=False).encode()


def row_away(chance, files):
    path, rows, encoding = table(chance, files)
    del rows[chance.randrange(1, len(rows))]
    put(files, path, rows, encoding)


def row_twice(chance, files):
    path, rows, encoding = table(chance, files)
    row = chance.randrange(1, len(rows))
    rows.insert(row, rows[row])
    put(files, path, rows, encoding)


def rows_swapped(chance, files):
    while True:
        path, rows, encoding = table(chance, files)
        one, other = chance.randrange(1, len(rows)), chance.randrange(1, len(rows))
        if rows[one] != rows[other]:
            break
    rows[one], rows[other] = rows[other], rows[one]
    put(files, path, rows, encoding)


def one_byte(chance, files):
    path = chance.choice(sorted(path for path in files if files[path]))
    data = bytearray(files[path])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(7)
    files[path] = bytes(data)


def file_away(chance, files):
    del files[chance.choice(sorted(path for path in files if path.startswith(("tables", "files/", "standard/"))))]


def original(chance, files):
    """Another original file, under the name of its content, described as it is."""
    path = chance.choice(sorted(path for path in files if path.startswith("files/")))
    data = files.pop(path) + b"1"
    new = "files/" + hashlib.sha256(data).hexdigest()
    files[new] = data
    said = json.loads(files["datapackage.json"])
    for one in said["files"]:
        if one["path"] == path:
            one["path"] = new
    files["datapackage.json"] = json.dumps(said, ensure_ascii=False).encode()
    described_anew(files, new)


def places(found, at=()):
    """Places of everything in a description."""
    for key, value in found.items() if isinstance(found, dict) else enumerate(found):
        yield (*at, key)
        if isinstance(value, (dict, list)):
            yield from places(value, (*at, key))


def description(chance, files):
    """Something that the description says of a table, or of the package, is another thing or is said no more."""
    said = json.loads(files["datapackage.json"])
    place = chance.choice(list(places(said)))
    inner = said
    for key in place[:-1]:
        inner = inner[key]
    value = inner[place[-1]]
    if chance.randrange(2) or isinstance(value, (dict, list)):
        del inner[place[-1]]
    else:
        inner[place[-1]] = not value if isinstance(value, bool) else value + (1 if isinstance(value, int) else "x")
    files["datapackage.json"] = json.dumps(said, ensure_ascii=False).encode()


def leaves(found, at=()):
    """Places of texts in a payload."""
    for key, value in found.items() if isinstance(found, dict) else enumerate(found):
        if isinstance(value, (dict, list)):
            yield from leaves(value, (*at, key))
        elif isinstance(value, str) and key not in ("origin", "public_key", "book_uid"):
            yield (*at, key)


def edited(chance, event):
    payload = json.loads(event["payload"])
    place = chance.choice(list(leaves(payload)) or [("added",)])
    inner = payload
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = another(chance, inner.get(place[-1], "") if isinstance(inner, dict) else inner[place[-1]])
    return {**event, "payload": json.dumps(payload, ensure_ascii=False, separators=(",", ":"))}


def some(chance, events):
    """An event that the older checkpoint covers, and that is not the first."""
    return chance.randrange(1, min(KNOWN, len(events)))


def event_changed(chance, files):
    events = [dict(event) for event in EVENTS]
    at = some(chance, events)
    events[at] = edited(chance, events[at])
    files["events.jsonl"] = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events).encode()
    described_anew(files, "events.jsonl")


def all_hashed_anew(change):
    def way(chance, files):
        events = [dict(event) for event in EVENTS]
        change(chance, events)
        hashed_anew(files, events)
    way.__name__ = change.__name__ + "_and_all_hashed_anew"
    return way


def event_edited(chance, events):
    at = some(chance, events)
    events[at] = edited(chance, events[at])


def actor_replaced(chance, events):
    at = some(chance, events)
    actors = sorted({event["actor_uid"] for event in events} - {events[at]["actor_uid"]})
    events[at]["actor_uid"] = chance.choice(actors)


def event_backdated(chance, events):
    at = some(chance, events)
    events[at]["recorded_at_ms"] = str(int(events[at]["recorded_at_ms"]) - chance.randrange(1, 10**9))


def event_removed(chance, events):
    del events[some(chance, events)]


def event_inserted(chance, events):
    events.insert(some(chance, events), dict(chance.choice(events[1:])))


def events_swapped(chance, events):
    one, other = some(chance, events), some(chance, events)
    while one == other:
        other = some(chance, events)
    events[one], events[other] = events[other], events[one]


def end_cut_off(chance, events):
    del events[chance.randrange(2, KNOWN):]


WAYS = [
    cell, cell, cell_in_gb18030, cell_in_workbook, words_exchanged, description, row_away, row_twice, rows_swapped, one_byte,
    file_away, original, event_changed,
    *map(all_hashed_anew, (event_edited, event_edited, actor_replaced, event_backdated, event_removed, event_inserted,
                           events_swapped, end_cut_off)),
]


# ---------------------------------------------------------------------------------------------------------------------


class Remembered(verify.Package):
    """A package that lies in memory."""

    def __init__(self, files):
        self.zip = self.folder = self.single = None
        self.files, self.paths = files, list(files)
        self.known = set(files)

    def open(self, name):
        return io.BytesIO(self.files[self.known_as(name)])

    def size(self, path):
        return len(self.files[path]) if path in self.files else None


def verdict(files, older=True):
    """Exit status of the verifier, and what it said."""
    verify.Package = lambda _: Remembered(files)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            status = verify.main(["package", *(["--checkpoint", OLDER] if older else [])])
        except Exception as error:  # A verifier that breaks down has proven nothing.
            return 3, repr(error)
    return status, said.getvalue()


def main():
    told = verdict(dict(HONEST))
    if told[0] != 0:
        print("the honest package does not hold:", told[1])
        return 1
    # Control: who owns everything and hashes it anew is found by the older checkpoint alone.
    files, events = dict(HONEST), [dict(event) for event in EVENTS]
    hashed_anew(files, events)
    if verdict(files, older=False)[0] != 0 or verdict(files)[0] != 1:
        print("control: a book that was hashed and signed anew, and nothing else, must hold without the older checkpoint alone")
        return 1
    tried, missed, vouched = collections.Counter(), [], 0
    for number in range(int(COUNT)):
        chance = random.Random(f"{SEED}-{number}")
        way = WAYS[number % len(WAYS)]
        files = dict(HONEST)
        way(chance, files)
        tried[way.__name__] += 1
        if files == HONEST:
            missed.append((number, way.__name__, "changed nothing"))
            continue
        status, said = verdict(files)
        if status not in (1, 2):
            missed.append((number, way.__name__, said))
        elif way.__name__.startswith("event_edited"):
            vouched += verdict(files, older=False)[0] == 0
    for name, count in sorted(tried.items()):
        print(f"{count:5} {name}")
    print(f"{sum(tried.values())} tamperings, {len(missed)} not found; {vouched} by the older checkpoint alone")
    for number, name, said in missed[:5]:
        changed = sorted(path for path in files if files.get(path) != HONEST.get(path))
        print(f"  {number} {name}: {changed[:4]}\n{said[-1500:]}")
    # Control: without what left the house before, edited events that are consistent in themselves go through.
    return 1 if missed or (int(COUNT) >= 100 and not vouched) else 0


sys.exit(main())
