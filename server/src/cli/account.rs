//! `bidao account`: accounts are made by the operator.

use std::io::Read as _;

use bidao_schema::api::person::Role;
use clap::{Args, Subcommand};

use super::{day, say, today};
use crate::ctx::Ctx;
use crate::domain::account::{self, NewAccount};
use crate::domain::{enrol_code, password};
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{self, Db, assignment};

#[derive(Subcommand)]
pub enum AccountCommand {
    /// Make an account with its person and a role in an area.
    Add(AddArgs),
    /// Give the person of an account one more role in an area, from today on.
    Assign(AssignArgs),
    /// List accounts with their persons and roles.
    List,
    /// Replace a password; the account's sessions end.
    SetPassword(PasswordArgs),
}

#[derive(Args)]
pub struct AddArgs {
    /// Account name: letters, digits, dot, dash, underscore.
    #[arg(long)]
    name: String,
    /// Name of the person.
    #[arg(long)]
    person_name: String,
    #[command(flatten)]
    held: Held,
    #[command(flatten)]
    password: PasswordSource,
}

#[derive(Args)]
struct Held {
    /// team_member, team_leader, district_leader, dept_head, town_office, alleviation_office, org_department
    /// or sys_admin.
    #[arg(long, value_parser = parse_role)]
    role: Role,
    /// 12-digit code of the district, township or village where the role is held.
    #[arg(long)]
    area: String,
    /// First day, YYYY-MM-DD; today when not given.
    #[arg(long)]
    from: Option<String>,
}

#[derive(Args)]
struct PasswordSource {
    /// Read the password from standard input; otherwise one is made and printed once.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
pub struct AssignArgs {
    /// Account name.
    #[arg(long)]
    name: String,
    #[command(flatten)]
    held: Held,
}

#[derive(Args)]
pub struct PasswordArgs {
    /// Account name.
    #[arg(long)]
    name: String,
    #[command(flatten)]
    password: PasswordSource,
}

/// Runs the command.
pub fn run(db: &Db, command: AccountCommand) -> Result<()> {
    let ctx = Ctx::system();
    match command {
        AccountCommand::Add(args) => add(db, &ctx, &args),
        AccountCommand::Assign(args) => assign(db, &ctx, args),
        AccountCommand::List => list(db, &ctx),
        AccountCommand::SetPassword(args) => set_password(db, &ctx, &args),
    }
}

fn add(db: &Db, ctx: &Ctx, args: &AddArgs) -> Result<()> {
    let (password_hash, made) = read_password(ctx, &args.password)?;
    let new = NewAccount {
        name: account::normalise(&args.name),
        password_hash,
        person: ctx.id(),
        person_name: args.person_name.clone(),
        assignments: vec![(ctx.id(), args.held.role, args.held.area.clone())],
        valid_from: args.held.first_day(ctx)?,
    };
    let (name, person, now) = (new.name.clone(), new.person.clone(), ctx.now());
    db.write_blocking(move |tx| Ok(((), account::add(tx, &new, now)?)))?;
    say(&format!("account {name}, person {person}"));
    if let Some(password) = made {
        say(&format!("password {password}"));
    }
    Ok(())
}

fn assign(db: &Db, ctx: &Ctx, args: AssignArgs) -> Result<()> {
    let (id, now, from) = (ctx.id(), ctx.now(), args.held.first_day(ctx)?);
    db.write_blocking(move |tx| {
        let row = store::account::find(tx, &account::normalise(&args.name))?;
        let person = row.ok_or_else(|| Error::not_found("account"))?.person;
        let held = (args.held.role, args.held.area.as_str());
        Ok(((), Audit::of(account::assign(tx, &id, &person, held, &from, now)?)))
    })
}

fn list(db: &Db, ctx: &Ctx) -> Result<()> {
    let now = ctx.now();
    let today = today(ctx);
    let lines = db.read_blocking(move |tx| {
        let mut lines = Vec::new();
        for row in store::account::all(tx)? {
            let person = crate::domain::person::of(tx, &row.person, &today)?;
            let held = assignment::valid_on(tx, &row.person, &today)?;
            let held: Vec<String> =
                held.iter().map(|(role, area)| format!("{}@{area}", assignment::role_key(*role))).collect();
            let locked = if row.locked_until > now { "locked" } else { "" };
            lines.push(format!(
                "{}\t{}\t{}\t{}\t{locked}",
                row.name,
                row.person,
                person.name,
                held.join(",")
            ));
        }
        Ok(lines)
    })?;
    for line in lines {
        say(line.trim_end());
    }
    Ok(())
}

fn set_password(db: &Db, ctx: &Ctx, args: &PasswordArgs) -> Result<()> {
    let (hash, made) = read_password(ctx, &args.password)?;
    let (name, now) = (account::normalise(&args.name), ctx.now());
    db.write_blocking(move |tx| Ok(((), account::set_password(tx, &name, &hash, now)?)))?;
    if let Some(password) = made {
        say(&format!("password {password}"));
    }
    Ok(())
}

impl Held {
    fn first_day(&self, ctx: &Ctx) -> Result<String> {
        match &self.from {
            None => Ok(today(ctx)),
            Some(text) => day("from", text.clone()),
        }
    }
}

/// The hash of the password, and the password itself when it was made here.
fn read_password(ctx: &Ctx, source: &PasswordSource) -> Result<(String, Option<String>)> {
    let (password, made) = if source.password_stdin {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| Error::invalid("password", format!("cannot read it: {error}")))?;
        (text.trim_end_matches(['\r', '\n']).to_owned(), None)
    } else {
        // Twice 40 bits without look-alikes: it can be written down and typed.
        let made = format!("{}-{}", enrol_code::draw(ctx), enrol_code::draw(ctx));
        (made.clone(), Some(made))
    };
    password::check_new(&password)?;
    Ok((password::hash(&password, &ctx.random())?, made))
}

fn parse_role(key: &str) -> Result<Role, String> {
    assignment::parse_role(key).map_err(|_| "not a role".to_owned())
}
