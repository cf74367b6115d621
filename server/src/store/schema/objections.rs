//! Tables of disputes (migration `0004_dispute`).

diesel::table! {
    dispute (record) {
        record -> Text,
        household -> Text,
        village -> Text,
        subject -> Text,
        document -> Nullable<Text>,
        document_digest -> Nullable<Text>,
        line_ids -> Text,
        raised_by -> Text,
        channel -> Text,
        statement -> Text,
        claimed_fen -> Nullable<BigInt>,
        raised_on -> Text,
        author -> Text,
        heads -> Text,
        raised_at -> BigInt,
        version -> Integer,
        state -> Text,
        due_on -> Nullable<Text>,
        handler -> Nullable<Text>,
        finding -> Nullable<Text>,
        resulting -> Nullable<Text>,
        resulting_digest -> Nullable<Text>,
        told_on -> Nullable<Text>,
        satisfied -> Nullable<Text>,
    }
}

diesel::table! {
    dispute_event (record, version) {
        record -> Text,
        version -> Integer,
        step -> Nullable<Text>,
        state -> Text,
        person -> Text,
        at -> BigInt,
        text -> Nullable<Text>,
    }
}
