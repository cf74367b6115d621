//! What an operator says about a place: teams, pairings, leave, poverty lines, settings; on both databases,
//! beside a server that runs.

use bidao_schema::api::person::Role;
use bidao_server::domain::pairing as rules;
use bidao_server::store::{self, Location, pairing};
use bidao_tests::app::{KEY, TOWNSHIP, TestApp, TestPerson, VILLAGE, on_both};
use bidao_tests::clock::START;
use bidao_tests::process::url_of;
use serde_json::{Value, json};

const HOUSEHOLD: &str = "0000000000000000000000000000000a";
const VISIT: &str = "0000000000000000000000000000000b";

fn run(app: &TestApp, args: &[&str]) -> bidao_server::error::Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let (database, key) = (&app.app.config.database, folder.path().join("test.key"));
    let url = url_of(database);
    let mut place = vec!["--database-url", url.as_str()];
    if matches!(database, Location::Postgres(_)) {
        std::fs::write(&key, KEY).expect("the tests' key");
        place.extend(["--key-file", key.to_str().expect("a plain path")]);
    }
    super::run_with(&place, args)
}

/// Why the command is refused.
fn refused(app: &TestApp, args: &[&str]) -> String {
    run(app, args).expect_err("a refusal").to_string()
}

/// What the audit chain says was done, in order.
fn actions(app: &TestApp) -> Vec<String> {
    use bidao_server::store::schema::audit::dsl;
    use diesel::{QueryDsl, RunQueryDsl};
    let rows = app.app.db.read_blocking(|tx| {
        let rows: Vec<(String, String)> =
            dsl::audit.order(dsl::seq).select((dsl::person, dsl::action)).load(tx.conn)?;
        Ok(rows)
    });
    let by_operator = rows.expect("the audit").into_iter().filter(|(person, _)| person == "system");
    by_operator.map(|(_, action)| action).filter(|action| !action.starts_with("make_")).collect()
}

fn put_record(app: &TestApp, id: &'static str, kind: &'static str) {
    app.write(move |tx| {
        store::record::insert(
            tx,
            &store::record::Row {
                id: id.into(),
                kind: kind.into(),
                form: format!("{kind}/1"),
                area: VILLAGE.into(),
                household: None,
                title: String::new(),
                author: "p".into(),
                created_at: 0,
                updated_at: 0,
                heads: String::new(),
                document: Vec::new(),
                version: 1,
                findings: "[]".into(),
                blocking: 0,
                conflicts: 0,
                review: "draft".into(),
                submitted_at: None,
                reviewed_heads: None,
                remark: None,
                signing: "none".into(),
                made_in: VILLAGE.into(),
            },
        )
    });
}

fn reference(person: &TestPerson) -> Value {
    person.desk.get("/api/v1/reference").ok()
}

fn pairings(app: &TestApp) -> Vec<pairing::Row> {
    app.app.db.read_blocking(pairing::all).expect("pairings")
}

#[test]
fn a_team_lives_in_a_village_and_has_a_number_of_its_own() {
    on_both(|app| {
        let add =
            |number, village| ["team", "add", "--number", number, "--village", village, "--name", "一队"];
        run(app, &add("1", VILLAGE)).unwrap();
        for (number, village, argument) in [
            ("1", VILLAGE, "number: "),
            ("", VILLAGE, "number: "),
            ("2", TOWNSHIP, "village: "),
            ("2", "9", "village: "),
        ] {
            let why = refused(app, &add(number, village));
            assert!(why.starts_with(argument), "{why}");
        }
        run(app, &["team", "list"]).unwrap();
        let teams = app.app.db.read_blocking(|tx| store::team::under(tx, "")).unwrap();
        assert_eq!(teams.iter().map(|team| team.number.as_str()).collect::<Vec<_>>(), ["1"]);
        assert_eq!(actions(app), ["add_team"]);
    });
}

