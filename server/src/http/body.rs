//! Bodies of the one binary request: read within limits and time, inflated by our own bounded decoder, answered
//! compressed. The framework's decoder is not built in: it inflates before any limit applies (a bomb of 1.6 KB
//! becomes a gigabyte).

use std::io::Read;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use bidao_schema::api::problem::ProblemCode;
use bidao_sync::limits::{BODY_INFLATED, BODY_WIRE};
use futures_util::StreamExt;

use super::extract::broken;
use crate::error::{Error, Result};

/// Media type of the sync messages.
pub const CBOR: &str = "application/cbor";
/// Window a zstd body may ask for, as a power of two: 8 MiB, what every browser and library uses at most.
const ZSTD_WINDOW_LOG: u32 = 23;
/// Answers below this are sent as they are.
const WORTH_COMPRESSING: usize = 256;
/// Brotli quality: measured best bytes for the time of one request.
const BROTLI_QUALITY: u32 = 5;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 1950, which HTTP calls deflate.
    Deflate,
    /// RFC 8878.
    Zstd,
    /// RFC 7932; for answers only.
    Brotli,
}

/// Reads a CBOR body as it came over the wire.
///
/// # Errors
/// `unsupported_media_type`, `too_large`, `timeout`.
pub async fn read(request: &HttpRequest, mut payload: Payload) -> Result<(Coding, Vec<u8>)> {
    let coding = admit(request.headers())?;
    let mut body = Vec::new();
    loop {
        let Some(chunk) = payload.next().await else { return Ok((coding, body)) };
        let chunk = chunk.map_err(|error| broken(&error))?;
        if body.len() + chunk.len() > BODY_WIRE {
            return Err(Error::refused(
                ProblemCode::TooLarge,
                format!("at most {BODY_WIRE} bytes on the wire"),
            ));
        }
        body.extend_from_slice(&chunk);
    }
}

/// Content type and encoding, before a byte of the body is read.
fn admit(headers: &HeaderMap) -> Result<Coding> {
    let unsupported = |detail: &str| Error::refused(ProblemCode::UnsupportedMediaType, detail);
    let text =
        |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let media = text(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case(CBOR) {
        return Err(unsupported("send application/cbor"));
    }
    match text(header::CONTENT_ENCODING).trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(Coding::Identity),
        "gzip" | "x-gzip" => Ok(Coding::Gzip),
        "deflate" => Ok(Coding::Deflate),
        "zstd" => Ok(Coding::Zstd),
        _ => Err(unsupported("send gzip, deflate, zstd or no encoding")),
    }
}

/// Unpacks a body; never holds more than the limit.
///
/// # Errors
/// `too_large`, or `invalid` when it is not what its encoding says.
pub fn inflate(coding: Coding, body: Vec<u8>) -> Result<Vec<u8>> {
    match coding {
        Coding::Identity => Ok(body),
        Coding::Gzip => bounded(flate2::read::MultiGzDecoder::new(body.as_slice())),
        Coding::Deflate => bounded(flate2::read::ZlibDecoder::new(body.as_slice())),
        Coding::Zstd => {
            let broken = |error: std::io::Error| Error::invalid("body", format!("zstd: {error}"));
            let mut decoder = zstd::stream::read::Decoder::new(body.as_slice()).map_err(broken)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(broken)?;
            bounded(decoder)
        }
        Coding::Brotli => Err(Error::refused(ProblemCode::UnsupportedMediaType, "br is for answers")),
    }
}

fn bounded(decoder: impl Read) -> Result<Vec<u8>> {
    let mut inflated = Vec::new();
    let limit = BODY_INFLATED as u64 + 1;
    decoder
        .take(limit)
        .read_to_end(&mut inflated)
        .map_err(|error| Error::invalid("body", error.to_string()))?;
    if inflated.len() > BODY_INFLATED {
        return Err(Error::refused(ProblemCode::TooLarge, format!("at most {BODY_INFLATED} bytes inflated")));
    }
    Ok(inflated)
}

/// The best coding the asker takes: br, zstd, gzip.
#[must_use]
pub fn accepted(headers: &HeaderMap) -> Coding {
    let mut best = Coding::Identity;
    let offered = headers.get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    for part in offered.flat_map(|value| value.split(',')) {
        let (name, weight) = part.split_once(';').map_or((part, ""), |(name, rest)| (name, rest));
        let is_refused = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
        let found = match name.trim().to_ascii_lowercase().as_str() {
            "br" => Coding::Brotli,
            "zstd" => Coding::Zstd,
            "gzip" => Coding::Gzip,
            _ => continue,
        };
        if !is_refused && rank(found) > rank(best) {
            best = found;
        }
    }
    best
}

