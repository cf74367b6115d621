"""Who asks, and about what: one person for each role of the demo's township, a phone, nobody; and the real ids that
requests are filled with, because a made-up id only ever meets "no such record"."""

import json
import os
import urllib.error
import urllib.request

from keys import Key

PASSWORD = "bidao-demo"
# One of each role, by the accounts of the demo.
PEOPLE = {
    "team_member": "v1b",
    "team_leader": "v1a",
    "district_leader": "leader1",
    "dept_head": "dept1",
    "town_office": "town",
    "alleviation_office": "fupin",
    "org_department": "zuzhi",
    "sys_admin": "admin",
}
OFFICE = "alleviation_office"
# Whose phones are enrolled and revoked.
VICTIM = "v6d"
NOBODY = "nobody"
PHONE = "phone"
# What a day of the demo's month is asked about.
MONTHS = ["2026-10", "2026-11", "2015-12", "9999-12", "0001-01"]


class Server:
    """The server under test, asked by plain requests that have nothing to do with the generated ones."""

    def __init__(self, base):
        self.base = base

    def ask(self, method, path, token=None, body=None):
        """Status and JSON of an answer."""
        request = urllib.request.Request(self.base + path, method=method)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        return status, json.loads(text) if text else None

    def can_read(self, path, token):
        """Whether something is there that is not JSON."""
        request = urllib.request.Request(self.base + path, headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=60):
                return True
        except urllib.error.HTTPError:
            return False

    def must(self, method, path, token=None, body=None):
        """The JSON of an answer that has to be one."""
        status, answer = self.ask(method, path, token, body)
        if status != 200:
            raise SystemExit(f"{method} {path}: {status} {answer}")
        return answer

    def session(self, account, key=None):
        """A new session."""
        key = (key or Key()).public()
        return self.must("POST", "/api/v1/sessions", body={"account": account, "password": PASSWORD, "key": key})

    def log_in(self, account):
        """Its access token."""
        return self.session(account)["access_token"]


class Cast:
    """Tokens by role, and pools of ids by what they name."""

    def __init__(self, server):
        self.server = server
        self.tokens = {role: server.log_in(account) for role, account in PEOPLE.items()}
        self.tokens[NOBODY] = None
        reference = self.must("GET", "/api/v1/reference")
        self.areas = [area["code"] for area in reference["areas"]]
        self.villages = [code for code in self.areas if not code.endswith("000")]
        self.people = [person["id"] for person in reference["people"]]
        self.victim = server.session(VICTIM)["person"]["id"]
        self.tokens[PHONE], phone = self.enrol(PEOPLE["team_member"])
        self.victims = [self.enrol(VICTIM)[1] for _ in range(12)]
        self.uploads = []
        self.envelopes = [bytes.fromhex(text) for text in json.loads(os.environ["BIDAO_ENVELOPES"])]
        self.households = self.ids("/api/v1/records?kind=household", "records")
        self.records = self.ids("/api/v1/records", "records") + self.households[:8]
        rounds = self.must("GET", "/api/v1/surveys")["surveys"]
        self.surveys = [one["id"] for one in rounds]
        # Who may make up a group of a round.
        self.group = rounds[0]["groups"][0]["members"]
        self.disputes = self.ids("/api/v1/disputes", "disputes")
        self.statements = self.ids("/api/v1/records?kind=income", "records")
        self.kept = [item["id"] for item in self.must("GET", "/api/v1/quarantine")]
        self.conflicts = self.ids("/api/v1/conflicts", "conflicts")
        self.shown, self.signed = self.look_closer()

    def must(self, method, path, body=None):
        """What the district's office is answered."""
        return self.server.must(method, path, self.tokens[OFFICE], body)

    def ids(self, path, name):
        return [one["id"] for one in self.must("GET", path)[name]]

    def look_closer(self):
        """Pictures that are there, and records with the digest of a version somebody signed."""
        shown, signed = [], []
        variants = lambda sha256: ((sha256, variant) for variant in ("view", "thumbnail", "signature"))
        for visit in self.ids("/api/v1/records?kind=visit", "records")[:20]:
            detail = self.must("GET", f"/api/v1/records/{visit}")
            for sha256, variant in (pair for file in detail["files"] for pair in variants(file["sha256"])):
                if len(shown) < 8 and self.server.can_read(f"/api/v1/files/{sha256}/{variant}", self.tokens[OFFICE]):
                    shown.append((sha256, variant))
            signed += [(visit, one["digest"]) for one in detail["signing"]["attestations"]]
        return shown, signed

    def read(self, path, who):
        """What a person reads; what the office reads, if that person reads nothing there."""
        status, answer = self.server.ask("GET", path, self.tokens[who])
        return answer if status == 200 else self.must("GET", path)

    def enrol(self, account):
        """A phone of an account: its token and its device id."""
        person = self.server.session(account)["person"]["id"]
        code = self.must("POST", "/api/v1/enrol-codes", {"person": person})["code"]
        body = {"code": code, "account": account, "password": PASSWORD, "key": Key().public()}
        body |= {"name": "a phone", "app_version": "test"}
        enrolled = self.server.must("POST", "/api/v1/devices", body=body)
        return enrolled["session"]["access_token"], enrolled["device"]

    def pick(self, label, name, turn):
        """A real value for a parameter, if one is known."""
        pool = POOLS.get((label, name)) or POOLS.get(name)
        values = pool(self) if pool else []
        return values[turn % len(values)] if values else None


