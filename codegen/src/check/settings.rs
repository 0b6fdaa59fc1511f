//! The one place that names settings (LANGUAGE.md §7).

use super::names::{environment, flag};
use crate::model::{Setting, SettingForm, TextPart};

/// The settings found so far, in the file's order.
#[derive(Debug, Default)]
pub(super) struct Settings {
    settings: Vec<Setting>,
}

impl Settings {
    /// A setting made from a namespace and a suffix: `lago-customers` and `base-uri`.
    pub(super) fn of_namespace(
        namespace: &str,
        suffix: &str,
        form: SettingForm,
        help: String,
    ) -> Setting {
        Self::of_environment(
            format!("{}_{}", environment(namespace), environment(suffix)),
            form,
            help,
        )
    }

    /// A setting that is read from a source key of the environment.
    pub(super) fn of_environment(environment: String, form: SettingForm, help: String) -> Setting {
        Setting {
            flag: flag(&environment),
            environment,
            form,
            default: None,
            derived: Vec::new(),
            help,
            needed: Vec::new(),
        }
    }

    /// Adds a setting, or what needs it where it is known already; returns its flag.
    pub(super) fn add(&mut self, setting: Setting) -> String {
        let flag = setting.flag.clone();
        match self.settings.iter_mut().find(|known| known.flag == flag) {
            Some(known) => {
                for needed in setting.needed {
                    if !known.needed.contains(&needed) {
                        known.needed.push(needed);
                    }
                }
            }
            None => self.settings.push(setting),
        }
        flag
    }

    pub(super) fn into_vec(self) -> Vec<Setting> {
        self.settings
    }
}

/// The flags of the settings that a text is made of.
pub(super) fn flags(parts: &[TextPart]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| match part {
        TextPart::Setting(flag) => Some(flag.as_str()),
        TextPart::Literal(_) => None,
    })
}
