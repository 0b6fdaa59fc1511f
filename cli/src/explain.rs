//! `gatewright explain`.

use gatewright_codegen::diagnostic::{catalogue, nearest};

use crate::{Outcome, files};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gatewright explain GW0301
  gatewright explain 301                     the same
  gatewright explain | grep warning")]
pub(crate) struct Arguments {
    /// The code of a finding, such as GW0301, or its number; without one, all codes are listed
    code: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let Some(id) = &arguments.code else {
        let lines = catalogue::all().map(|code| {
            format!(
                "{}  {:<7}  {}\n",
                code.id,
                code.severity.as_str(),
                code.title
            )
        });
        return files::print(&lines.collect::<String>());
    };
    let id = id.to_ascii_uppercase();
    match catalogue::find(&id) {
        Some(code) => files::print(&format!(
            "{} ({}): {}\n\n{}\n",
            code.id,
            code.severity.as_str(),
            code.title,
            code.explanation
        )),
        None => Err(match nearest(&id, catalogue::all().map(|code| code.id)) {
            Some(known) => format!("there is no code {id}; did you mean {known}?"),
            None => format!("there is no code {id}; `gatewright explain` lists all"),
        }),
    }
}
