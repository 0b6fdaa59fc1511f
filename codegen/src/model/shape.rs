//! What answers are made of.

/// What a route or a tool answers with, where that is not the upstream's answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The name of its constant in the generated code.
    pub name: String,
    /// What it is.
    pub root: Output,
    /// The line of the operation or tool that declares it first.
    pub line: usize,
}

/// One value of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Output {
    /// Where it stands in the upstream's answer, from the value that encloses it; `None` where it is made of what it holds.
    pub path: Option<Vec<Step>>,
    /// What it is.
    pub form: OutputForm,
    /// What it means.
    pub description: String,
}

/// What a value of an answer is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OutputForm {
    /// Text, which is cut after so many characters.
    Text(Option<usize>),
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// An object as it came.
    AnyObject,
    /// An object with these members.
    Object(Vec<(String, Output)>),
    /// An array.
    Array {
        /// Where in each item the value stands that is meant.
        each: Vec<Step>,
        /// What is made of it.
        item: Box<Output>,
    },
    /// This JSON.
    Constant(String),
}

/// One step of a path (RFC 9535 §2.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The member of this name.
    Name(String),
    /// The item at this position, from the first.
    Index(usize),
    /// The item at this position from the end; 1 is the last.
    FromEnd(usize),
}

impl Output {
    /// Whether every answer of it is a JSON object, where it is the root.
    pub fn is_object(&self) -> bool {
        matches!(self.form, OutputForm::Object(_))
    }
}
