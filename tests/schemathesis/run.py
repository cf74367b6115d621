"""Schemathesis against a running server: every operation of its description, asked by every role, from a phone and by
nobody. `python run.py FOLDER_OF_THE_PROGRAMS` makes a township, serves it, asks some thousand requests, and fails on an
undocumented answer, a fault of the server, or an operation that never did what it is for."""

import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from cast import NOBODY, PEOPLE, PHONE, Cast, Server
from keys import Key

HERE = pathlib.Path(__file__).parent
# Requests an operation gets from the generator, beside those that its description alone asks for.
EXAMPLES = "20"
# Asked by hand: a stream does not end, and the description is read before anything is asked.
STREAM, DESCRIPTION = "/api/v1/events", "/openapi.json"
# About other people's data, or about more than one request can show; each has tests of its own.
CHECKS_LEFT_OUT = [
    "positive_data_acceptance",
    "use_after_free",
    "ensure_resource_availability",
    "object_level_authorization",
    "ignored_auth",
]
SHAPES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "500114299201"},
            "geometry": {"type": "Polygon", "coordinates": [[[108.5, 29.5], [108.6, 29.5], [108.6, 29.6], [108.5, 29.5]]]},
        }
    ],
}


def say(*words):
    print("  ", *words, flush=True)


def stage(programs, folder):
    """A township after three days of work, with disputes and a map; where its data is."""
    data = ["--database-url", f"sqlite://{folder}/demo.db", "--files", f"{folder}/demo-files"]
    demo = ["demo", "--once", "--days", "2", "--faults", "none", "--data", str(folder)]
    shapes = folder / "map.json"
    shapes.write_text(json.dumps(SHAPES), encoding="utf-8")
    for program, *words in (
        ["bidao", *demo],
        ["bidao", *data, "map", "load", str(shapes)],
        ["objection", data[1], "v6b", "8"],
    ):
        done = subprocess.run([programs / program, *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{program} {' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    # What a phone may bring for another one; the generator's process and this one both read it.
    os.environ["BIDAO_ENVELOPES"] = json.dumps(json.loads(done.stdout)["envelopes"])
    return data


def serve(programs, data, log):
    """The server, and its address, which is the first thing it says."""
    command = [programs / "bidao", "serve", "--listen", "127.0.0.1:0", *data]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    return server, json.loads(server.stdout.readline())["url"]


def generate(url, counts):
    """Runs Schemathesis; whether it found nothing."""
    command = [pathlib.Path(sys.executable).parent / "schemathesis", "--config-file", HERE / "schemathesis.toml"]
    command += ["run", url + DESCRIPTION, "--generation-deterministic", "--phases", "coverage,fuzzing"]
    command += ["--max-examples", EXAMPLES, "--no-shrink", "--continue-on-failure", "--no-color", "--warnings", "off"]
    command += ["--checks", "all", "--exclude-checks", ",".join(CHECKS_LEFT_OUT), "--exclude-path", STREAM]
    told = {"BIDAO_URL": url, "BIDAO_COUNTS": str(counts), "SCHEMATHESIS_HOOKS": "hooks"}
    told |= {"PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    return subprocess.run(command, env=os.environ | told, cwd=counts.parent, check=False).returncode == 0


def ask_streams(url, tokens):
    """What the stream answers to each: its status, and the first line of what it says."""
    for who, token in tokens.items():
        request = urllib.request.Request(url + STREAM)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as stream:
                said = (stream.status, stream.headers["Content-Type"], stream.readline())
        except urllib.error.HTTPError as error:
            said = (error.code, error.headers["Content-Type"], b"")
        expected = (401, "application/problem+json", b"") if token is None else (200, "text/event-stream", b": here\n")
        if said != expected:
            yield f"GET {STREAM}: {who} is answered {said}"


def vacuous(description, counts):
    """Operations that were not asked by everybody, or that never did what they are for."""
    seen = {}
    for operation, who, status, count in counts:
        by_status = seen.setdefault(operation, {}).setdefault(who, {})
        by_status[status] = by_status.get(status, 0) + count
    for path, methods in description["paths"].items():
        for method in methods:
            operation = f"{method.upper()} {path}"
            if path in (STREAM, DESCRIPTION):
                continue
            people = seen.get(operation, {})
            statuses = {}
            for by_status in people.values():
                for status, count in by_status.items():
                    statuses[status] = statuses.get(status, 0) + count
            say(f"{operation:50}", *(f"{status}×{count}" for status, count in sorted(statuses.items())))
            if not any(status < 400 for status in statuses):
                yield f"{operation} never did what it is for: {statuses}"
            silent = [who for who in [*PEOPLE, PHONE, NOBODY] if who not in people]
            if silent:
                yield f"{operation} was never asked by {', '.join(silent)}"


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        data = stage(programs, folder)
        counts, log = folder / "counts.json", folder / "log"
        with open(log, "wb") as sink:
            server, url = serve(programs, data, sink)
            try:
                with urllib.request.urlopen(url + DESCRIPTION, timeout=60) as answer:
                    description = json.load(answer)
                faults = [] if generate(url, counts) else ["Schemathesis found something, see above"]
                # Keys that the generator's process has not used.
                Key.numbers = itertools.count(1_000_000)
                faults += ask_streams(url, Cast(Server(url)).tokens)
            finally:
                server.terminate()
                server.wait()
        asked = json.loads(counts.read_text(encoding="utf-8"))
        faults += vacuous(description, asked)
        for line in log.read_text(encoding="utf-8").splitlines():
            if json.loads(line)["level"] == "ERROR":
                faults.append(f"the server logged {line}")
    if faults:
        raise SystemExit("\n".join(faults))
    operations = sum(len(methods) for methods in description["paths"].values())
    print(f"proof: requests={sum(count for *_, count in asked)} operations={operations} faults=0")


if __name__ == "__main__":
    main()
