"""Keys of P-256 and proofs that one has them (RFC 9449), as a desk's browser makes them. Nothing here is secret: the
n-th key is the number n, so that every run is the same."""

import base64
import hashlib
import itertools
import json
import time

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
JTI = itertools.count(1)


def add(one, other):
    """The sum of two points, neither of them the opposite of the other; nothing is the neutral one."""
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) if one == other else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def times(number):
    """The generator so many times."""
    total, power = None, G
    while number:
        if number & 1:
            total = add(total, power)
        number, power = number >> 1, add(power, power)
    return total


def text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Key:
    """One key, used by one session: the key of a phone that enrolled means that phone from then on."""

    numbers = itertools.count(2)

    def __init__(self):
        self.secret = next(Key.numbers)
        self.point = [half.to_bytes(32, "big") for half in times(self.secret)]

    def public(self):
        """As the wire carries it: the uncompressed point."""
        return text(b"\x04" + b"".join(self.point))

    def sign(self, message):
        """ECDSA (FIPS 186-5 §6.4.1) with a nonce that follows from the message."""
        digest = hashlib.sha256(message).digest()
        nonce = int.from_bytes(hashlib.sha256(b"nonce" + digest).digest(), "big") % N
        r = times(nonce)[0] % N
        s = pow(nonce, -1, N) * (int.from_bytes(digest, "big") + r * self.secret) % N
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def proof(self, method, path):
        """A DPoP header."""
        x, y = map(text, self.point)
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": {"kty": "EC", "crv": "P-256", "x": x, "y": y}}
        claims = {"jti": f"j{next(JTI)}", "htm": method, "htu": f"https://bidao.example{path}", "iat": int(time.time())}
        signed = ".".join(text(json.dumps(part).encode()) for part in (header, claims))
        return f"{signed}.{text(self.sign(signed.encode()))}"
