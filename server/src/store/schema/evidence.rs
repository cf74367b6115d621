//! Tables of files and attestations (migration `0002_files_and_signatures`).

use super::record;

diesel::table! {
    file (sha256) {
        sha256 -> Text,
        bytes -> BigInt,
        device -> Text,
        stored_at -> BigInt,
        state -> Text,
        kind -> Text,
        finding -> Nullable<Text>,
        detail -> Nullable<Text>,
        width -> Nullable<Integer>,
        height -> Nullable<Integer>,
        phash -> Nullable<BigInt>,
    }
}

diesel::table! {
    upload (id) {
        id -> Text,
        sha256 -> Nullable<Text>,
        bytes -> BigInt,
        device -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    file_use (record, path) {
        record -> Text,
        path -> Text,
        sha256 -> Text,
        bytes -> Nullable<BigInt>,
        subject -> Nullable<Text>,
        area -> Text,
        household -> Nullable<Text>,
        month -> Text,
        device -> Text,
        person -> Text,
        removed -> Bool,
    }
}

diesel::table! {
    file_band (band, bits, sha256) {
        band -> Integer,
        bits -> Integer,
        sha256 -> Text,
    }
}

diesel::table! {
    attestation (record, id) {
        record -> Text,
        id -> Text,
        change -> Text,
        actor -> Text,
        number -> BigInt,
        device -> Text,
        person -> Text,
        form -> Text,
        digest -> Text,
        code -> Text,
        covers -> Text,
        role -> Text,
        stance -> Text,
        signer_name -> Text,
        signed_at -> BigInt,
        received_at -> BigInt,
        doubt -> Nullable<Text>,
    }
}

diesel::joinable!(attestation -> record (record));
