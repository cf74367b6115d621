//! Public keys of phones and browsers: P-256 points, on the wire base64url of 65 bytes (SEC 1, uncompressed).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// A point that lies on the curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    point: [u8; 65],
}

impl PublicKey {
    /// Reads the wire form; the point must be on the curve and not at infinity.
    ///
    /// # Errors
    /// `invalid`, field `key`.
    pub fn parse(text: &str) -> Result<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
        let refused = || Error::invalid("key", "expected base64url of a 65-byte uncompressed P-256 point");
        Self::from_bytes(&bytes.map_err(|_| refused())?).ok_or_else(refused)
    }

    /// Checks 65 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let point: [u8; 65] = bytes.try_into().ok()?;
        let key = p256::PublicKey::from_sec1_bytes(&point).ok()?;
        (key.to_encoded_point(false).as_bytes() == point).then_some(Self { point })
    }

    /// From the two coordinates of a JWK.
    #[must_use]
    pub fn from_coordinates(x: &[u8], y: &[u8]) -> Option<Self> {
        if x.len() != 32 || y.len() != 32 {
            return None;
        }
        Self::from_bytes(&[&[4], x, y].concat())
    }

    /// The 65 bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 65] {
        &self.point
    }

    /// RFC 7638 thumbprint, base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let x = URL_SAFE_NO_PAD.encode(&self.point[1..33]);
        let y = URL_SAFE_NO_PAD.encode(&self.point[33..]);
        // The members in the order and without the spaces that the RFC prescribes.
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 9449's examples.
    fn example() -> PublicKey {
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        PublicKey::from_coordinates(
            &part("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs"),
            &part("9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"),
        )
        .unwrap()
    }

    #[test]
    fn the_thumbprint_is_the_one_of_the_rfc() {
        assert_eq!(example().thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        let mut bytes = *example().bytes();
        assert_eq!(PublicKey::parse(&URL_SAFE_NO_PAD.encode(bytes)).unwrap(), example());
        bytes[64] ^= 1;
        assert!(PublicKey::parse(&URL_SAFE_NO_PAD.encode(bytes)).is_err());
        for bad in ["", "AA", "€", &URL_SAFE_NO_PAD.encode([0; 65])] {
            assert!(PublicKey::parse(bad).is_err(), "{bad}");
        }
    }
}
