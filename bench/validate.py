"""Checks training data with Python's json module, as a team would write it: the baseline for Relight.

`validate.py usual FORM FILE` checks what most often breaks a training run: UTF-8, JSON, duplicate keys, fields and their
types, the ground truth, equal records. `validate.py same FORM FILE` checks everything that Relight checks in these
formats: also near duplicates, mojibake and control characters, leading and trailing whitespace, prompts that are too
long, leaked and missing steps, odd columns, a single answer for all records, and the first locations of each finding.
Both print {"records": …, "byRule": {…}}.
"""

import collections
import json
import re
import sys
import unicodedata

ROLES = {"system", "user", "assistant", "tool"}
GSM8K_ANSWER = re.compile(r"#### (-?[0-9.,]+)")
NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)")


class DuplicateKey(Exception):
    pass


def pairs(items):
    record = dict(items)
    if len(record) != len(items):
        raise DuplicateKey
    return record


def refuse(word):
    raise ValueError(word)


def text(record, field):
    if field not in record:
        return "field-missing"
    value = record[field]
    if value is None:
        return "field-null"
    if type(value) is not str:
        return "field-type"
    return None if value.strip() else "field-empty"


def integer(record, field):
    if field not in record:
        return "field-missing"
    value = record[field]
    if value is None:
        return "field-null"
    return None if type(value) is int and value >= 0 else "field-type"


def gsm8k(record):
    wrong = text(record, "question") or text(record, "answer")
    if wrong:
        return wrong
    answer = GSM8K_ANSWER.search(record["answer"])
    if not answer or not NUMBER.fullmatch(answer.group(1).replace(",", "").rstrip(".")):
        return "ground-truth-unverifiable"
    return None


def messages(record, field):
    if field not in record:
        return "field-missing"
    value = record[field]
    if type(value) is str:
        return None if value.strip() else "field-empty"
    if type(value) is not list:
        return "field-type"
    before = None
    for message in value:
        if type(message) is not dict:
            return "field-type"
        role = message.get("role")
        if role not in ROLES:
            return "role-unknown"
        if role == before:
            return "role-repeated"
        wrong = text(message, "content")
        if wrong:
            return wrong
        before = role
    if not value:
        return "field-empty"
    return None if before == "user" else "last-role"


def srl_expanded(record):
    wrong = (
        messages(record, "prompt")
        or text(record, "expert_action")
        or integer(record, "step_index")
        or integer(record, "num_steps")
        or text(record, "source_id")
    )
    if wrong:
        return wrong
    return None if record["step_index"] < record["num_steps"] else "step-index"


def main(checks, form, path):
    check = {"gsm8k": gsm8k, "srl_expanded": srl_expanded}[form]
    more = FullChecks(form) if checks == "same" else None
    decode = json.JSONDecoder(object_pairs_hook=pairs, parse_constant=refuse).decode
    found = collections.Counter()
    seen = set()
    records = 0
    offset = 0
    with open(path, "rb") as lines:
        for line in lines:
            records += 1
            line_hash = hash(line)
            if line_hash in seen:
                found["duplicate"] += 1
            seen.add(line_hash)
            begin, offset = offset, offset + len(line)
            try:
                characters = line.decode("utf-8")
                record = decode(characters)
            except UnicodeDecodeError:
                wrong, record = "not-utf8", None
            except DuplicateKey:
                wrong, record = "duplicate-key", None
            except ValueError:
                wrong, record = "not-json", None
            else:
                wrong = check(record) if type(record) is dict else "not-object"
            if wrong:
                found[wrong] += 1
            if more:
                more.add(record, characters, wrong, records, begin, line_hash)
    print(json.dumps({"records": records, "byRule": found + more.finish() if more else found}))


