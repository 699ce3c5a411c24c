//! The program; everything is in the library.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match boardcast::cli::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("boardcast: {message}");
            ExitCode::FAILURE
        }
    }
}
