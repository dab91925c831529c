//! Where the program starts.

fn main() -> std::process::ExitCode {
    relief_ledger::cli::run()
}