TELLING = re.compile(r"\\[ubf]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
WRONGLY_DECODED = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac|\ufffd")
SURROGATE = re.compile("[\ud800-\udfff]")
PARTS_WORDS = str.maketrans(dict.fromkeys("\"'`?!;:", " "))
POINT = re.compile(r"[.,](?!\d)")
LONGEST_PROMPT = 4096 * 4
FIELDS = {
    "gsm8k": ("question", "answer"),
    "srl_expanded": ("prompt", "expert_action", "source_id", "problem"),
}


def texts(value):
    if type(value) is str:
        yield value
    elif type(value) is list:
        for item in value:
            yield from texts(item)
    elif type(value) is dict:
        for key, item in value.items():
            yield key
            yield from texts(item)


def asked(record, form):
    value = record.get("question" if form == "gsm8k" else "prompt")
    if type(value) is str:
        return value
    if type(value) is not list:
        return ""
    return "\n".join(m["content"] for m in value if m.get("role") != "system" and type(m.get("content")) is str)


class FullChecks:
    """Checks that need characters, other records or the location of a record."""

    def __init__(self, form):
        self.form = form
        self.first = collections.defaultdict(list)
        self.found = collections.Counter()
        self.fingerprints = {}
        self.answers = collections.Counter()
        self.columns = collections.defaultdict(collections.Counter)
        self.solutions = {}
        self.records = 0

    def note(self, rule, line, offset):
        self.found[rule] += 1
        if len(self.first[rule]) < 3:
            self.first[rule].append((line, offset))

    def add(self, record, characters, wrong, line, offset, line_hash):
        self.records += 1
        if wrong and len(self.first[wrong]) < 3:
            self.first[wrong].append((line, offset))
        if record is None:
            return
        for name, value in record.items():
            self.columns[name][type(value)] += 1
        self.characters(record, characters, line, offset)
        self.blanks(record, line, offset)
        question = asked(record, self.form)
        if len(question) > LONGEST_PROMPT:
            self.note("over-long", line, offset)
        if question:
            words = POINT.sub(" ", question.lower().translate(PARTS_WORDS)).split()
            same = hash(" ".join(words))
            if self.fingerprints.setdefault(same, line_hash) != line_hash:
                self.note("near-duplicate", line, offset)
        if self.form == "gsm8k":
            answer = record.get("answer")
            if type(answer) is str:
                self.answers[answer.rpartition("####")[2]] += 1
        elif not wrong:
            self.step(record, question, line, offset)

    def characters(self, record, characters, line, offset):
        if characters.isascii() and not TELLING.search(characters):
            return
        for value in texts(record):
            if CONTROL.search(value):
                self.note("control-characters", line, offset)
            if SURROGATE.search(value):
                self.note("lone-surrogate", line, offset)
            if WRONGLY_DECODED.search(value):
                self.note("mojibake", line, offset)
            if not unicodedata.is_normalized("NFC", value):
                self.note("not-nfc", line, offset)

    def blanks(self, record, line, offset):
        for field in FIELDS[self.form]:
            value = record.get(field)
            values = [value] if type(value) is str else [m.get("content") for m in value or ()] if type(value) is list else ()
            for one in values:
                if type(one) is str and one and (one[0].isspace() or one[-1].isspace()) and one.strip():
                    self.note("untrimmed", line, offset)
                    return

    def step(self, record, question, line, offset):
        action = record["expert_action"].strip()
        if len(action) >= 12 and action in question:
            self.note("step-leaks", line, offset)
        source = self.solutions.setdefault(record["source_id"], (record["num_steps"], set(), set(), line, offset))
        source[1].add(record["step_index"])
        source[2].add(hash(record["problem"].strip()))

    def finish(self):
        for steps, there, problems, line, offset in self.solutions.values():
            if len(there) < steps:
                self.note("steps-missing", line, offset)
            if len(problems) > 1:
                self.note("problem-differs", line, offset)
        for kinds in self.columns.values():
            count = sum(kinds.values())
            if count * 2 < self.records:
                self.found["extra-field"] += count
            if len(kinds) > 1:
                self.found["mixed-types"] += count - max(kinds.values())
        for _, count in self.answers.most_common(1):
            if count * 2 > self.records >= 50:
                self.found["imbalance"] += count
        return self.found


main(*sys.argv[1:4])
