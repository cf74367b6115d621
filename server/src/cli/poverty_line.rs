//! `bidao poverty-line`: the line of each year.

use bidao_schema::money::format_hundredths;
use clap::{Args, Subcommand};

use super::say;
use crate::ctx::Ctx;
use crate::domain::poverty_line;
use crate::error::Result;
use crate::store::{self, Db};

#[derive(Subcommand)]
pub enum PovertyLineCommand {
    /// Set the line of a year, or replace it; phones get it with their next request.
    Set(SetArgs),
    /// List the lines: year, yuan.
    List,
}

#[derive(Args)]
pub struct SetArgs {
    /// Calendar year.
    #[arg(long)]
    year: u16,
    /// Net income per person and year, in yuan with at most two decimals, such as 2736.00.
    #[arg(long, allow_negative_numbers = true)]
    yuan: String,
}

/// Runs the command.
pub fn run(db: &Db, command: PovertyLineCommand) -> Result<()> {
    match command {
        PovertyLineCommand::Set(SetArgs { year, yuan }) => {
            let now = Ctx::system().now();
            let fen = db.write_blocking(move |tx| poverty_line::set(tx, year, &yuan, now))?;
            say(&line(year.into(), fen));
        }
        PovertyLineCommand::List => {
            for (year, fen) in db.read_blocking(store::poverty_line::all)? {
                say(&line(year, fen));
            }
        }
    }
    Ok(())
}

fn line(year: i32, fen: i64) -> String {
    format!("{year}\t{}", format_hundredths(fen))
}
