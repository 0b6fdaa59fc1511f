//! The tables the compiler emits: what an answer is to hold, and where each value stands in that of the upstream.

use std::sync::OnceLock;

use http::header::CONTENT_ENCODING;

use super::error::ShapeError;
use super::plan::Frame;
use super::read;
use crate::problem::Problem;
use crate::upstream::{Answer, CallError};

/// One step of a path (RFC 9535 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The member of this name.
    Name(&'static str),
    /// The item at this position, from the first.
    Index(usize),
    /// The item at this position from the end; 1 is the last.
    FromEnd(usize),
}

/// One value of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Where it stands, from the value that encloses it; `None` where it is made of what it holds.
    pub(super) path: Option<&'static [Step]>,
    pub(super) form: Form,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// Text of at most so many characters. A number or a boolean becomes text.
    Text(usize),
    Integer,
    Number,
    Boolean,
    /// An object as it came.
    AnyObject,
    /// An object of these members.
    Object(&'static [(&'static str, Output)]),
    /// An array; what its items are, and where each stands in an item of the upstream's. An item that has nothing there
    /// is left out.
    Array(&'static [Step], &'static Output),
    /// This JSON, whatever the upstream answered.
    Constant(&'static str),
}

impl Output {
    const fn at(path: &'static [Step], form: Form) -> Self {
        Self {
            path: Some(path),
            form,
        }
    }

    /// Text.
    pub const fn string(path: &'static [Step]) -> Self {
        Self::at(path, Form::Text(usize::MAX))
    }

    /// Text that is cut after so many characters.
    pub const fn cut_string(path: &'static [Step], max_length: usize) -> Self {
        Self::at(path, Form::Text(max_length))
    }

    /// A whole number.
    pub const fn integer(path: &'static [Step]) -> Self {
        Self::at(path, Form::Integer)
    }

    /// A number.
    pub const fn number(path: &'static [Step]) -> Self {
        Self::at(path, Form::Number)
    }

    /// A boolean.
    pub const fn boolean(path: &'static [Step]) -> Self {
        Self::at(path, Form::Boolean)
    }

    /// An object, with all that is in it.
    pub const fn any_object(path: &'static [Step]) -> Self {
        Self::at(path, Form::AnyObject)
    }

    /// An object that is made of the one at `path`, from which the paths of its members start.
    pub const fn object(path: &'static [Step], members: &'static [(&'static str, Output)]) -> Self {
        Self::at(path, Form::Object(members))
    }

    /// An object that is made of the item of an array, from which the paths of its members start.
    pub const fn item(members: &'static [(&'static str, Output)]) -> Self {
        Self::object(&[], members)
    }

    /// An object that the upstream's answer does not have: the paths of its members start where its own would.
    pub const fn group(members: &'static [(&'static str, Output)]) -> Self {
        Self {
            path: None,
            form: Form::Object(members),
        }
    }

    /// An array of what is made of each item of the one at `path`.
    pub const fn array(path: &'static [Step], item: &'static Output) -> Self {
        Self::at(path, Form::Array(&[], item))
    }

    /// An array of what is made of the value that stands at `each` in an item of the one at `path`; items without such a
    /// value are left out, as the path `path[*]each` selects nothing of them.
    pub const fn array_of(
        path: &'static [Step],
        each: &'static [Step],
        item: &'static Output,
    ) -> Self {
        Self::at(path, Form::Array(each, item))
    }

    /// This JSON.
    pub const fn constant(json: &'static str) -> Self {
        Self {
            path: None,
            form: Form::Constant(json),
        }
    }
}

/// What an answer is to be. The index by which it is read is made when it is first used.
#[derive(Debug)]
pub struct Shape {
    root: Output,
    frame: OnceLock<Frame>,
}

impl Shape {
    /// The shape of an answer that is `root`.
    pub const fn new(root: Output) -> Self {
        Self {
            root,
            frame: OnceLock::new(),
        }
    }

    /// Whether every answer of this shape is a JSON object.
    pub const fn is_object(&self) -> bool {
        matches!(self.root.form, Form::Object(_))
    }

    /// The answer that is made of `body`, as JSON without line breaks. A value that `body` does not have is `null`; a
    /// root that is an object is an object even then.
    ///
    /// # Errors
    /// If `body` is no JSON, holds a value of another type than is declared, or would make an answer of more than
    /// 10 MiB that is longer than `body` itself.
    pub fn apply(&'static self, body: &[u8]) -> Result<String, ShapeError> {
        read::apply(self.frame(), body)
    }

    /// The answer that is made of an upstream's answer without a body: `null` everywhere, but for constants.
    pub fn of_nothing(&'static self) -> String {
        read::of_nothing(self.frame())
    }

    /// What is made of an upstream's answer for `operation`: `None` where it has no body, and a problem where it is of
    /// another shape, which the log then tells too.
    ///
    /// # Errors
    /// If the answer could not be read: see [`Answer::bytes`].
    pub(crate) async fn of_answer(
        &'static self,
        answer: Answer,
        operation: &'static str,
    ) -> Result<Option<Result<String, Problem>>, CallError> {
        let (upstream, status) = (answer.upstream(), answer.status());
        let encoding = answer.headers().get(CONTENT_ENCODING);
        let is_encoded = encoding.is_some_and(|encoding| encoding != "identity");
        let body = answer.bytes().await?;
        if body.is_empty() {
            return Ok(None);
        }
        let made = if is_encoded {
            Err(ShapeError::Encoded)
        } else {
            self.apply(&body)
        };
        Ok(Some(made.map_err(|error| {
            tracing::warn!(
                operation,
                upstream,
                "the upstream's answer is of another shape: {error}"
            );
            Problem::misshapen(upstream, status, &error)
        })))
    }

    fn frame(&'static self) -> &'static Frame {
        self.frame.get_or_init(|| Frame::of_root(&self.root))
    }
}
