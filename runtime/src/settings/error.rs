//! What is wrong with the settings.

/// One or more problems with the settings, each a sentence of its own. None repeats a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    problems: Vec<String>,
}

impl SettingsError {
    /// One problem.
    pub fn new(problem: impl Into<String>) -> Self {
        Self {
            problems: vec![problem.into()],
        }
    }

    pub(super) fn from_problems(problems: Vec<String>) -> Self {
        Self { problems }
    }
}

impl std::fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, problem) in self.problems.iter().enumerate() {
            if position > 0 {
                formatter.write_str("\n")?;
            }
            formatter.write_str(problem)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}
