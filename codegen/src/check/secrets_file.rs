//! `location` of a bind: the file that its secrets are in (LANGUAGE.md §2).

use super::settings::Settings;
use crate::diagnostic::{Finding, Report, catalogue};
use crate::model::{Setting, SettingForm};
use crate::source::Span;
use crate::syntax::Bind;

const SCHEME: &str = "file:///";

/// A file of secrets, which the gateway reads at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SecretsFile {
    namespace: String,
    /// As the file writes it: relative, and so from the working directory of the gateway. Where the capability file
    /// lies on the machine that builds is nobody's business there.
    path: String,
    /// What gives the setting its name.
    span: Span,
}

/// The file that a bind names; `None` where it is the environment, or a finding.
pub(super) fn of(bind: &Bind, report: &mut Report) -> Option<SecretsFile> {
    let location = bind.location.as_ref()?;
    let path = location.value.strip_prefix(SCHEME).unwrap_or_default();
    if !path.is_empty() {
        let namespace = bind.namespace.as_ref();
        return Some(SecretsFile {
            namespace: namespace.map_or_else(|| "binds".to_owned(), |text| text.value.clone()),
            path: path.to_owned(),
            span: namespace.map_or(location.span, |text| text.span),
        });
    }
    let is_other = location.value.contains("://") && !location.value.starts_with("file:");
    report.push(if is_other {
        Finding::new(
            &catalogue::NOT_SUPPORTED,
            "a location that is no file is not supported yet",
        )
        .at(location.span, "the gateway could not read this")
        .help("bring the secrets into the environment or a file: `location: file:///secrets.yaml`")
    } else {
        Finding::new(
            &catalogue::WRONG_TYPE,
            format!("`{}` is not the location of a file", location.value),
        )
        .at(location.span, "expected `file:///` and a path")
        .help("write `file:///secrets.yaml` for `secrets.yaml` where the gateway is started")
    });
    None
}

impl SecretsFile {
    /// What gives the setting its name.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// The setting that names another file.
    pub(super) fn setting(&self) -> Setting {
        let help = format!("File of secrets of `{}`, YAML or JSON", self.namespace);
        let mut setting =
            Settings::of_namespace(&self.namespace, "secrets-file", SettingForm::Path, help);
        setting.default = Some(self.path.clone());
        setting
    }
}
