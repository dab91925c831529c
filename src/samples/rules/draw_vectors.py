"""Draws the samples of draw_tests.rs from the description in docs/formats.md alone, and prints draw_vectors.json."""

import hashlib
import json

SEED, SIZE = "北仑 2020", 7
POPULATION = [
    (n * 7, f"BL-{n * 7}", ["P-1", "P-2", "P-3"][(n > 4) + (n > 12)], (n * n * 1000 + n) * (20 if n == 30 else 1))
    for n in range(1, 31)
]


def digest(word):
    return hashlib.sha256(f"relief-ledger sample v1\n{SEED}\n{word}".encode()).digest()


def ranked(members):
    return sorted(members, key=lambda member: (digest(str(member[0])), member[0]))


def shares(groups):
    total = sum(len(members) for members in groups.values())
    sizes = {name: len(groups[name]) * SIZE // total for name in sorted(groups, key=str.encode)}
    order = sorted(sizes, key=lambda name: (-(len(groups[name]) * SIZE % total), name.encode()))
    for name in order[: SIZE - sum(sizes.values())]:
        sizes[name] += 1
    while 0 in sizes.values() and max(sizes.values()) > 1:
        largest = next(name for name in sizes if sizes[name] == max(sizes.values()))
        empty = next(name for name in sizes if sizes[name] == 0)
        sizes[largest] -= 1
        sizes[empty] += 1
    return sizes


def by_rank(groups):
    sizes = shares(groups)
    items = [[member[0], 1] for name in sizes for member in ranked(groups[name])[: sizes[name]]]
    return [[name, size] for name, size in sizes.items()], sorted(items)


def by_money():
    interval = sum(member[3] for member in POPULATION)
    start = int.from_bytes(digest("start")[:16], "big") % interval
    points = [start + k * interval for k in range(SIZE)]
    items, reached = [], 0
    for grant, _, _, amount in POPULATION:
        hits = sum(reached <= point < reached + amount * SIZE for point in points)
        reached += amount * SIZE
        items += [[grant, hits]] if hits else []
    return [["", SIZE]], items


def main():
    lines = "".join(f"{grant}\t{reference}\t{amount}\n" for grant, reference, _, amount in POPULATION)
    population = [len(POPULATION), sum(m[3] for m in POPULATION), hashlib.sha256(lines.encode()).hexdigest()]
    groups = {}
    for member in POPULATION:
        groups.setdefault(member[2], []).append(member)
    drawn = {"random": by_rank({"": POPULATION}), "stratified": by_rank(groups), "monetary-unit": by_money()}
    told = {name: {"population": population, "strata": s, "items": i} for name, (s, i) in drawn.items()}
    print(json.dumps(told))


main()
