//! Reading the values of settings and checking them, all problems at once.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use super::command::Flags;
use super::secrets_file::{self, Secrets};
use super::table::{Form, GATEWAY_SETTINGS, Part, Setting};
use super::{Secret, SettingsError};
use crate::server::AllowedCallers;
use crate::upstream::BaseUri;

/// Where environment variables come from: the process, or a test.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<std::ffi::OsString>;

/// The values of all settings, checked.
#[derive(Clone, Debug)]
pub struct SettingValues {
    values: BTreeMap<&'static str, Secret>,
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
        let mut reader = Reader {
            values: BTreeMap::new(),
            problems: Vec::new(),
            spared: Vec::new(),
            files: BTreeMap::new(),
        };
        // A base URI that is given spares the settings that the file's own is made of, so those come last.
        let (derived, plain): (Vec<&Setting>, Vec<&Setting>) = settings
            .iter()
            .chain(GATEWAY_SETTINGS)
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
        if problems.is_empty() {
            Ok(Self { values })
        } else {
            Err(SettingsError::from_problems(problems))
        }
    }

    /// These values, unchecked.
    #[cfg(test)]
    pub(crate) fn of(values: &[(&'static str, &str)]) -> Self {
        let values = values
            .iter()
            .map(|(flag, value)| (*flag, Secret::new(*value)));
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
        self.values
            .get(flag)
            .ok_or_else(|| SettingsError::new(format!("no table declares the setting --{flag}")))
    }

    pub(crate) fn seconds(&self, flag: &str) -> Result<Duration, SettingsError> {
        parse_seconds(self.text(flag)?)
            .ok_or_else(|| SettingsError::new(format!("--{flag} is no duration")))
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
    values: BTreeMap<&'static str, Secret>,
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
        match found.and_then(|value| value.map(|value| check(setting, value)).transpose()) {
            Ok(Some(value)) => {
                self.values.insert(setting.flag, Secret::new(value));
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
    fn find_in_file(&mut self, setting: &Setting) -> Result<Option<String>, String> {
        let Some((flag, key)) = setting.in_file else {
            return Ok(None);
        };
        let Some(path) = self.values.get(flag).map(Secret::expose) else {
            return Ok(None);
        };
        let file = self
            .files
            .entry(flag)
            .or_insert_with(|| secrets_file::read(path));
        let values = file.as_ref().map_err(Clone::clone)?;
        let value = values.as_ref().and_then(|values| values.get(key));
        Ok(value.filter(|value| !value.is_empty()).cloned())
    }

    fn missing(&self, setting: &Setting) -> String {
        let mut problem = missing(setting);
        if let Some((flag, key)) = setting.in_file {
            let path = self.values.get(flag).map(Secret::expose);
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
        let parts: Option<Vec<&str>> = setting
            .derived
            .iter()
            .map(|part| match part {
                Part::Literal(text) => Some(*text),
                Part::Setting(flag) => self.values.get(flag).map(Secret::expose),
            })
            .collect();
        let Some(value) = parts.map(|parts| parts.concat()) else {
            return;
        };
        match check(setting, value) {
            Ok(value) => {
                self.values.insert(setting.flag, Secret::new(value));
            }
            // The value is not repeated: a part of it may be a secret.
            Err(_) => self.problems.push(format!(
                "--{} ({}) is made of other settings, and is no base URI with the values they have",
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
) -> Result<Option<String>, String> {
    let variable = |name: &str| match environment(name).filter(|value| !value.is_empty()) {
        None => Ok(None),
        Some(value) => value
            .into_string()
            .map(Some)
            .map_err(|_| format!("{name} is not UTF-8")),
    };
    if setting.form != Form::Secret {
        return match flags.get(setting.flag) {
            Some(value) => Ok(Some(value.to_owned())),
            None => {
                Ok(variable(setting.environment)?.or_else(|| setting.default.map(str::to_owned)))
            }
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
        (Some(value), None) => return Ok(Some(value.to_owned())),
        (None, Some(path)) => return read_file(&format!("--{file_flag}"), path).map(Some),
        (None, None) => {}
    }
    match (variable(setting.environment)?, variable(&file_variable)?) {
        (Some(_), Some(_)) => Err(format!(
            "{} and {file_variable} are both set; unset one",
            setting.environment
        )),
        (Some(value), None) => Ok(Some(value)),
        (None, Some(path)) => read_file(&file_variable, &path).map(Some),
        (None, None) => Ok(setting.default.map(str::to_owned)),
    }
}

fn read_file(source: &str, path: &str) -> Result<String, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{source} ({path}): {error}"))?;
    let text = text
        .strip_suffix('\n')
        .map(|text| text.strip_suffix('\r').unwrap_or(text))
        .unwrap_or(&text);
    Ok(text.to_owned())
}

fn missing(setting: &Setting) -> String {
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

fn check(setting: &Setting, value: String) -> Result<String, String> {
    let name = format!("--{} ({})", setting.flag, setting.environment);
    let wrong = |expected: &str| {
        Err(format!(
            "{name} is {}; expected {expected}",
            crate::inbound::shown(&value)
        ))
    };
    match setting.form {
        Form::Secret if value.is_empty() => return Err(missing(setting)),
        Form::Secret | Form::Text | Form::Path => {}
        Form::BaseUri => {
            BaseUri::parse(&value).map_err(|error| format!("{name}: {error}"))?;
        }
        Form::Address if value.parse::<IpAddr>().is_err() => {
            return wrong("an IP address such as 127.0.0.1, 0.0.0.0 or ::1");
        }
        Form::Port if value.parse::<u16>().is_err() => return wrong("a port from 0 to 65535"),
        Form::Seconds if parse_seconds(&value).is_none() => {
            return wrong(&format!(
                "a number of seconds greater than 0, at most {SECONDS_LIMIT}"
            ));
        }
        Form::Bytes if value.parse::<usize>().is_err() => return wrong("a number of bytes"),
        Form::Count if parse_count(&value).is_none() => {
            return wrong(&format!("a whole number from 1 to {COUNT_LIMIT}"));
        }
        Form::Number if parse_number(&value).is_none() => {
            return wrong(&format!("a whole number from 0 to {COUNT_LIMIT}"));
        }
        Form::Hosts if AllowedCallers::parse(&value, "").is_none() => {
            return wrong(
                "hosts such as gateway.example or gateway.example:8080, with commas between",
            );
        }
        Form::Origins if AllowedCallers::parse("", &value).is_none() => {
            return wrong("origins such as https://app.example, with commas between");
        }
        Form::Choice(words) if !words.contains(&value.as_str()) => {
            return wrong(&format!("one of {}", words.join(", ")));
        }
        Form::Address
        | Form::Port
        | Form::Seconds
        | Form::Bytes
        | Form::Count
        | Form::Number
        | Form::Hosts
        | Form::Origins
        | Form::Choice(_) => {}
    }
    Ok(value)
}

/// What a count may be at most: the semaphores that are made of counts hold no more on any machine.
const COUNT_LIMIT: usize = 1_000_000;

fn parse_count(text: &str) -> Option<usize> {
    parse_number(text).filter(|count| *count > 0)
}

fn parse_number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number| *number <= COUNT_LIMIT)
}

/// What a duration may be at most: ten years. A clock cannot be asked about the far future, and panics.
const SECONDS_LIMIT: u64 = 315_360_000;

fn parse_seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| !duration.is_zero() && *duration <= Duration::from_secs(SECONDS_LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_one_that_a_clock_can_be_asked_about() {
        for text in ["0", "-1", "NaN", "inf", "1e10", "1e19", "x", ""] {
            assert_eq!(parse_seconds(text), None, "{text}");
        }
        assert_eq!(parse_seconds("0.05"), Some(Duration::from_millis(50)));
        let longest = parse_seconds(&SECONDS_LIMIT.to_string()).unwrap();
        assert!(tokio::time::Instant::now().checked_add(longest).is_some());
    }
}