VERSION = "GET /api/v1/records/{id}/versions/{digest}"
# Real values by the parameter's name, or by operation and name where that is not enough.
POOLS = {
    (VERSION, "id"): lambda cast: [record for record, _ in cast.signed],
    (VERSION, "digest"): lambda cast: [digest for _, digest in cast.signed],
    ("GET /api/v1/surveys/{id}", "id"): lambda cast: cast.surveys,
    ("GET /api/v1/surveys/{id}/summary", "id"): lambda cast: cast.surveys,
    ("POST /api/v1/surveys/{id}/close", "id"): lambda cast: cast.surveys,
    ("POST /api/v1/conflicts/{id}/resolve", "id"): lambda cast: cast.conflicts,
    ("GET /api/v1/disputes/{id}", "id"): lambda cast: cast.disputes,
    ("POST /api/v1/disputes/{id}/step", "id"): lambda cast: cast.disputes,
    ("POST /api/v1/devices/{id}/revoke", "id"): lambda cast: cast.victims,
    ("GET /api/v1/records/{id}/prompts", "id"): lambda cast: cast.statements,
    # What is settled is gone: each has items of its own.
    ("GET /api/v1/quarantine/{id}", "id"): lambda cast: cast.kept[::4],
    ("GET /api/v1/quarantine/{id}/export", "id"): lambda cast: cast.kept[1::4],
    ("POST /api/v1/quarantine/{id}/release", "id"): lambda cast: cast.kept[2::4],
    ("POST /api/v1/quarantine/{id}/dismiss", "id"): lambda cast: cast.kept[3::4],
    ("HEAD /api/v1/files/{id}", "id"): lambda cast: cast.uploads,
    ("PATCH /api/v1/files/{id}", "id"): lambda cast: cast.uploads,
    ("DELETE /api/v1/files/{id}", "id"): lambda cast: cast.uploads,
    ("GET /api/v1/conflicts", "state"): lambda cast: ["open", "resolved", "neither"],
    ("GET /api/v1/reviews", "state"): lambda cast: ["submitted", "changed", "approved", "returned", "draft"],
    ("GET /api/v1/disputes", "state"): lambda cast: ["raised", "closed", "told"],
    "id": lambda cast: cast.records,
    "record": lambda cast: cast.records,
    "household": lambda cast: cast.households,
    "area": lambda cast: cast.areas,
    "village": lambda cast: [*cast.villages, "all"],
    "person": lambda cast: cast.people,
    "month": lambda cast: MONTHS,
    "rule": lambda cast: ["r1", "r2", "r3"],
    "kind": lambda cast: ["household", "visit", "stay"],
    "overdue": lambda cast: ["true", "false"],
    "complete": lambda cast: ["0", "3", "5"],
    "code": lambda cast: ["7F3A-91", "9080-94"],
    "sha256": lambda cast: [sha256 for sha256, _ in cast.shown],
    "variant": lambda cast: [variant for _, variant in cast.shown],
}
