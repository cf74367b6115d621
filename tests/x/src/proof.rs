//! `cargo x proof`: runs what proves the promises and writes what it came to into the table of `SECURITY.md`. Each program
//! says its numbers on a line `proof: name=number …`; a row is written only after its program passed.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use crate::hostile;
use crate::need;
use crate::schemathesis;
use crate::step::{Failure, Outcome, cargo, program, root, tell};

/// Where the table is.
const FILE: &str = "SECURITY.md";
const BEGIN: &str = "<!-- cargo x proof: begin -->";
const END: &str = "<!-- cargo x proof: end -->";
const HEAD: &str = "| what | tried | harm | again with | last |\n|---|---|---|---|---|";

/// Numbers by name; of programs that say one more than once, the sum.
type Facts = BTreeMap<String, u64>;

/// One row of the table.
struct Row {
    name: &'static str,
    /// Prepares what it needs and runs it, by night much longer.
    run: fn(&mut Facts, bool) -> Outcome,
    /// What was tried; words in braces are numbers.
    tried: &'static str,
    /// What harm it did.
    harm: &'static str,
}

const ROWS: [Row; 6] = [
    Row {
        name: "simulation",
        run: simulation,
        tried: "{seeds} seeds: {faults} faults of lines, phones, people and server; {disagreements} disagreements",
        harm: "{broken} broke a promise: nothing acknowledged was lost",
    },
    Row {
        name: "planted",
        run: |facts, _| test(facts, "planted", &[]),
        tried: "{planted} faults planted in the code, for the simulation to find",
        harm: "{missed} missed",
    },
    Row {
        name: "kill",
        run: |facts, _| test(facts, "kill", &[]),
        tried: "{kills} times `kill -9` under load, on both databases; {acknowledged} changes acknowledged",
        harm: "{lost} lost",
    },
    Row {
        name: "hostile",
        run: |facts, night| {
            let command = hostile::generator(if night { "1000000" } else { "60000" });
            told(facts, "hostile changes", command)
        },
        tried: "{cases} hostile changes behind a right checksum, {accepted} of them let in",
        harm: "{broken} records broken, slow or large",
    },
    Row {
        name: "fuzz",
        run: |facts, night| hostile::fuzz_for(if night { 60 } else { 6 }, |line| add(facts, line)),
        tried: "{executed} inputs from cargo-fuzz, in {targets} targets with sanitizers",
        harm: "{crashes} crashes",
    },
    Row {
        name: "schemathesis",
        run: |facts, _| {
            need::system(need::BUILD)?;
            told(facts, "build the programs", cargo(&["build", "--workspace", "--bins"]))?;
            told(facts, "Schemathesis", schemathesis::command("debug")?)
        },
        tried: "{requests} requests to {operations} operations, as every role and as nobody",
        harm: "{faults} undocumented answers or faults",
    },
];

/// Proves the rows named, or all; `--night` for as long as a night has.
pub fn proof(arguments: &[String]) -> Outcome {
    need::system(need::BUILD)?;
    let night = arguments.iter().any(|word| word == "--night");
    let names: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| *word != "--night").collect();
    if let Some(unknown) = names.iter().find(|name| ROWS.iter().all(|row| row.name != **name)) {
        let known: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
        return Err(Failure(format!("nothing is called {unknown}; there are {}", known.join(", "))));
    }
    for row in ROWS.iter().filter(|row| names.is_empty() || names.contains(&row.name)) {
        let mut facts = Facts::new();
        (row.run)(&mut facts, night)?;
        // At once: what has been proven stays written if a later one fails.
        write(row.name, &line(row, &facts, night)?)?;
    }
    Ok(())
}

fn simulation(facts: &mut Facts, night: bool) -> Outcome {
    let variables: &[(&str, &str)] = if night { &[("SEEDS", "2000"), ("REMEMBER", "1")] } else { &[] };
    test(facts, "simulation", variables)
}

fn test(facts: &mut Facts, name: &str, variables: &[(&str, &str)]) -> Outcome {
    need::system(need::TESTS)?;
    let mut command = cargo(&["test", "--package", "bidao-tests", "--test", name, "--", "--nocapture"]);
    command.envs(variables.iter().copied());
    told(facts, name, command)
}

fn told(facts: &mut Facts, what: &str, command: Command) -> Outcome {
    tell(what, command, |line| add(facts, line))
}

/// Takes in what a line says, if it is one of ours. A test's name may stand before it.
fn add(facts: &mut Facts, line: &str) {
    let Some((_, said)) = line.split_once("proof: ") else { return };
    for (name, number) in said.split_whitespace().filter_map(|word| word.split_once('=')) {
        if let Ok(number) = number.parse::<u64>() {
            *facts.entry(name.to_owned()).or_default() += number;
        }
    }
}

fn line(row: &Row, facts: &Facts, night: bool) -> Result<String, Failure> {
    let (tried, harm) = (filled(row.tried, facts)?, filled(row.harm, facts)?);
    let again = format!("`cargo x proof{} {}`", if night { " --night" } else { "" }, row.name);
    let day = Command::new("date").arg("+%F").output();
    let day = day.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let cores = available_parallelism().map_or(1, usize::from);
    let commit = program("git", &["rev-parse", "--short=10", "HEAD"]).output();
    let commit = commit.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let commit = commit.unwrap_or_default();
    Ok(format!("| {} | {tried} | {harm} | {again} | {day}, {cores} cores, `{commit}` |", row.name))
}

/// Puts numbers where their names stand. A number nobody said is a row that proves nothing.
fn filled(text: &str, facts: &Facts) -> Result<String, Failure> {
    let mut parts = text.split(['{', '}']);
    let mut filled = parts.next().unwrap_or_default().to_owned();
    while let (Some(name), Some(rest)) = (parts.next(), parts.next()) {
        let number = facts.get(name).ok_or_else(|| Failure(format!("nobody said how many {name}")))?;
        filled.push_str(&grouped(*number));
        filled.push_str(rest);
    }
    Ok(filled)
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Writes a row in the place of the one of its name.
fn write(name: &str, line: &str) -> Outcome {
    let path = root().join(FILE);
    let failed = |error| Failure(format!("{FILE}: {error}"));
    let text = fs::read_to_string(&path).map_err(failed)?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?)));
    let Some((before, (table, after))) = parts else {
        return Err(Failure(format!("{FILE} has no {BEGIN} and {END}")));
    };
    let known = |of: &str| table.lines().find(|line| line.starts_with(&format!("| {of} |")));
    let rows = ROWS.iter().filter_map(|row| if row.name == name { Some(line) } else { known(row.name) });
    let rows: Vec<&str> = rows.collect();
    let text = format!("{before}{BEGIN}\n{HEAD}\n{}\n{END}{after}", rows.join("\n"));
    fs::write(&path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_one_name_add_up_wherever_the_line_begins() {
        let mut facts = Facts::new();
        add(&mut facts, "test postgres ... proof: kills=50 lost=0");
        add(&mut facts, "proof: kills=50 lost=0");
        add(&mut facts, "kills=7");
        assert_eq!(
            filled("{kills} kills, {lost} lost", &facts).map_err(|f| f.0),
            Ok("100 kills, 0 lost".into())
        );
        assert!(filled("{bytes}", &facts).is_err());
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
    }
}