fn rank(coding: Coding) -> u8 {
    match coding {
        Coding::Identity | Coding::Deflate => 0,
        Coding::Gzip => 1,
        Coding::Zstd => 2,
        Coding::Brotli => 3,
    }
}

/// Packs an answer if that pays.
#[must_use]
pub fn deflate(coding: Coding, body: Vec<u8>) -> (Coding, Vec<u8>) {
    if body.len() < WORTH_COMPRESSING {
        return (Coding::Identity, body);
    }
    let packed = match coding {
        Coding::Brotli => brotli(&body),
        Coding::Zstd => zstd::stream::encode_all(body.as_slice(), 6).ok(),
        Coding::Gzip => gzip(&body),
        Coding::Identity | Coding::Deflate => None,
    };
    match packed {
        Some(packed) if packed.len() < body.len() => (coding, packed),
        _ => (Coding::Identity, body),
    }
}

fn brotli(body: &[u8]) -> Option<Vec<u8>> {
    let mut packed = Vec::new();
    let mut reader = brotli::CompressorReader::new(body, 64 * 1024, BROTLI_QUALITY, 22);
    reader.read_to_end(&mut packed).ok()?;
    Some(packed)
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(body, flate2::Compression::default()).read_to_end(&mut packed).ok()?;
    Some(packed)
}

/// A CBOR answer.
#[must_use]
pub fn respond(coding: Coding, body: Vec<u8>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.content_type(CBOR).insert_header((header::VARY, "Accept-Encoding"));
    let name = match coding {
        Coding::Identity | Coding::Deflate => None,
        Coding::Gzip => Some("gzip"),
        Coding::Zstd => Some("zstd"),
        Coding::Brotli => Some("br"),
    };
    if let Some(name) = name {
        response.insert_header((header::CONTENT_ENCODING, name));
    }
    response.body(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn every_coding_comes_back_as_it_went() {
        let body = b"household ".repeat(500);
        for coding in [Coding::Brotli, Coding::Zstd, Coding::Gzip] {
            let (used, packed) = deflate(coding, body.clone());
            assert_eq!(used, coding);
            assert!(packed.len() * 10 < body.len());
            if coding != Coding::Brotli {
                assert_eq!(inflate(coding, packed).unwrap(), body);
            }
        }
    }

    #[test]
    fn a_body_may_inflate_up_to_the_limit_and_not_a_byte_further() {
        for (size, fits) in [(BODY_INFLATED, true), (BODY_INFLATED + 1, false)] {
            let (_, packed) = deflate(Coding::Gzip, vec![0; size]);
            assert_eq!(inflate(Coding::Gzip, packed).is_ok(), fits);
            let packed = zstd::stream::encode_all(vec![0; size].as_slice(), 3).unwrap();
            assert_eq!(inflate(Coding::Zstd, packed).is_ok(), fits);
        }
    }

    #[test]
    fn a_bomb_is_refused_without_being_unpacked() {
        let zeros = zstd::stream::encode_all(std::io::repeat(0).take(1 << 28), 3).unwrap();
        assert!(zeros.len() < 64 * 1024);
        let refused = inflate(Coding::Zstd, zeros).unwrap_err();
        assert_eq!(refused.code(), ProblemCode::TooLarge);
    }

    #[test]
    fn an_unknown_encoding_or_media_type_is_refused() {
        let cbor = (header::CONTENT_TYPE, CBOR);
        assert_eq!(admit(&headers(std::slice::from_ref(&cbor))).unwrap(), Coding::Identity);
        for bad in [
            vec![cbor, (header::CONTENT_ENCODING, "snappy")],
            vec![(header::CONTENT_TYPE, "text/plain")],
            vec![],
        ] {
            assert_eq!(admit(&headers(&bad)).unwrap_err().code(), ProblemCode::UnsupportedMediaType);
        }
    }

    #[test]
    fn the_asker_decides_how_the_answer_is_packed() {
        let accept = |value| accepted(&headers(&[(header::ACCEPT_ENCODING, value)]));
        assert_eq!(accept("gzip, deflate, br"), Coding::Brotli);
        assert_eq!(accept("gzip, br;q=0, zstd;q=0.5"), Coding::Zstd);
        assert_eq!(accept("identity"), Coding::Identity);
    }
}
