//! `bidao team`: resident work teams.

use clap::{Args, Subcommand};

use super::say;
use crate::ctx::Ctx;
use crate::domain::team;
use crate::error::Result;
use crate::store::{self, Db};

#[derive(Subcommand)]
pub enum TeamCommand {
    /// Add a team. Who belongs to it follows from the roles held in its village: see `bidao account assign`.
    Add(AddArgs),
    /// List teams: number, village, name.
    List,
}

#[derive(Args)]
pub struct AddArgs {
    /// Number of the team, as the district counts them.
    #[arg(long)]
    number: String,
    /// 12-digit code of the village it lives in.
    #[arg(long)]
    village: String,
    /// Name, such as 驻中元村工作队.
    #[arg(long)]
    name: String,
}

/// Runs the command.
pub fn run(db: &Db, command: TeamCommand) -> Result<()> {
    match command {
        TeamCommand::Add(args) => add(db, args),
        TeamCommand::List => {
            for row in db.read_blocking(|tx| store::team::under(tx, ""))? {
                say(&format!("{}\t{}\t{}", row.number, row.village, row.name));
            }
            Ok(())
        }
    }
}

fn add(db: &Db, args: AddArgs) -> Result<()> {
    let now = Ctx::system().now();
    let name = args.name.trim().to_owned();
    let row = store::team::Row { number: args.number, village: args.village, name };
    let said = format!("team {} in {}", row.number, row.village);
    db.write_blocking(move |tx| Ok(((), team::add(tx, &row, now)?)))?;
    say(&said);
    Ok(())
}
