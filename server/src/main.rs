//! The binary `bidao`.

use std::process::ExitCode;

use bidao_server::cli::{self, Cli};
use clap::Parser;

fn main() -> ExitCode {
    let cli = Cli::parse();
    bidao_server::telemetry::start_logging(cli.log_level());
    match cli::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        #[expect(clippy::print_stderr, reason = "the terminal is where an operator looks")]
        Err(error) => {
            eprintln!("bidao: {error}");
            ExitCode::FAILURE
        }
    }
}
