"""Requests that mean something: built from what the server answers at that moment, so that they get past the first
check and reach the code behind it."""

import hashlib
import itertools

from cast import PASSWORD, VICTIM
from keys import Key

KEY = Key()
NUMBERS = itertools.count(1)


def fresh_id():
    return f"{next(NUMBERS):032x}"


def log_in(cast, who, turn):
    # Every fourth time the wrong password: in the end the account is locked.
    return {"account": "v6c", "password": PASSWORD if turn % 4 else "wrong", "key": Key().public()}


def refresh(cast, who, turn):
    return {"refresh_token": cast.server.session("v6b", KEY)["refresh_token"]}


def code(cast, who, turn):
    return {"person": cast.people[turn % len(cast.people)]}


def enrol(cast, who, turn):
    made = cast.must("POST", "/api/v1/enrol-codes", {"person": cast.victim})
    account = {"code": made["code"], "account": VICTIM, "password": PASSWORD, "key": Key().public()}
    return account | {"name": "a phone", "app_version": "test"}


def decide(cast, who, turn):
    queue = cast.read("/api/v1/reviews", who)["reviews"]
    if not queue:
        return None
    record = queue[turn % len(queue)]["record"]["id"]
    heads = cast.read(f"/api/v1/reviews/{record}", who)["heads"]
    one = {"id": fresh_id(), "record": record, "expected": heads}
    return {"decisions": [one | ({"decision": "return", "remark": "看一看"} if turn % 2 else {"decision": "approve"})]}


def resolve(cast, who, turn):
    open_ones = cast.read("/api/v1/conflicts", who)["conflicts"]
    if not open_ones:
        return None
    conflict = open_ones[turn % len(open_ones)]
    body = {"keep": conflict["values"][0]["change"], "expected": conflict["heads"], "reason": "问过本人"}
    return body, {"id": conflict["id"]}


def survey(cast, who, turn):
    village = cast.villages[turn % len(cast.villages)]
    groups = [{"name": "一组", "members": cast.group, "grounds": [{"village": village, "group_name": None}]}]
    round_ = {"id": fresh_id(), "name": "摸底", "area": village, "from": "2026-11-01", "to": "2026-12-01"}
    return round_ | {"form": "household/1", "criteria": "标准", "groups": groups}


def settle(cast, who, turn):
    one, other = sorted(cast.households[turn % 7 : turn % 7 + 2])
    return {"one": one, "other": other, "verdict": "distinct"}


def relocate(cast, who, turn):
    household = cast.households[turn % len(cast.households)]
    here = cast.must("GET", f"/api/v1/records/{household}")["summary"]["area"]
    there = [village for village in cast.villages if village != here]
    move = {"id": fresh_id(), "household": household, "area": there[turn % len(there)], "expected_area": here}
    return move | {"moved_on": "2026-11-02", "reason": "易地搬迁"}


def step(cast, who, turn):
    if not cast.disputes:
        return None
    dispute = cast.disputes[turn % len(cast.disputes)]
    seen = cast.must("GET", f"/api/v1/disputes/{dispute}")["dispute"]
    body = {"step": "acknowledge", "expected": seen["version"]}
    return body, {"id": dispute}


def reveal(cast, who, turn):
    asked = [{"what": "record", "id": one} for one in cast.households[:4]]
    asked += [{"what": "version", "id": one, "digest": digest} for one, digest in cast.signed[:4]]
    asked += [{"what": "conflict", "id": one} for one in cast.conflicts[:4]]
    # Those that only the export takes away.
    asked += [{"what": "quarantined", "id": one} for one in cast.kept[1::4][:4]]
    return asked[turn // 2 % len(asked)] | {"purpose": "audit", "note": "抽查登记是否属实", "paths": []}


def carry(cast, who, turn):
    # Now and then with a bit that is wrong: damaged.
    envelope = bytearray(cast.envelopes[turn % len(cast.envelopes)])
    envelope[-1] ^= turn % 3 == 2
    return bytes(envelope)


def say_why(cast, who, turn):
    return {"reason": "手机找到了，内容已同本人核对"}


BODIES = {
    "POST /api/v1/reveals": reveal,
    "POST /api/v1/quarantine/{id}/release": say_why,
    "POST /api/v1/quarantine/{id}/dismiss": say_why,
    "POST /api/v1/carriages": carry,
    "POST /api/v1/sessions": log_in,
    "POST /api/v1/sessions/refresh": refresh,
    "POST /api/v1/enrol-codes": code,
    "POST /api/v1/devices": enrol,
    "POST /api/v1/reviews/decide": decide,
    "POST /api/v1/conflicts/{id}/resolve": resolve,
    "POST /api/v1/surveys": survey,
    "POST /api/v1/duplicates": settle,
    "POST /api/v1/relocations": relocate,
    "POST /api/v1/disputes/{id}/step": step,
}


def mean(case, cast, who, turn):
    """Puts a body that means something in place of the generated one, every second time but for one field of that."""
    make = BODIES.get(case.operation.label)
    made = make(cast, who, turn) if make else None
    if made is None:
        return
    # A made-up proof would be all that is looked at.
    case.headers.pop("DPoP", None)
    if make is refresh:
        case.headers["DPoP"] = KEY.proof("POST", "/api/v1/sessions/refresh")
    body, path = made if isinstance(made, tuple) else (made, {})
    if turn % 2 and isinstance(case.body, dict):
        shared = sorted(set(body) & set(case.body))
        if shared:
            name = shared[turn // 2 % len(shared)]
            body[name] = case.body[name]
    case.body = body
    case.path_parameters = (case.path_parameters or {}) | path


def bring(case, turn):
    """An upload that is right: whole at once, in two pieces, or of a file that is there."""
    content = b"file %d" % (turn // 4)
    name = hashlib.sha256(content).hexdigest()
    half = len(content) // 2
    begin, end = [(0, len(content)), (0, half), (half, len(content)), (0, len(content))][turn % 4]
    # Whatever the generator meant it to be, it is no longer that.
    case._meta = None
    case.path_parameters = {"id": name}
    case.body = content[begin:end]
    for name, value in [("Tus-Resumable", "1.0.0"), ("Upload-Offset", begin), ("Upload-Length", len(content))]:
        case.headers[name] = str(value)
    case.headers.pop("Upload-Checksum", None)
