//! Proof of possession (DPoP, RFC 9449): a refresh is answered only to the holder of the session's key.
//!
//! Of `htu` only the path is compared: behind a reverse proxy the server does not know by which scheme and
//! host it was called, and the token endpoint is the only thing a proof could be replayed at.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bidao_schema::api::problem::ProblemCode;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use sha2::{Digest, Sha256};

use crate::domain::public_key::PublicKey;
use crate::error::{Error, Result};

/// How far `iat` may be from the server's clock, in seconds.
pub const WINDOW_SECONDS: i64 = 300;
/// How long a `jti` is remembered, in milliseconds: a proof dated at the far end of the window stays
/// acceptable for twice the window.
pub const REMEMBERED_MILLIS: i64 = (2 * WINDOW_SECONDS + 60) * 1000;
/// Most bytes of the header.
pub const MAX_BYTES: usize = 4096;
/// Most bytes of a `jti`.
const MAX_JTI: usize = 256;

/// A proof that verifies; whether it was seen before and whose key it is, the database says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Thumbprint of the key that signed.
    pub thumbprint: String,
    /// Remembered to refuse a replay: SHA-256 of thumbprint and `jti`, hex.
    pub id: String,
}

#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: String,
    jwk: Jwk,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
    d: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: f64,
}

/// Reads the value of a `DPoP` header for a request of `method` to `path` at `now_ms`.
///
/// # Errors
/// `bad_proof` with what is wrong.
pub fn read(header: &str, method: &str, path: &str, now_ms: i64) -> Result<Proof> {
    if header.len() > MAX_BYTES {
        return Err(bad("the proof is too long"));
    }
    let mut parts = header.trim().split('.');
    let (Some(head), Some(body), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(bad("the proof is not a signed JWT"));
    };
    let key = key_of(&json::<Header>(head)?)?;
    let signed = &header.trim()[..head.len() + 1 + body.len()];
    verify(&key, signed, signature)?;
    let claims: Claims = json(body)?;
    if claims.htm != method || path_of(&claims.htu) != path {
        return Err(bad("the proof is for another request"));
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
    let now = now_ms as f64 / 1000.0;
    // Written so that a NaN is refused too.
    let in_time = (claims.iat - now).abs() <= WINDOW_SECONDS as f64;
    if !in_time {
        return Err(bad("the proof's time is too far from the server's: see the Date header"));
    }
    if claims.jti.is_empty() || claims.jti.len() > MAX_JTI {
        return Err(bad("the proof has no usable jti"));
    }
    let thumbprint = key.thumbprint();
    let id = bidao_sync::ids::to_hex(&Sha256::digest(format!("{thumbprint}.{}", claims.jti)));
    Ok(Proof { thumbprint, id })
}

/// The refusal.
pub fn bad(detail: &str) -> Error {
    Error::refused(ProblemCode::BadProof, detail)
}

fn key_of(header: &Header) -> Result<PublicKey> {
    let Header { typ, alg, jwk } = header;
    if typ != "dpop+jwt" || alg != "ES256" || jwk.kty != "EC" || jwk.crv != "P-256" {
        return Err(bad("the proof must be a dpop+jwt signed with ES256 and carry a P-256 key"));
    }
    if jwk.d.is_some() {
        return Err(bad("the proof carries a private key"));
    }
    let coordinate = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| bad("the key is not readable"));
    PublicKey::from_coordinates(&coordinate(&jwk.x)?, &coordinate(&jwk.y)?)
        .ok_or_else(|| bad("the key is not a point of P-256"))
}

fn verify(key: &PublicKey, signed: &str, signature: &str) -> Result<()> {
    let wrong = || bad("the signature is wrong");
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| wrong())?;
    let signature = Signature::from_slice(&signature).map_err(|_| wrong())?;
    let key = VerifyingKey::from_sec1_bytes(key.bytes()).map_err(|_| wrong())?;
    key.verify(signed.as_bytes(), &signature).map_err(|_| wrong())
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T> {
    let unreadable = || bad("the proof is not readable");
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| unreadable())?;
    serde_json::from_slice(&bytes).map_err(|_| unreadable())
}

