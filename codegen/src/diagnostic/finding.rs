//! One thing the compiler has to say.

use std::cmp::Ordering;

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The meaning is not decidable, or the gateway could not honour it. Stops the build.
    Error,
    /// The meaning is clear, but the file has a defect its author would want to know of.
    Warning,
}

impl Severity {
    /// The word for it, as printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// An entry of the [catalogue](super::catalogue): a kind of finding, with the text that explains it.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable name, such as `GW0101`.
    pub id: &'static str,
    /// How bad findings of this kind are.
    pub severity: Severity,
    /// The kind in a few words.
    pub title: &'static str,
    /// What it means, why it matters and how to mend it.
    pub explanation: &'static str,
}

/// A place and what to say there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What to say there; may be empty.
    pub text: String,
}

/// One thing the compiler has to say: a message, the place it is about, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    code: &'static Code,
    severity: Severity,
    message: Box<str>,
    primary: Option<Label>,
    related: Vec<Label>,
    help: Vec<String>,
}

impl Finding {
    /// A finding about the file as a whole, until [`Finding::at`] gives it a place.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into().into_boxed_str(),
            primary: None,
            related: Vec::new(),
            help: Vec::new(),
        }
    }

    /// The place the finding is about, and a few words to put there.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.primary = Some(Label {
            span,
            text: label.into(),
        });
        self
    }

    /// Another place that matters, such as the first of two clashing definitions. May be called several times.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push(Label {
            span,
            text: label.into(),
        });
        self
    }

    /// What to do about it. May be called several times.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// The entry of the catalogue.
    pub fn code(&self) -> &'static Code {
        self.code
    }

    /// How bad it is: the code's severity, unless the report denies warnings.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The place it is about; none if it is about the file as a whole.
    pub fn primary(&self) -> Option<&Label> {
        self.primary.as_ref()
    }

    /// The other places, in the order they were given.
    pub fn related_labels(&self) -> &[Label] {
        &self.related
    }

    /// The advice, in the order it was given.
    pub fn helps(&self) -> &[String] {
        &self.help
    }

    /// The finding of something that is missing, together with that of the key which was most likely meant to be it.
    pub(super) fn explained_by(mut self, written: &str, unknown: &Self) -> Self {
        self.message = format!("{}: `{written}` is not a key of it", self.message).into();
        self.primary.clone_from(&unknown.primary);
        self.help.clone_from(&unknown.help);
        self
    }

    pub(super) fn deny(mut self) -> Self {
        self.severity = Severity::Error;
        self
    }
}

impl Ord for Finding {
    /// The order in which findings are read: by place in the file, then by code.
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |finding: &Self| finding.primary.as_ref().map(|label| label.span);
        place(self)
            .cmp(&place(other))
            .then_with(|| self.code.id.cmp(other.code.id))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| self.primary.cmp(&other.primary))
            .then_with(|| self.related.cmp(&other.related))
            .then_with(|| self.help.cmp(&other.help))
            .then_with(|| self.severity.cmp(&other.severity))
    }
}

impl PartialOrd for Finding {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
