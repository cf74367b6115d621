//! `bidao enrol-code`: the first phone of a place has no leader yet who could give it a code.

use clap::Args;

use super::say;
use crate::ctx::Ctx;
use crate::domain::account;
use crate::domain::enrol_code::{self, Asker};
use crate::error::{Error, Result};
use crate::store::{self, Db};

#[derive(Args)]
pub struct EnrolCodeArgs {
    /// Account whose person will enrol.
    #[arg(long)]
    account: String,
}

/// Prints the code alone, so that scripts can use it.
pub fn run(db: &Db, args: &EnrolCodeArgs) -> Result<()> {
    let ctx = Ctx::system();
    let (now, code, name) = (ctx.now(), enrol_code::draw(&ctx), account::normalise(&args.account));
    let made = db.write_blocking(move |tx| {
        let row = store::account::find(tx, &name)?.ok_or_else(|| Error::not_found("account"))?;
        enrol_code::make(tx, &Asker::Operator, &row.person, &code, now)
    })?;
    say(&made.code);
    Ok(())
}