/// The path of a URL, without query and fragment (RFC 9449 §4.3).
fn path_of(url: &str) -> &str {
    let after_host = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |start| &rest[start..]),
        None => url,
    };
    after_host.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Signer;
    use serde_json::{Value, json};

    use super::*;

    /// RFC 9449, figure 2.
    const EXAMPLE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    const NOW: i64 = 1_700_000_000_000;

    fn signed(header: &Value, claims: &Value) -> String {
        let key = SigningKey::from_slice(&[5; 32]).unwrap();
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature: Signature = key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn header() -> Value {
        let point = SigningKey::from_slice(&[5; 32]).unwrap().verifying_key().to_encoded_point(false);
        let part = |bytes: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(bytes.unwrap());
        json!({"typ": "dpop+jwt", "alg": "ES256",
               "jwk": {"kty": "EC", "crv": "P-256", "x": part(point.x()), "y": part(point.y())}})
    }

    fn claims() -> Value {
        json!({"jti": "a", "htm": "POST", "htu": "https://bidao.example/api/v1/sessions/refresh?x#y", "iat": NOW / 1000})
    }

    fn judge(header: &Value, claims: &Value) -> Result<Proof> {
        read(&signed(header, claims), "POST", "/api/v1/sessions/refresh", NOW)
    }

    fn with(mut value: Value, pointer: &str, to: Value) -> Value {
        *value.pointer_mut(pointer).unwrap() = to;
        value
    }

    #[test]
    fn the_example_of_the_rfc_verifies() {
        let proof = read(EXAMPLE, "POST", "/token", 1_562_262_616_000).unwrap();
        assert_eq!(proof.thumbprint, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn a_proof_is_good_for_its_method_path_and_time_only() {
        assert!(judge(&header(), &claims()).is_ok());
        assert!(judge(&header(), &with(claims(), "/htm", json!("GET"))).is_err());
        assert!(
            judge(&header(), &with(claims(), "/htu", json!("https://bidao.example/api/v1/sessions")))
                .is_err()
        );
        let at = |seconds: i64| judge(&header(), &with(claims(), "/iat", json!(NOW / 1000 + seconds)));
        assert!(at(WINDOW_SECONDS).is_ok() && at(-WINDOW_SECONDS).is_ok());
        assert!(at(WINDOW_SECONDS + 1).is_err() && at(-WINDOW_SECONDS - 1).is_err());
    }

    #[test]
    fn a_proof_has_the_right_type_and_a_public_key() {
        assert!(judge(&with(header(), "/typ", json!("JWT")), &claims()).is_err());
        assert!(judge(&with(header(), "/alg", json!("none")), &claims()).is_err());
        let mut private = header();
        private["jwk"]["d"] = json!("AAAA");
        assert!(judge(&private, &claims()).is_err());
    }

    #[test]
    fn a_changed_proof_is_refused() {
        let good = signed(&header(), &claims());
        let other = signed(&header(), &with(claims(), "/jti", json!("b")));
        let (body, _) = good.rsplit_once('.').unwrap();
        let (_, signature) = other.rsplit_once('.').unwrap();
        for bad in [
            format!("{body}.{signature}"),
            body.to_owned(),
            format!("{good}.x"),
            "x".repeat(MAX_BYTES + 1),
            String::new(),
        ] {
            assert!(read(&bad, "POST", "/api/v1/sessions/refresh", NOW).is_err());
        }
    }

    #[test]
    fn the_path_of_a_url_is_what_counts() {
        assert_eq!(path_of("https://a.example:8443/x/y?z#w"), "/x/y");
        assert_eq!(path_of("https://a.example"), "/");
        assert_eq!(path_of("/x"), "/x");
    }
}
