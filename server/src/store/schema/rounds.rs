//! Tables of survey rounds and of families that move (migrations `0003_survey_rounds`, `0006_relocation`).

diesel::table! {
    survey_round (id) {
        id -> Text,
        name -> Text,
        area -> Text,
        from_on -> Text,
        to_on -> Text,
        form -> Text,
        criteria -> Text,
        opened_by -> Text,
        opened_at -> BigInt,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    survey_group (round, position) {
        round -> Text,
        position -> Integer,
        name -> Text,
    }
}

diesel::table! {
    survey_member (round, position, person) {
        round -> Text,
        position -> Integer,
        person -> Text,
    }
}

diesel::table! {
    survey_ground (round, village, group_name) {
        round -> Text,
        village -> Text,
        group_name -> Text,
        position -> Integer,
    }
}

diesel::table! {
    survey_listed (round, household) {
        round -> Text,
        household -> Text,
    }
}

diesel::table! {
    household (record) {
        record -> Text,
        village -> Text,
        group_name -> Text,
        in_system -> Text,
        severity -> Text,
        main_cause -> Text,
        persons -> Integer,
    }
}

diesel::table! {
    household_key (record, kind, value) {
        record -> Text,
        kind -> Text,
        value -> Text,
    }
}

diesel::table! {
    duplicate (one, other) {
        one -> Text,
        other -> Text,
        verdict -> Text,
        kept -> Nullable<Text>,
        settled_by -> Text,
        settled_at -> BigInt,
    }
}

diesel::table! {
    relocation (id) {
        id -> Text,
        household -> Text,
        from_area -> Text,
        to_area -> Text,
        group_name -> Text,
        moved_on -> Text,
        reason -> Text,
        person -> Text,
        at -> BigInt,
    }
}