#[test]
fn a_pairing_gives_access_at_the_next_request_and_its_end_takes_it() {
    on_both(|app| {
        let head = app.person("处长", Role::DeptHead, VILLAGE);
        put_record(app, HOUSEHOLD, "household");
        let before = reference(&head);
        let pair = ["--account", &head.account, "--household", HOUSEHOLD];
        let add = [&["pairing", "add", "--basis", "r11", "--from", "2015-01-01"], &pair[..]].concat();
        run(app, &add).unwrap();
        let paired = reference(&head);
        assert_eq!(paired["assignments"]["households"], json!([HOUSEHOLD]));
        assert_ne!(paired["tag"], before["tag"]);
        let twice = refused(app, &add);
        assert!(twice.starts_with("household: ") && twice.contains("2015-01-01"), "{twice}");

        let end = |to| [&["pairing", "end", "--to", to], &pair[..]].concat();
        let early = refused(app, &end("2014-12-31"));
        assert!(early.starts_with("to: "), "{early}");
        run(app, &end("2015-06-30")).unwrap();
        assert_eq!(reference(&head)["assignments"]["households"], json!([]));
        assert!(refused(app, &end("2015-07-31")).starts_with("household: "), "it has ended");
        let [row] = &pairings(app)[..] else { panic!("one row") };
        assert_eq!((row.valid_from.as_str(), row.valid_to.as_deref()), ("2015-01-01", Some("2015-06-30")));
        run(app, &["pairing", "list"]).unwrap();
        run(app, &["pairing", "list", "--account", &head.account]).unwrap();
        run(app, &["pairing", "list", "--household", HOUSEHOLD]).unwrap();
        assert_eq!(actions(app), ["pair", "end_pairing"]);
    });
}

#[test]
fn a_pairing_ended_on_its_first_day_counts_for_no_day() {
    on_both(|app| {
        let head = app.person("处长", Role::DeptHead, VILLAGE);
        put_record(app, HOUSEHOLD, "household");
        let pair = ["--account", &head.account, "--household", HOUSEHOLD];
        let add = [&["pairing", "add", "--basis", "r11", "--from", "2015-11-20"], &pair[..]].concat();
        run(app, &add).unwrap();
        let account = head.account.clone();
        let end = app.app.db.write_blocking(move |tx| rules::end(tx, (&account, HOUSEHOLD), None, START));
        assert_eq!(end.unwrap(), "2015-11-19", "without a day given, access ends at once");
        let [row] = &pairings(app)[..] else { panic!("one row") };
        let (helper, first) = (row.helper.clone(), row.valid_from.clone());
        let held = app.app.db.read_blocking(move |tx| pairing::households_of(tx, &helper, &first));
        assert!(held.unwrap().is_empty());
        run(app, &add).expect("it can be made anew");
    });
}

#[test]
fn a_pairing_names_a_helper_and_a_household_on_file() {
    on_both(|app| {
        let head = app.person("处长", Role::DeptHead, VILLAGE);
        put_record(app, HOUSEHOLD, "household");
        put_record(app, VISIT, "visit");
        let add = |account: &str, household: &str, from: &str| {
            let pair = ["--account", account, "--household", household, "--from", from];
            refused(app, &[&["pairing", "add", "--basis", "r9"], &pair[..]].concat())
        };
        assert!(add("nobody", HOUSEHOLD, "2015-01-01").starts_with("account: "));
        assert!(add(&head.account, VISIT, "2015-01-01").starts_with("household: the record"));
        assert!(add(&head.account, "c", "2015-01-01").starts_with("household: no household"));
        assert!(add(&head.account, HOUSEHOLD, "2015-02-29").starts_with("from: "));
        assert!(pairings(app).is_empty() && actions(app).is_empty(), "a refusal writes nothing");
    });
}

