//! `bidao pairing`: which helper stands by which household.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::{day, say, today};
use crate::ctx::Ctx;
use crate::domain::account;
use crate::domain::pairing::{self, NewPairing};
use crate::error::Result;
use crate::store::{self, Db, Tx};

#[derive(Subcommand)]
pub enum PairingCommand {
    /// Pair the person of an account with a household.
    ///
    /// From the first day on the helper reads and writes the household and what belongs to it, at the next
    /// request of the phone. The answer says how many households the helper has under the rule and how many
    /// it asks for; more or fewer are not refused.
    Add(AddArgs),
    /// End a pairing; it stays on file with its dates.
    ///
    /// Without `--to` access ends at once: the last day was yesterday, and a pairing begun today counts for
    /// no day.
    End(EndArgs),
    /// List pairings, past ones too: household, account, name, rule, primary or not, first and last day.
    List(ListArgs),
}

#[derive(Args)]
struct Pair {
    /// Account name of the helper.
    #[arg(long)]
    account: String,
    /// Record id of the household, 32 digits.
    #[arg(long)]
    household: String,
}

#[derive(Args)]
pub struct AddArgs {
    #[command(flatten)]
    pair: Pair,
    /// Rule it rests on: r9 district leader (4 households), r11 department head (2), r12 staff or village
    /// cadre (1).
    #[arg(long, value_parser = PossibleValuesParser::new(pairing::BASES))]
    basis: String,
    /// The helper shown on the household's card; a household has one at a time.
    #[arg(long)]
    primary: bool,
    /// First day, YYYY-MM-DD; today when not given.
    #[arg(long)]
    from: Option<String>,
}

#[derive(Args)]
pub struct EndArgs {
    #[command(flatten)]
    pair: Pair,
    /// Last day, YYYY-MM-DD; yesterday when not given.
    #[arg(long)]
    to: Option<String>,
}

#[derive(Args)]
pub struct ListArgs {
    /// Only of this account.
    #[arg(long)]
    account: Option<String>,
    /// Only of this household, by record id.
    #[arg(long, conflicts_with = "account")]
    household: Option<String>,
}

/// Runs the command.
pub fn run(db: &Db, command: PairingCommand) -> Result<()> {
    let ctx = Ctx::system();
    match command {
        PairingCommand::Add(args) => add(db, &ctx, args),
        PairingCommand::End(args) => end(db, &ctx, args),
        PairingCommand::List(args) => list(db, args),
    }
}

fn add(db: &Db, ctx: &Ctx, args: AddArgs) -> Result<()> {
    let now = ctx.now();
    let new = NewPairing {
        id: ctx.id(),
        account: args.pair.account,
        household: args.pair.household,
        basis: args.basis,
        is_primary: args.primary,
        from: args.from.map_or_else(|| Ok(today(ctx)), |text| day("from", text))?,
    };
    let (account, basis, from) = (account::normalise(&new.account), new.basis.clone(), new.from.clone());
    let standing = db.write_blocking(move |tx| pairing::add(tx, &new, now))?;
    let pairing::Standing { households, target } = standing;
    say(&format!("{account} is paired from {from} on; under {basis}: {households} of {target} households"));
    Ok(())
}

fn end(db: &Db, ctx: &Ctx, args: EndArgs) -> Result<()> {
    let (now, pair) = (ctx.now(), args.pair);
    let last = args.to.map(|text| day("to", text)).transpose()?;
    let account = account::normalise(&pair.account);
    let last = db
        .write_blocking(move |tx| pairing::end(tx, (&pair.account, &pair.household), last.as_deref(), now))?;
    say(&format!("the pairing of {account} ends with {last}"));
    Ok(())
}

fn list(db: &Db, args: ListArgs) -> Result<()> {
    let lines = db.read_blocking(move |tx| {
        let rows = match (&args.account, &args.household) {
            (Some(name), _) => {
                let helper = account::named(tx, "account", name)?.person;
                store::pairing::of_helper(tx, &helper)?
            }
            (None, Some(household)) => {
                let household = pairing::household(tx, household)?;
                store::pairing::of_household(tx, &household)?
            }
            (None, None) => store::pairing::all(tx)?,
        };
        lines(tx, &rows)
    })?;
    for line in lines {
        say(line.trim_end());
    }
    Ok(())
}

fn lines(tx: &mut Tx, rows: &[store::pairing::Row]) -> Result<Vec<String>> {
    let helpers: Vec<String> = rows.iter().map(|row| row.helper.clone()).collect();
    let (accounts, names) = (store::account::names(tx)?, store::person::names(tx, &helpers)?);
    let line = |row: &store::pairing::Row| {
        let account = accounts.get(&row.helper).map_or("", String::as_str);
        let name = names.get(&row.helper).map_or("", String::as_str);
        let primary = if row.is_primary { "primary" } else { "" };
        let last = row.valid_to.as_deref().unwrap_or_default();
        format!("{}\t{account}\t{name}\t{}\t{primary}\t{}\t{last}", row.household, row.basis, row.valid_from)
    };
    Ok(rows.iter().map(line).collect())
}
