//! Fuzzes the target `hub`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: bidao_hostile::targets::prepare(), |bytes: &[u8]| bidao_hostile::targets::hub(bytes));
