//! Reading the values of settings and checking them, all problems at once.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::time::Duration;

use super::check::{OFF, check, parse_count, parse_delay, parse_number, parse_seconds};
use super::command::Flags;
use super::secrets_file::{self, Secrets};
use super::table::{Form, Part, Setting};
use super::{Secret, SettingsError, gateway_settings};

/// Where environment variables come from: the process, or a test.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<std::ffi::OsString>;

/// The values of all settings, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingValues {
    values: BTreeMap<&'static str, Found>,
}

/// A value, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) value: Secret,
    pub(super) source: Source,
}

/// Where the value of a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Flag,
    Environment,
    /// A file that a flag or a variable names.
    File {
        named_by: String,
        path: PathBuf,
    },
    /// The file of secrets of a bind.
    SecretsFile(PathBuf),
    /// Other settings.
    Derived,
    Default,
}

impl SettingValues {
    /// Reads every setting of a capability and of the gateway.
    ///
    /// # Errors
    /// Names all settings that are missing or malformed at once. No value of a secret is repeated.
    pub fn read(
        settings: &'static [Setting],
        flags: &Flags,
        environment: Environment<'_>,
    ) -> Result<Self, SettingsError> {
        let (values, problems) = Self::read_what_is_there(settings, flags, environment);
        problems.map_or(Ok(values), Err)
    }

    /// As [`SettingValues::read`], with the values that can be used where others cannot.
    pub(crate) fn read_what_is_there(
        settings: &'static [Setting],
        flags: &Flags,
        environment: Environment<'_>,
    ) -> (Self, Option<SettingsError>) {
        let mut reader = Reader {
            values: BTreeMap::new(),
            problems: Vec::new(),
            spared: Vec::new(),
            files: BTreeMap::new(),
        };
        // A base URI that is given spares the settings that the file's own is made of, so those come last.
        let (derived, plain): (Vec<&Setting>, Vec<&Setting>) = settings
            .iter()
            .chain(gateway_settings())
            .partition(|setting| !setting.derived.is_empty());
        for setting in &derived {
            reader.read(setting, flags, environment);
        }
        for setting in plain {
            reader.read(setting, flags, environment);
        }
        for setting in derived {
            reader.derive(setting);
        }
        let Reader {
            values, problems, ..
        } = reader;
        let wrong = (!problems.is_empty()).then(|| SettingsError::from_problems(problems));
        (Self { values }, wrong)
    }

