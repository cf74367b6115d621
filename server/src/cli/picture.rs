//! `bidao picture`, which the server calls for each photo: see `picture::child`.

use clap::Args;

use crate::error::{Error, Result};
use crate::picture::child::{self, Bounds};
use crate::picture::{Kind, limits};

#[derive(Args)]
pub struct PictureArgs {
    /// What the record says it is: jpeg, png or webp.
    #[arg(long)]
    declared: Option<String>,
    /// Bytes of address space.
    #[arg(long, default_value_t = limits::ADDRESS_SPACE)]
    address_space: u64,
    /// CPU seconds.
    #[arg(long, default_value_t = limits::CPU_SECONDS)]
    cpu_seconds: u64,
}

/// One picture from standard input, CBOR to standard output.
pub fn run(args: &PictureArgs) -> Result<()> {
    let unknown = || Error::invalid("declared", "jpeg, png or webp");
    let declared =
        args.declared.as_deref().map(|word| Kind::of_word(word).ok_or_else(unknown)).transpose()?;
    child::run(declared, Bounds { address_space: args.address_space, cpu_seconds: args.cpu_seconds })
}
