//! The tables as diesel sees them; equal on both databases. Kept beside `migrations/` by hand and
//! compared with them by `tests/it/migrations.rs`.

mod dossier;
mod evidence;
mod objections;
mod reveals;
mod rounds;

pub use dossier::{catalogue, document, income, income_item, measure, project};
pub use evidence::{attestation, file, file_band, file_use, upload};
pub use objections::{dispute, dispute_event};
pub use reveals::reveal;
pub use rounds::{
    duplicate, household, household_key, relocation, survey_ground, survey_group, survey_listed,
    survey_member, survey_round,
};

diesel::table! {
    area (code) {
        code -> Text,
        name -> Text,
        level -> Text,
        parent -> Nullable<Text>,
    }
}

diesel::table! {
    person (id) {
        id -> Text,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    assignment (id) {
        id -> Text,
        person -> Text,
        role -> Text,
        area -> Text,
        valid_from -> Text,
        valid_to -> Nullable<Text>,
    }
}

diesel::table! {
    team (number) {
        number -> Text,
        village -> Text,
        name -> Text,
    }
}

diesel::table! {
    pairing (id) {
        id -> Text,
        helper -> Text,
        household -> Text,
        basis -> Text,
        is_primary -> Bool,
        valid_from -> Text,
        valid_to -> Nullable<Text>,
    }
}

diesel::table! {
    leave (id) {
        id -> Text,
        person -> Text,
        from_on -> Text,
        to_on -> Text,
        kind -> Text,
        approved_by -> Text,
    }
}

diesel::table! {
    account (name) {
        name -> Text,
        person -> Text,
        password_hash -> Text,
        failures -> Integer,
        locked_until -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    poverty_line (year) {
        year -> Integer,
        fen -> BigInt,
    }
}

diesel::table! {
    setting (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    device (id) {
        id -> Text,
        person -> Text,
        name -> Text,
        public_key -> Binary,
        state -> Text,
        app_version -> Text,
        enrolled_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        last_sync_at -> Nullable<BigInt>,
        unsynced -> Integer,
    }
}

diesel::table! {
    enrol_code (code_hash) {
        code_hash -> Text,
        person -> Text,
        made_by -> Text,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    session (id) {
        id -> Text,
        account -> Text,
        device -> Nullable<Text>,
        public_key -> Binary,
        started_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    refresh_token (token_hash) {
        token_hash -> Text,
        session -> Text,
        issued_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    proof (id) {
        id -> Text,
        seen_at -> BigInt,
    }
}

diesel::table! {
    record (id) {
        id -> Text,
        kind -> Text,
        form -> Text,
        area -> Text,
        household -> Nullable<Text>,
        title -> Text,
        author -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        heads -> Text,
        document -> Binary,
        version -> BigInt,
        findings -> Text,
        blocking -> Integer,
        conflicts -> Integer,
        review -> Text,
        submitted_at -> Nullable<BigInt>,
        reviewed_heads -> Nullable<Text>,
        remark -> Nullable<Text>,
        signing -> Text,
        made_in -> Text,
    }
}

diesel::table! {
    change (hash, record) {
        hash -> Text,
        record -> Text,
        position -> BigInt,
        actor -> Text,
        seq -> BigInt,
        device -> Text,
        person -> Text,
        made_at -> BigInt,
        received_at -> BigInt,
        item -> Text,
        bytes -> Binary,
    }
}

diesel::table! {
    batch (actor, number) {
        actor -> Text,
        number -> BigInt,
        device -> Text,
        carrier -> Text,
        manifest -> Binary,
        signature -> Binary,
        received_at -> BigInt,
        receipt -> Binary,
    }
}

diesel::table! {
    held (item) {
        item -> Text,
        device -> Text,
        actor -> Text,
        number -> BigInt,
        record -> Text,
        missing -> Text,
        edit -> Binary,
        payload -> Binary,
        received_at -> BigInt,
    }
}

diesel::table! {
    quarantine (item) {
        item -> Text,
        device -> Text,
        actor -> Text,
        number -> BigInt,
        record -> Text,
        status -> Text,
        code -> Text,
        detail -> Text,
        edit -> Binary,
        payload -> Binary,
        received_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        settled_by -> Nullable<Text>,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    area_counter (area) {
        area -> Text,
        seq -> BigInt,
        chain -> Binary,
    }
}

diesel::table! {
    feed (area, seq) {
        area -> Text,
        seq -> BigInt,
        record -> Text,
        household -> Nullable<Text>,
        what -> Text,
        change -> Nullable<Text>,
        data -> Binary,
        chain -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    conflict (id) {
        id -> Text,
        record -> Text,
        path -> Text,
        disagreeing -> Text,
        ancestor -> Text,
        state -> Text,
        opened_at -> BigInt,
        resolved_at -> Nullable<BigInt>,
        resolved_by -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    review_event (id) {
        id -> Text,
        record -> Text,
        state -> Text,
        person -> Text,
        at -> BigInt,
        heads -> Text,
        remark -> Nullable<Text>,
    }
}

diesel::table! {
    trip (record) {
        record -> Text,
        person -> Text,
        village -> Text,
        occurred_on -> Text,
        month -> Text,
        lodged -> Bool,
        received_at -> BigInt,
    }
}

diesel::table! {
    visit (record) {
        record -> Text,
        person -> Text,
        household -> Text,
        trip -> Text,
        village -> Text,
        occurred_on -> Text,
        month -> Text,
        visit_type -> Text,
        met -> Text,
        activities -> Text,
        received_at -> BigInt,
        outcome -> Text,
    }
}

diesel::table! {
    stay (record) {
        record -> Text,
        person -> Text,
        village -> Text,
        occurred_on -> Text,
        month -> Text,
        lodged -> Bool,
        received_at -> BigInt,
    }
}

diesel::table! {
    difficulty (record) {
        record -> Text,
        household -> Text,
        village -> Text,
        raised_month -> Text,
        solved_month -> Nullable<Text>,
        state -> Text,
        confirmed -> Text,
    }
}

diesel::table! {
    audit (seq) {
        seq -> BigInt,
        at -> BigInt,
        person -> Text,
        device -> Text,
        action -> Text,
        object -> Text,
        detail -> Text,
        previous -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    audit_head (id) {
        id -> Integer,
        seq -> BigInt,
        hash -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    area,
    person,
    assignment,
    team,
    pairing,
    leave,
    account,
    poverty_line,
    setting,
    device,
    enrol_code,
    session,
    refresh_token,
    proof,
    record,
    change,
    batch,
    held,
    quarantine,
    area_counter,
    feed,
    conflict,
    review_event,
    trip,
    visit,
    stay,
    difficulty,
    file,
    upload,
    file_use,
    file_band,
    attestation,
    household,
    household_key,
    duplicate,
    dispute,
    dispute_event,
    survey_round,
    survey_group,
    survey_member,
    survey_ground,
    survey_listed,
    catalogue,
    income,
    income_item,
    measure,
    project,
    document,
    relocation,
    audit,
    audit_head,
);
