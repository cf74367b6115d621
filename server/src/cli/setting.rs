//! `bidao setting`: how this place reads the rules of the duty report.

use clap::Subcommand;

use super::say;
use crate::ctx::Ctx;
use crate::domain::setting;
use crate::error::Result;
use crate::store::Db;

#[derive(Subcommand)]
pub enum SettingCommand {
    /// List the settings: name, value, allowed values with the default first, meaning.
    List,
    /// Decide a setting anew; it holds from the next report on, for past months too.
    ///
    /// arrival_scope: per_village or per_leader (Q1, R1).
    /// stay_day_means: lodged or present (Q2, R3).
    /// leave_prorates: false or true (Q3, R3).
    /// report_covers: same_month or previous_month (Q4).
    #[command(verbatim_doc_comment)]
    Set {
        /// Name of the setting.
        name: String,
        /// Its new value.
        value: String,
    },
}

/// Runs the command.
pub fn run(db: &Db, command: SettingCommand) -> Result<()> {
    match command {
        SettingCommand::List => {
            for (choice, value) in db.read_blocking(setting::chosen)? {
                say(&format!("{}\t{value}\t{}\t{}", choice.name, choice.values.join("|"), choice.about));
            }
        }
        SettingCommand::Set { name, value } => {
            let (now, said) = (Ctx::system().now(), format!("{name}\t{value}"));
            db.write_blocking(move |tx| Ok(((), setting::set(tx, &name, &value, now)?)))?;
            say(&said);
        }
    }
    Ok(())
}
