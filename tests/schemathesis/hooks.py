"""What Schemathesis does around each generated request: somebody asks it, real ids take the place of made-up ones, and
what was answered is counted by operation and person, so that a run in which nobody got anywhere is a failure."""

import atexit
import json
import os
import zlib
from collections import Counter

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoverageScenario, TestPhase

import bodies
import cbor  # noqa: F401 - registers its media types
from cast import NOBODY, OFFICE, PHONE, Cast, Server

CAST = Cast(Server(os.environ["BIDAO_URL"]))
SEEN = Counter()
TURNS = Counter()
ROLES = [role for role in CAST.tokens if role != NOBODY]
LOG_OUT = "DELETE /api/v1/sessions/current"
PATCH = "PATCH /api/v1/files/{id}"
CARRY = "POST /api/v1/carriages"


def admitted(operation):
    """The roles that the description lets in, and those it does not."""
    raw = operation.definition.raw
    if "security" not in raw:
        return [NOBODY, *ROLES], []
    roles = [PHONE] if raw.get("x-device") else raw.get("x-roles", ROLES)
    # The phone is a team member's.
    inside = [role for role in ROLES if role in roles or (role == PHONE and "team_member" in roles)]
    return inside, [role for role in [*ROLES, NOBODY] if role not in inside]


def asker(operation, turn):
    """Whose turn it is: everybody's once, then those who are let in, and every fifth time one who is not."""
    inside, outside = admitted(operation)
    everybody = inside + outside
    if turn < len(everybody):
        return everybody[turn]
    if outside and turn % 5 == 4:
        return outside[turn // 5 % len(outside)]
    # The office reads and decides everywhere: without it most real ids are out of reach.
    return OFFICE if OFFICE in inside and turn % 3 == 0 else inside[turn % len(inside)]


def drawn(case, turn, share):
    """Whether this case gets real values, the same in every run: `share` of ten do."""
    return zlib.crc32(f"{case.operation.label} {turn} {share}".encode()) % 10 < share


def is_invalid(case, place):
    """Whether the request is wrong there on purpose."""
    return bool(case.meta and case.meta.is_negative_at(place))


def lacks_token(case):
    """Whether the request is the one that leaves its token out."""
    data = case.meta.phase.data if case.meta else None
    named = (getattr(data, "parameter", None) or "").lower()
    return named == "authorization" and getattr(data, "scenario", None) == CoverageScenario.MISSING_PARAMETER


@schemathesis.hook
def before_call(context, case, **kwargs):
    operation = case.operation
    turn = TURNS[operation.label]
    who = NOBODY
    if not lacks_token(case):
        who = asker(operation, turn)
        TURNS[operation.label] += 1
    case.headers = case.headers or {}
    # Logging out ends the session: each time one of its own.
    token = CAST.server.log_in("v5d") if operation.label == LOG_OUT and who != NOBODY else CAST.tokens[who]
    case.headers.pop("Authorization", None)
    if token:
        case.headers["Authorization"] = f"Bearer {token}"
    case.headers["X-Asker"] = who
    fill(case, turn)
    if operation.body and not is_invalid(case, ParameterLocation.BODY) and drawn(case, turn, 6):
        if operation.label == PATCH:
            # Elsewhere the headers that make an upload right are what is being tried.
            if case.meta and case.meta.phase.name == TestPhase.FUZZING:
                bodies.bring(case, turn)
        elif operation.label != CARRY:
            bodies.mean(case, CAST, who, turn)
        elif not (case.meta and case.meta.generation.mode.is_negative):
            bodies.mean(case, CAST, who, turn)
            # Bytes put in a body's place count as wrong ones, because no schema describes them; this takes them as they are.
            case._record_starting_state()


def fill(case, turn):
    """Real ids in the path and the query."""
    label = case.operation.label
    if case.path_parameters and not is_invalid(case, ParameterLocation.PATH) and drawn(case, turn, 8):
        for name in case.path_parameters:
            case.path_parameters[name] = CAST.pick(label, name, turn) or case.path_parameters[name]
    if not is_invalid(case, ParameterLocation.QUERY) and drawn(case, turn, 7):
        given = dict(case.query or {})
        for parameter in case.operation.query:
            if parameter.name in given or turn % 3 == 0:
                given[parameter.name] = CAST.pick(label, parameter.name, turn)
        given = {name: value for name, value in given.items() if value is not None}
        case.query = given


@schemathesis.hook
def after_call(context, case, response):
    SEEN[(case.operation.label, case.headers.get("X-Asker", "?"), response.status_code)] += 1
    if case.operation.label == "POST /api/v1/files" and response.status_code == 201:
        CAST.uploads.append(response.headers["location"][0].rsplit("/", 1)[1])


@schemathesis.check
def who_is_not_let_in_gets_nowhere(ctx, response, case):
    """401 without a token, 403 for a role that the description does not name."""
    who = case.headers.get("X-Asker")
    inside, _ = admitted(case.operation)
    if who in inside or response.status_code == 405:
        return
    # The generator leaves the token out now and then, whoever's turn it is.
    expected = 403 if "authorization" in {name.lower() for name in response.request.headers} else 401
    assert response.status_code == expected, f"{who}: {response.status_code} instead of {expected}"


@schemathesis.check
def a_refusal_is_a_problem_document(ctx, response, case):
    """Every refusal has its stable code, its request's id, and the media type of RFC 9457."""
    if response.status_code < 400 or response.request.method == "HEAD":
        return
    media = response.headers.get("content-type", [""])[0]
    assert media == "application/problem+json", f"{response.status_code} as {media!r}"
    problem = json.loads(response.content)
    assert problem["status"] == response.status_code and problem["code"] and problem["request_id"], problem


@atexit.register
def write_down():
    with open(os.environ["BIDAO_COUNTS"], "w", encoding="utf-8") as file:
        json.dump([[*key, count] for key, count in sorted(SEEN.items())], file)