    /// These values, unchecked.
    #[cfg(test)]
    pub(crate) fn of(values: &[(&'static str, &str)]) -> Self {
        let values = values.iter().map(|(flag, value)| {
            let value = Secret::new(*value);
            let source = Source::Flag;
            (*flag, Found { value, source })
        });
        Self {
            values: values.collect(),
        }
    }

    /// A text that is put together of literals and other settings; it may hold a secret.
    ///
    /// # Errors
    /// As [`SettingValues::text`].
    pub fn join(&self, parts: &[Part]) -> Result<Secret, SettingsError> {
        let mut joined = String::new();
        for part in parts {
            joined.push_str(match part {
                Part::Literal(text) => text,
                Part::Setting(flag) => self.text(flag)?,
            });
        }
        Ok(Secret::new(joined))
    }

    /// The text of a setting.
    ///
    /// # Errors
    /// If no table declares it: a defect of the compiler.
    pub fn text(&self, flag: &str) -> Result<&str, SettingsError> {
        self.secret(flag).map(Secret::expose)
    }

    /// The value of a secret.
    ///
    /// # Errors
    /// As [`SettingValues::text`].
    pub fn secret(&self, flag: &str) -> Result<&Secret, SettingsError> {
        self.found(flag)
            .map(|found| &found.value)
            .ok_or_else(|| SettingsError::new(format!("no table declares the setting --{flag}")))
    }

    /// What no answer of an upstream may show: the values of the secrets `flags`, and its base URI, the setting
    /// `base_uri`, where that is given as a whole, for its path may hold a secret.
    pub(crate) fn secrets_of_upstream(&self, flags: &[&str], base_uri: &str) -> Vec<Secret> {
        let given = self.found(base_uri);
        let given = given.filter(|it| !matches!(it.source, Source::Derived | Source::Default));
        // A secret of a base URI that is given as a whole has no value.
        let secrets = flags.iter().filter_map(|flag| self.found(flag));
        let all = secrets.chain(given);
        all.map(|found| found.value.clone()).collect()
    }

    pub(super) fn found(&self, flag: &str) -> Option<&Found> {
        self.values.get(flag)
    }

    /// Whether a value was read from a file.
    pub(crate) fn has_files(&self) -> bool {
        let mut sources = self.values.values().map(|found| &found.source);
        sources.any(|source| matches!(source, Source::File { .. } | Source::SecretsFile(_)))
    }

    /// The flags of the settings that have another value in `other`.
    pub(crate) fn differences(&self, other: &Self) -> Vec<&'static str> {
        let values = other.values.iter();
        let changed = values.filter(|(flag, found)| self.values.get(*flag) != Some(found));
        changed.map(|(flag, _)| *flag).collect()
    }

    /// Whether nobody has set it.
    pub(crate) fn is_default(&self, flag: &str) -> bool {
        self.found(flag)
            .is_some_and(|found| found.source == Source::Default)
    }

    pub(crate) fn seconds(&self, flag: &str) -> Result<Duration, SettingsError> {
        parse_seconds(self.text(flag)?)
            .ok_or_else(|| SettingsError::new(format!("--{flag} is no duration")))
    }

    pub(crate) fn delay(&self, flag: &str) -> Result<Duration, SettingsError> {
        parse_delay(self.text(flag)?)
            .ok_or_else(|| SettingsError::new(format!("--{flag} is no duration")))
    }

    /// Whether the setting, an optional port, is not `off`.
    pub(crate) fn is_on(&self, flag: &str) -> Result<bool, SettingsError> {
        Ok(self.text(flag)? != OFF)
    }

    pub(crate) fn bytes(&self, flag: &str) -> Result<usize, SettingsError> {
        self.text(flag)?
            .parse()
            .map_err(|_| SettingsError::new(format!("--{flag} is no size")))
    }

    pub(crate) fn number(&self, flag: &str) -> Result<usize, SettingsError> {
        parse_number(self.text(flag)?)
            .ok_or_else(|| SettingsError::new(format!("--{flag} is no number")))
    }

    pub(crate) fn count(&self, flag: &str) -> Result<usize, SettingsError> {
        parse_count(self.text(flag)?)
            .ok_or_else(|| SettingsError::new(format!("--{flag} is no count")))
    }
}

struct Reader {
    values: BTreeMap<&'static str, Found>,
    problems: Vec<String>,
    /// Flags that need no value, because what they are a part of is set as a whole.
    spared: Vec<&'static str>,
    /// The files of secrets, by the flags that name them.
    files: BTreeMap<&'static str, Result<Option<Secrets>, String>>,
}

impl Reader {
    fn read(&mut self, setting: &Setting, flags: &Flags, environment: Environment<'_>) {
        let found = match find(setting, flags, environment) {
            Ok(None) => self.find_in_file(setting),
            found => found,
        };
        let checked = found.and_then(|found| {
            let checked = found.map(|(value, source)| Ok((check(setting, value)?, source)));
            checked.transpose()
        });
        match checked {
            Ok(Some((value, source))) => {
                let value = Secret::new(value);
                self.values.insert(setting.flag, Found { value, source });
                self.spared
                    .extend(setting.derived.iter().filter_map(|part| match part {
                        Part::Setting(flag) => Some(*flag),
                        Part::Literal(_) => None,
                    }));
            }
            // Over standard input and output nothing listens.
            Ok(None) if setting.form == Form::Port && flags.stdio().is_some() => {}
            Ok(None) if setting.derived.is_empty() && !self.is_spared(setting) => {
                self.problems.push(self.missing(setting));
            }
            Ok(None) => {}
            // A file that cannot be read is told once, whatever is missing for it.
            Err(problem) if self.problems.contains(&problem) => {}
            Err(problem) => self.problems.push(problem),
        }
    }

    /// The value in the file of secrets, which is read when it is needed first.
    fn find_in_file(&mut self, setting: &Setting) -> Result<Option<(String, Source)>, String> {
        let Some((flag, key)) = setting.in_file else {
            return Ok(None);
        };
        let Some(path) = self.values.get(flag).map(|found| found.value.expose()) else {
            return Ok(None);
        };
        let file = self
            .files
            .entry(flag)
            .or_insert_with(|| secrets_file::read(path));
        let values = file.as_ref().map_err(Clone::clone)?;
        let value = values.as_ref().and_then(|values| values.get(key));
        let value = value.filter(|value| !value.is_empty()).cloned();
        Ok(value.map(|value| (value, Source::SecretsFile(path.into()))))
    }

