//! The program; everything is in the library.

use std::process::ExitCode;

/// The system's allocator keeps what was freed for each thread: a burst of sign-ins, 19 MiB each, would leave half a
/// gigabyte behind.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    boardcast::cli::process::main()
}
