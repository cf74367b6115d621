//! Tables of the household's file (migration `0005_dossier`).

diesel::table! {
    catalogue (version) {
        version -> Integer,
        effective_from -> Text,
        body -> Text,
        loaded_at -> BigInt,
    }
}

diesel::table! {
    income (record) {
        record -> Text,
        household -> Text,
        village -> Text,
        month -> Text,
        persons -> Integer,
    }
}

diesel::table! {
    income_item (record, item) {
        record -> Text,
        item -> Text,
        category -> Text,
        household -> Text,
        month -> Text,
        amount -> BigInt,
        estimated -> BigInt,
    }
}

diesel::table! {
    measure (record) {
        record -> Text,
        household -> Text,
        village -> Text,
        measure_type -> Text,
        is_primary -> Bool,
        planned_for_year -> Integer,
        outcome -> Text,
    }
}

diesel::table! {
    project (record) {
        record -> Text,
        household -> Text,
        village -> Text,
        class -> Text,
    }
}

diesel::table! {
    document (record) {
        record -> Text,
        kind -> Text,
        household -> Text,
        village -> Text,
        period -> Text,
        valid_to -> Text,
    }
}
