//! All settings as they are, for whoever wonders what a gateway runs with.

use super::read::{Found, Source};
use super::table::{Form, Part, Setting};
use super::{SettingValues, gateway_settings};

/// What stands for a secret.
const REDACTED: &str = "(redacted)";

/// One line a setting, the capability's first: its flag, its value, where that came from. No line holds a secret, nor
/// what is made of one.
pub(crate) fn show(settings: &'static [Setting], values: &SettingValues) -> String {
    let mut lines = String::new();
    for setting in settings.iter().chain(gateway_settings()) {
        let line = match values.found(setting.flag) {
            Some(found) => {
                let value = match is_secret(settings, setting, &found.source) {
                    true => REDACTED.to_owned(),
                    // One line a setting, whatever a value holds.
                    false => found.value.expose().escape_debug().to_string(),
                };
                format!("{} = {value}  # {}\n", setting.flag, source(setting, found))
            }
            None => format!("{} is not set\n", setting.flag),
        };
        lines.push_str(&line);
    }
    lines
}

fn is_secret(settings: &[Setting], setting: &Setting, source: &Source) -> bool {
    let is_secret = |flag: &str| {
        let mut settings = settings.iter();
        settings.any(|other| other.flag == flag && other.form == Form::Secret)
    };
    let is_made_of_one = || {
        let mut parts = setting.derived.iter();
        parts.any(|part| matches!(part, Part::Setting(flag) if is_secret(flag)))
    };
    let is_given = *source != Source::Default;
    (setting.form.is_secret() && is_given) || (*source == Source::Derived && is_made_of_one())
}

fn source(setting: &Setting, found: &Found) -> String {
    match &found.source {
        Source::Flag => format!("--{}", setting.flag),
        Source::Environment => setting.environment.to_owned(),
        Source::File { named_by, path } => format!("{}, named by {named_by}", path.display()),
        Source::SecretsFile(path) => path.display().to_string(),
        Source::Derived => "made of other settings".to_owned(),
        Source::Default => "default".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capability::Capability;
    use crate::settings::tests::capability;

    static SETTINGS: &[Setting] = &[
        Setting::secret("key", "KEY"),
        Setting::text("region", "REGION"),
        Setting::base_uri("base-uri", "BASE_URI").derived(&[
            Part::Literal("https://"),
            Part::Setting("key"),
            Part::Literal(".test"),
        ]),
    ];

    static CAPABILITY: Capability = capability(SETTINGS);

    fn shown(environment: &[(&str, &str)]) -> String {
        let found = |name: &str| {
            let mut pairs = environment.iter();
            pairs
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.into())
        };
        let flags = crate::settings::parse(&CAPABILITY, ["gateway".into()]).unwrap();
        let (values, _) = SettingValues::read_what_is_there(SETTINGS, &flags, &found);
        show(SETTINGS, &values)
    }

    #[test]
    fn neither_a_secret_nor_what_is_made_of_it_is_shown() {
        let text = shown(&[("KEY", "canary")]);
        assert!(!text.contains("canary"), "{text}");
        assert!(text.contains("key = (redacted)  # KEY\n"), "{text}");
        let derived = "base-uri = (redacted)  # made of other settings\n";
        assert!(text.contains(derived), "{text}");
        assert!(text.contains("region is not set\n"), "{text}");
        assert!(text.contains("stop-timeout = 30  # default\n"), "{text}");
    }

    #[test]
    fn a_value_stays_on_its_line() {
        let text = shown(&[("KEY", "k"), ("REGION", "a\nb")]);
        assert!(text.contains("region = a\\nb  # REGION\n"), "{text}");
    }
}