#[test]
fn a_household_has_one_primary_helper_at_a_time() {
    on_both(|app| {
        let (first, second) =
            (app.person("处长", Role::DeptHead, VILLAGE), app.person("队员", Role::TeamMember, VILLAGE));
        put_record(app, HOUSEHOLD, "household");
        let args = |command: &'static [&'static str], person: &TestPerson| -> Vec<String> {
            let pair = ["--account", &person.account, "--household", HOUSEHOLD];
            command.iter().chain(&pair).map(ToString::to_string).collect()
        };
        let go = |command: &'static [&'static str], person: &TestPerson| {
            let args = args(command, person);
            run(app, &args.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let primary = &["pairing", "add", "--basis", "r11", "--primary", "--from", "2015-01-01"];
        go(primary, &first).unwrap();
        let why = go(primary, &second).unwrap_err().to_string();
        assert!(why.starts_with("primary: "), "{why}");
        go(&["pairing", "end", "--to", "2015-01-31"], &first).unwrap();
        go(&["pairing", "add", "--basis", "r12", "--primary", "--from", "2015-02-01"], &second).unwrap();
        go(&["pairing", "add", "--basis", "r11", "--from", "2015-02-01"], &first).expect("a second helper");
    });
}

#[test]
fn leave_is_a_reason_in_the_duty_report() {
    on_both(|app| {
        let office = app.person("办公室", Role::TownOffice, TOWNSHIP);
        let member = app.person("队员", Role::TeamMember, VILLAGE);
        let add = |account: &str, from: &str, to: &str, by: &str| {
            let days = ["--account", account, "--from", from, "--to", to, "--approved-by", by];
            run(app, &[&["leave", "add", "--kind", "training"], &days[..]].concat())
        };
        add(&member.account, "2015-11-02", "2015-11-04", &office.account).unwrap();
        let report = office.desk.get(&format!("/api/v1/duties?month=2015-11&area={VILLAGE}")).ok();
        let row = &report["rows"][0];
        assert_eq!((&row["leave_days"], &row["reason"]), (&json!(3), &json!("training")));
        for (account, from, to, by, argument) in [
            ("nobody", "2015-11-02", "2015-11-04", office.account.as_str(), "account: "),
            (&member.account, "2015-11-02", "2015-11-04", "nobody", "approved-by: "),
            (&member.account, "2015-11-04", "2015-11-02", &office.account, "to: "),
            (&member.account, "2015-11-31", "2015-12-01", &office.account, "from: "),
            (&member.account, "2015-11-02", "2015-11-04", &office.account, "from: this leave is on file"),
        ] {
            let why = add(account, from, to, by).unwrap_err().to_string();
            assert!(why.starts_with(argument), "{why}");
        }
        run(app, &["leave", "list"]).unwrap();
        assert_eq!(actions(app), ["add_leave"]);
    });
}

#[test]
fn lines_and_settings_reach_the_reference_data_under_a_new_tag() {
    on_both(|app| {
        let member = app.person("队员", Role::TeamMember, VILLAGE);
        let mut tags = vec![reference(&member)["tag"].clone()];
        for args in [
            &["poverty-line", "set", "--year", "2015", "--yuan", "2736.00"][..],
            &["setting", "set", "arrival_scope", "per_leader"],
            &["setting", "set", "stay_day_means", "present"],
            &["setting", "set", "leave_prorates", "true"],
            &["setting", "set", "report_covers", "previous_month"],
        ] {
            run(app, args).unwrap();
            let tag = reference(&member)["tag"].clone();
            assert!(!tags.contains(&tag), "{args:?}");
            tags.push(tag);
        }
        let now = reference(&member);
        assert_eq!(now["poverty_lines"], json!([{"year": 2015, "fen": 273_600}]));
        let settings = json!({"arrival_scope": "per_leader", "stay_day_means": "present",
            "leave_prorates": true, "report_covers": "previous_month"});
        assert_eq!(now["settings"], settings);
        let why = refused(app, &["setting", "set", "leave_prorates", "yes"]);
        assert!(why.starts_with("value: ") && why.contains("false, true"), "{why}");
        let why = refused(app, &["poverty-line", "set", "--year", "2015", "--yuan", "2736.005"]);
        assert!(why.starts_with("yuan: "), "{why}");
        run(app, &["setting", "list"]).unwrap();
        run(app, &["poverty-line", "list"]).unwrap();
        let settings = std::iter::repeat_n("set_setting".to_owned(), 4);
        let expected: Vec<String> = std::iter::once("set_poverty_line".to_owned()).chain(settings).collect();
        assert_eq!(actions(app), expected);
    });
}
