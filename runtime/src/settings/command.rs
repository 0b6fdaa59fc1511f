//! The command line of a gateway, made from the tables of settings.

use clap::{Arg, ArgAction, Command};

use super::table::{Part, Setting};
use super::trace_settings;
use crate::capability::Capability;

/// The flag that chooses the stdio transport of MCP.
const STDIO: &str = "stdio";

/// The flag that prints the settings and serves nothing.
const PRINT_SETTINGS: &str = "print-settings";
/// The flag that checks the settings and serves nothing.
const CHECK: &str = "check";

/// The command line of the gateway that serves `capability`.
fn command(capability: &'static Capability) -> Command {
    let mut command = Command::new("gateway")
        .version(capability.version)
        .long_version(format!("{}\n{}", capability.version, capability.label))
        .about(capability.label)
        .long_about(format!("{}\n\n{}", capability.label, capability.description))
        .override_usage("gateway [OPTIONS]")
        .after_help(
            "A flag wins over its environment variable, which wins over the default.\n\
             Secrets are best given by the environment or a file: a command line can be seen by other users.",
        );
    if !capability.mcp.is_empty() {
        command = command.arg(
            Arg::new(STDIO)
                .long(STDIO)
                .value_name("NAMESPACE")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("")
                .help(
                    "Serve an MCP adapter over standard input and output, and listen on no address",
                ),
        );
    }
    for (flag, help) in [
        (
            PRINT_SETTINGS,
            "Print every setting with where its value comes from, secrets left out, and end",
        ),
        (
            CHECK,
            "Check that the settings are complete and can be used, and end: 0 if so, 1 if not",
        ),
    ] {
        let argument = Arg::new(flag).long(flag).action(ArgAction::SetTrue);
        command = command.arg(argument.help(help));
    }
    for setting in capability.settings {
        command = add(command, setting, "Capability");
    }
    for setting in super::GATEWAY_SETTINGS {
        command = add(command, setting, "Gateway");
    }
    for setting in trace_settings() {
        command = add(command, setting, "Traces");
    }
    command
}

fn add(command: Command, setting: &'static Setting, heading: &'static str) -> Command {
    let default = match (setting.default, setting.needed) {
        (None, _) if !setting.derived.is_empty() => {
            format!("default: {}", template(setting.derived))
        }
        (Some(default), _) => format!("default: {default}"),
        (None, "") => "required".to_owned(),
        (None, needed) => format!("required by {needed}"),
    };
    let in_file = match setting.in_file {
        Some((flag, key)) => format!(" [file: `{key}` in --{flag}]"),
        None => String::new(),
    };
    let help = format!(
        "{} [env: {}]{in_file} [{default}]",
        setting.help, setting.environment
    );
    let argument = Arg::new(setting.flag)
        .long(setting.flag)
        .value_name(setting.form.placeholder())
        .help(help)
        .help_heading(heading)
        .action(ArgAction::Set)
        .allow_hyphen_values(setting.form.is_secret());
    if !setting.form.is_secret() {
        return command.arg(argument);
    }
    let file_flag = format!("{}-file", setting.flag);
    let help = format!("A file that holds it [env: {}_FILE]", setting.environment);
    let file = Arg::new(file_flag.clone())
        .long(file_flag)
        .value_name("PATH")
        .help(help)
        .help_heading(heading);
    command.arg(argument).arg(file)
}

/// The parts of a derived setting as the file writes them.
fn template(parts: &[Part]) -> String {
    let parts = parts.iter().map(|part| match part {
        Part::Literal(text) => (*text).to_owned(),
        Part::Setting(flag) => format!("{{{flag}}}"),
    });
    parts.collect()
}

/// The flags that were given.
#[derive(Debug)]
pub struct Flags(clap::ArgMatches);

impl Flags {
    /// Whether an MCP adapter is served over standard input and output; its namespace, where one is named.
    pub(crate) fn stdio(&self) -> Option<Option<&str>> {
        self.get(STDIO)
            .map(|namespace| Some(namespace).filter(|namespace| !namespace.is_empty()))
    }

    /// Whether the settings are to be printed.
    pub(crate) fn prints_settings(&self) -> bool {
        self.0.get_flag(PRINT_SETTINGS)
    }

    /// Whether the settings are only to be checked.
    pub(crate) fn checks(&self) -> bool {
        self.0.get_flag(CHECK)
    }

    pub(super) fn get(&self, flag: &str) -> Option<&str> {
        self.0
            .try_get_one::<String>(flag)
            .ok()
            .flatten()
            .map(String::as_str)
    }
}

/// Parses a command line, its first word being the program's name.
///
/// # Errors
/// As clap reports them: a usage error, or what `--help` and `--version` print.
pub fn parse(
    capability: &'static Capability,
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
) -> Result<Flags, clap::Error> {
    command(capability)
        .try_get_matches_from(arguments)
        .map(Flags)
}