    fn missing(&self, setting: &Setting) -> String {
        let mut problem = missing(setting);
        if let Some((flag, key)) = setting.in_file {
            let path = self.values.get(flag).map(|found| found.value.expose());
            let is_there = matches!(self.files.get(flag), Some(Ok(Some(_))));
            let state = if is_there {
                "has no value for it"
            } else {
                "is not there"
            };
            problem.push_str(&format!(
                ", or write `{key}: …` into {} (--{flag}), which {state}",
                path.unwrap_or_default()
            ));
        }
        problem
    }

    /// A value that is needed elsewhere too is not spared: then its needs are more than one.
    fn is_spared(&self, setting: &Setting) -> bool {
        self.spared.contains(&setting.flag) && !setting.needed.contains("; ")
    }

    /// A derived value; where a part is missing that has been reported already.
    fn derive(&mut self, setting: &Setting) {
        if self.values.contains_key(setting.flag) {
            return;
        }
        let mut value = String::new();
        for part in setting.derived {
            let text = match part {
                Part::Literal(text) => text,
                Part::Setting(flag) => match self.values.get(flag) {
                    Some(found) => found.value.expose(),
                    None => return,
                },
            };
            // All that is derived are URIs: there an IPv6 address stands in brackets (RFC 3986 §3.2.2).
            match value.ends_with("://") && text.parse::<Ipv6Addr>().is_ok() {
                true => value.push_str(&format!("[{text}]")),
                false => value.push_str(text),
            }
        }
        match check(setting, value) {
            Ok(value) => {
                let (value, source) = (Secret::new(value), Source::Derived);
                self.values.insert(setting.flag, Found { value, source });
            }
            // The value is not repeated: a part of it may be a secret.
            Err(_) => self.problems.push(format!(
                "--{} ({}) is made of other settings, and is no URI with the values they have",
                setting.flag, setting.environment
            )),
        }
    }
}

/// The value as it was given, `None` where it was not. An empty environment variable counts as unset:
/// that is how deployment tools spell an absent one.
fn find(
    setting: &Setting,
    flags: &Flags,
    environment: Environment<'_>,
) -> Result<Option<(String, Source)>, String> {
    let variable = |name: &str| match environment(name).filter(|value| !value.is_empty()) {
        None => Ok(None),
        Some(value) => value
            .into_string()
            .map(Some)
            .map_err(|_| format!("{name} is not UTF-8")),
    };
    let given = |value: String| Some((value, Source::Environment));
    let default = || {
        setting
            .default
            .map(|text| (text.to_owned(), Source::Default))
    };
    if !setting.form.is_secret() {
        return match flags.get(setting.flag) {
            Some(value) => Ok(Some((value.to_owned(), Source::Flag))),
            None => Ok(variable(setting.environment)?.map_or_else(default, given)),
        };
    }
    let file_flag = format!("{}-file", setting.flag);
    let file_variable = format!("{}_FILE", setting.environment);
    match (flags.get(setting.flag), flags.get(&file_flag)) {
        (Some(_), Some(_)) => {
            return Err(format!(
                "--{} and --{file_flag} are both given; give one",
                setting.flag
            ));
        }
        (Some(value), None) => return Ok(Some((value.to_owned(), Source::Flag))),
        (None, Some(path)) => return read_file(format!("--{file_flag}"), path).map(Some),
        (None, None) => {}
    }
    match (variable(setting.environment)?, variable(&file_variable)?) {
        (Some(_), Some(_)) => Err(format!(
            "{} and {file_variable} are both set; unset one",
            setting.environment
        )),
        (Some(value), None) => Ok(given(value)),
        (None, Some(path)) => read_file(file_variable, &path).map(Some),
        (None, None) => Ok(default()),
    }
}

fn read_file(named_by: String, path: &str) -> Result<(String, Source), String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{named_by} ({path}): {error}"))?;
    let text = text
        .strip_suffix('\n')
        .map(|text| text.strip_suffix('\r').unwrap_or(text))
        .unwrap_or(&text);
    let path = path.into();
    Ok((text.to_owned(), Source::File { named_by, path }))
}

pub(super) fn missing(setting: &Setting) -> String {
    let source = match setting.form {
        Form::Secret => format!(
            "{0}, or name a file that holds it in {0}_FILE",
            setting.environment
        ),
        _ => format!("{}, or give --{}", setting.environment, setting.flag),
    };
    let uses = if setting.needed.is_empty() {
        setting.help.to_owned()
    } else {
        format!("needed by {}", setting.needed)
    };
    format!("{} is missing: {uses}; set {source}", setting.environment)
}
