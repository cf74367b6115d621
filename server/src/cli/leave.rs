//! `bidao leave`: who is away with whose approval.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::{day, say};
use crate::ctx::Ctx;
use crate::domain::leave::{self, NewLeave};
use crate::error::Result;
use crate::store::{self, Db};

#[derive(Subcommand)]
pub enum LeaveCommand {
    /// Enter approved leave.
    ///
    /// The duty report shows it beside the number as a reason. Whether it also lowers what is owed says
    /// `bidao setting set leave_prorates`.
    Add(AddArgs),
    /// List leave: account, name, first and last day, kind, account of who approved it.
    List,
}

#[derive(Args)]
pub struct AddArgs {
    /// Account name of who is away.
    #[arg(long)]
    account: String,
    /// First day, YYYY-MM-DD.
    #[arg(long)]
    from: String,
    /// Last day, YYYY-MM-DD; the same day for one day of leave.
    #[arg(long)]
    to: String,
    /// Kind of leave.
    #[arg(long, value_parser = PossibleValuesParser::new(leave::KINDS))]
    kind: String,
    /// Account name of who approved it.
    #[arg(long, value_name = "ACCOUNT")]
    approved_by: String,
}

/// Runs the command.
pub fn run(db: &Db, command: LeaveCommand) -> Result<()> {
    match command {
        LeaveCommand::Add(args) => add(db, &Ctx::system(), args),
        LeaveCommand::List => list(db),
    }
}

fn add(db: &Db, ctx: &Ctx, args: AddArgs) -> Result<()> {
    let new = NewLeave {
        id: ctx.id(),
        account: args.account,
        from: day("from", args.from)?,
        to: day("to", args.to)?,
        kind: args.kind,
        approved_by: args.approved_by,
    };
    let (now, said) = (ctx.now(), format!("leave from {} to {}", new.from, new.to));
    db.write_blocking(move |tx| Ok(((), leave::add(tx, &new, now)?)))?;
    say(&said);
    Ok(())
}

fn list(db: &Db) -> Result<()> {
    let lines = db.read_blocking(|tx| {
        let (rows, accounts) = (store::leave::all(tx)?, store::account::names(tx)?);
        let people: Vec<String> = rows.iter().map(|row| row.person.clone()).collect();
        let names = store::person::names(tx, &people)?;
        let line = |row: &store::leave::Row| {
            let account = |person: &str| accounts.get(person).cloned().unwrap_or_default();
            let name = names.get(&row.person).map_or("", String::as_str);
            let (who, by) = (account(&row.person), account(&row.approved_by));
            format!("{who}\t{name}\t{}\t{}\t{}\t{by}", row.from_on, row.to_on, row.kind)
        };
        Ok(rows.iter().map(line).collect::<Vec<String>>())
    })?;
    for line in lines {
        say(line.trim_end());
    }
    Ok(())
}
