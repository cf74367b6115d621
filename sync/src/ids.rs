//! Names of things: fixed-size byte strings that cannot be mixed up.
//!
//! On the wire they are CBOR byte strings, in JSON and in text they are lower-case hex.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A text is not the hex form of the id that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} hex digits")]
pub struct IdError {
    /// How many lower- or upper-case hex digits there should be.
    pub expected: usize,
}

/// Lower-case hex of any bytes.
pub fn to_hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes of a hex text, or nothing if it is not hex.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        })
        .collect()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $size:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $size]);

        impl $name {
            /// Size in bytes.
            pub const SIZE: usize = $size;

            /// The bytes.
            pub fn as_bytes(&self) -> &[u8; $size] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&to_hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                from_hex(text)
                    .and_then(|bytes| bytes.try_into().ok())
                    .map(Self)
                    .ok_or(IdError { expected: $size * 2 })
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = IdError;

            fn try_from(bytes: &[u8]) -> Result<Self, IdError> {
                bytes.try_into().map(Self).map_err(|_| IdError { expected: $size * 2 })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serializer.serialize_bytes(&self.0)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        write!(f, "{} bytes", $size)
                    }

                    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<$name, E> {
                        $name::try_from(bytes).map_err(|_| E::invalid_length(bytes.len(), &self))
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                if deserializer.is_human_readable() {
                    deserializer.deserialize_str(Visitor)
                } else {
                    deserializer.deserialize_bytes(Visitor)
                }
            }
        }
    };
}

id!(
    /// One installed app with a key of its own; given at enrolment.
    DeviceId, 8
);
id!(
    /// Who writes changes: device id followed by 8 random bytes, its incarnation.
    ActorId, 16
);
id!(
    /// One record, that is one document. A UUIDv7 made on the phone.
    RecordId, 16
);
id!(
    /// One item of a batch; makes a repeated item recognisable.
    ItemId, 16
);
id!(
    /// SHA-256 that names one change for ever.
    ChangeHash, 32
);
id!(
    /// SHA-256 of the manifest of a batch, or of a file.
    Digest, 32
);
id!(
    /// ECDSA P-256 signature, r followed by s.
    Signature, 64
);
id!(
    /// Chain value of a feed: proves what a cursor has read (P17).
    Chain, 8
);

impl ActorId {
    /// The actor of one incarnation of a device.
    pub fn new(device: DeviceId, incarnation: [u8; 8]) -> Self {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&device.0);
        bytes[8..].copy_from_slice(&incarnation);
        Self(bytes)
    }

    /// The device it runs on.
    pub fn device(&self) -> DeviceId {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.0[..8]);
        DeviceId(bytes)
    }
}

impl Chain {
    /// The chain value before the first entry.
    pub const START: Chain = Chain([0; 8]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_reads_back_and_bad_hex_is_refused() {
        let actor = ActorId::new(DeviceId([1; 8]), [0xab; 8]);
        assert_eq!(actor.to_string(), "0101010101010101abababababababab");
        assert_eq!(actor.to_string().parse(), Ok(actor));
        assert_eq!(actor.device(), DeviceId([1; 8]));
        assert!("01".parse::<ActorId>().is_err());
        assert!("zz01010101010101".parse::<DeviceId>().is_err());
        assert!("é101010101010101".parse::<DeviceId>().is_err());
    }
}
