//! The operator's commands, run as the binary runs them.

mod key;
mod place;

use std::path::Path;

use bidao_server::cli::{self, Cli};
use bidao_server::error::Result;
use bidao_server::store::schema::audit;
use bidao_server::store::{self, Db, Location};
use clap::Parser;

const AREAS: &str = "code,name,level,parent\n500114000000,黔江区,district,\n\
    500114101000,石会镇,township,500114000000\n500114101001,中元村,village,500114101000\n";

fn run(data: &Path, args: &[&str]) -> Result<()> {
    run_with(&["--data", data.to_str().expect("a plain path")], args)
}

fn run_with(place: &[&str], args: &[&str]) -> Result<()> {
    let all = ["bidao"].iter().chain(place).chain(args).copied();
    cli::run(Cli::try_parse_from(all).expect("well-formed arguments"))
}

#[test]
fn an_operator_sets_up_a_place_from_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, areas) = (folder.path().join("data"), folder.path().join("areas.csv"));
    std::fs::write(&areas, AREAS).unwrap();
    let add = [
        "account",
        "add",
        "--name",
        "Li",
        "--person-name",
        "李四",
        "--role",
        "team_leader",
        "--area",
        "500114101001",
    ];
    let early = run(&data, &add).unwrap_err().to_string();
    assert!(early.contains("load the areas first"), "{early}");
    run(&data, &["area", "load", areas.to_str().unwrap()]).unwrap();
    run(&data, &add).unwrap();
    assert!(run(&data, &add).is_err(), "an account is made once");
    run(&data, &["account", "assign", "--name", "li", "--role", "dept_head", "--area", "500114101001"])
        .unwrap();
    run(&data, &["account", "set-password", "--name", "li"]).unwrap();
    run(&data, &["enrol-code", "--account", "li"]).unwrap();
    assert!(run(&data, &["enrol-code", "--account", "nobody"]).is_err());
    run(&data, &["account", "list"]).unwrap();
    run(&data, &["verify"]).unwrap();

    let db = Db::open(Location::File(data.join("bidao.db"))).unwrap();
    let (account, roles) = db
        .read_blocking(|tx| {
            let account = store::account::find(tx, "li")?.expect("the account");
            let roles = store::assignment::of_person(tx, &account.person)?.len();
            Ok((account, roles))
        })
        .unwrap();
    assert!(account.password_hash.starts_with("$argon2id$"));
    assert_eq!(roles, 2);
}

#[test]
fn a_bad_line_of_a_table_is_named_and_nothing_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let (data, areas) = (folder.path().join("data"), folder.path().join("areas.csv"));
    std::fs::write(&areas, format!("{AREAS}500114101002,武陵村,township,500114101000\n")).unwrap();
    let refused = run(&data, &["area", "load", areas.to_str().unwrap()]).unwrap_err();
    assert!(refused.to_string().starts_with("line 5: "), "{refused}");
    let db = Db::open(Location::File(data.join("bidao.db"))).unwrap();
    assert!(db.read_blocking(|tx| store::area::under(tx, "")).unwrap().is_empty());
}

#[test]
fn an_operator_loads_a_catalogue_and_learns_which_statements_add_up_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("catalogue.toml"));
    let load = || run(&data, &["catalogue", "load", file.to_str().unwrap()]);
    let missing = load().unwrap_err().to_string();
    assert!(missing.starts_with("file: cannot read "), "{missing}");
    let text = |version: u32, counts: bool| {
        let ruling =
            format!("{{ item = \"transfer_pension\", counts = {counts}, document = \"〔2015〕9号\" }}");
        format!(
            "version = {version}\neffective_from = \"2015-12-01\"\ndocument = \"〔2015〕9号\"\nrulings = [{ruling}]\n"
        )
    };
    std::fs::write(&file, text(2, false)).unwrap();
    load().unwrap();
    load().unwrap();
    std::fs::write(&file, text(2, true)).unwrap();
    assert!(load().unwrap_err().to_string().starts_with("version: version 2 is there"));
    std::fs::write(&file, text(3, false).replace("transfer_pension", "transfer_gold")).unwrap();
    let unknown = load().unwrap_err().to_string();
    assert!(unknown.contains("no item `transfer_gold`"), "{unknown}");
    run(&data, &["catalogue", "list"]).unwrap();
    let db = Db::open(Location::File(data.join("bidao.db"))).unwrap();
    let (rows, loads) = db
        .read_blocking(|tx| {
            use diesel::prelude::*;
            let said = audit::table.filter(audit::action.eq("load_catalogue"));
            Ok((store::catalogue::all(tx)?, said.count().get_result::<i64>(tx.conn)?))
        })
        .unwrap();
    assert_eq!((rows.len(), rows[0].version, rows[0].effective_from.as_str()), (1, 2, "2015-12-01"));
    assert_eq!(loads, 1, "loaded once, said once");
}
