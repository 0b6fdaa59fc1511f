//! `gatewright`: check, read and build capability files.
#![forbid(unsafe_code)]

mod build;
mod cargo;
mod check;
mod expand;
mod explain;
mod files;
mod library;
mod mcp_config;
mod new;
mod openapi;
mod project;
mod schema;
mod show;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Compiles capability files: an HTTP API in, typed REST routes and MCP tools out.
#[derive(Debug, Parser)]
#[command(
    name = "gatewright",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
#[command(after_help = "\
Examples:
  gatewright check capability.yaml        what is wrong with it
  gatewright show capability.yaml         what it would serve, and what it needs to run
  gatewright build capability.yaml        ./gateway, ready to run
  gatewright new my-gateway               a project of your own, built by cargo

Each command says more, with examples: `gatewright build --help`.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report what is wrong with capability files
    Check(check::Arguments),
    /// Build a capability into a gateway, one binary
    Build(build::Arguments),
    /// Print the Rust that a capability compiles into
    Expand(expand::Arguments),
    /// Show what a capability would serve, and what it needs to run
    Show(show::Arguments),
    /// Print the REST surface as an OpenAPI 3.1 document
    Openapi(openapi::Arguments),
    /// Print a configuration for an MCP client
    McpConfig(mcp_config::Arguments),
    /// Print the JSON Schema of the capability language, for editors
    Schema(schema::Arguments),
    /// Write a cargo project of your own around a capability
    New(new::Arguments),
    /// Explain a finding by its code
    Explain(explain::Arguments),
    /// Print completions for a shell
    #[command(after_help = "\
Examples:
  gatewright completions bash > ~/.local/share/bash-completion/completions/gatewright
  gatewright completions zsh > ~/.zfunc/_gatewright      with ~/.zfunc in $fpath
  gatewright completions fish > ~/.config/fish/completions/gatewright.fish")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What a command came to: an exit code, or a message for standard error.
type Outcome = Result<ExitCode, String>;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Build(arguments) => build::run(&arguments),
        Command::Expand(arguments) => expand::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Openapi(arguments) => openapi::run(&arguments),
        Command::McpConfig(arguments) => mcp_config::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "gatewright", &mut script);
            files::print(&String::from_utf8_lossy(&script))
        }
    };
    outcome.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::from(2)
    })
}
