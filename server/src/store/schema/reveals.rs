//! Who was told what is masked (migration `0009_reveal`).

diesel::table! {
    reveal (id) {
        id -> Text,
        at -> BigInt,
        person -> Text,
        what -> Text,
        object -> Text,
        record -> Text,
        area -> Text,
        purpose -> Text,
        note -> Text,
        paths -> Text,
    }
}
