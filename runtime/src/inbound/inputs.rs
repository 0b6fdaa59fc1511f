//! The typed values of one request, in the order of its input table.

use std::sync::Arc;

use http::StatusCode;

use super::file::File;
use super::json::{Body, Json, JsonObject};
use super::{Input, Place};
use crate::problem::ParameterProblem;
use crate::settings::Secret;
use crate::upstream::{CallError, Parameter};

/// A checked inbound value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A 64-bit signed integer.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// A boolean.
    Boolean(bool),
    /// A list of texts.
    List(Vec<String>),
    /// A JSON object.
    Object(JsonObject),
    /// Any JSON value.
    Json(Json),
    /// A request body.
    Body(Body),
    /// A file.
    File(File),
}

/// The values of one request: one slot for each entry of its input table, and the variables of the capability.
#[derive(Debug)]
pub struct Inputs {
    slots: Vec<Option<Value>>,
    variables: Variables,
}

/// The values of the variables that fill holes of requests, read at start (LANGUAGE.md §2).
pub type Variables = Arc<[Secret]>;

impl Inputs {
    /// Moves the value of slot `index` out, as the type the parameter of the upstream call has.
    ///
    /// # Errors
    /// [`CallError::Internal`] if the slot holds another type: the tables of one capability are emitted
    /// together, so this is a defect of the compiler, never of a request.
    pub fn take<T: FromValue>(&mut self, index: usize) -> Result<T, CallError> {
        T::from_value(self.slots.get_mut(index).and_then(Option::take)).ok_or(CallError::Internal(
            "an input does not have the type its table declares",
        ))
    }

    /// The values from the first slot on, to be taken one after the other.
    pub fn in_order(&mut self) -> InOrder<'_> {
        InOrder {
            inputs: self,
            next: 0,
        }
    }

    /// As [`Inputs::take`], but leaves the value for another parameter that is fed by the same input.
    ///
    /// # Errors
    /// As [`Inputs::take`].
    pub fn copy<T: FromValue>(&mut self, index: usize) -> Result<T, CallError> {
        T::from_value(self.slots.get(index).cloned().flatten()).ok_or(CallError::Internal(
            "an input does not have the type its table declares",
        ))
    }

    /// The value of slot `index`, to be written into a text or into JSON.
    pub fn given(&self, index: usize) -> &Option<Value> {
        self.slots.get(index).unwrap_or(&None)
    }

    /// The variable of this index.
    ///
    /// # Errors
    /// [`CallError::Internal`] if there is none, which is a defect of the compiler.
    pub fn variable(&self, index: usize) -> Result<&str, CallError> {
        self.variables
            .get(index)
            .map(Secret::expose)
            .ok_or(CallError::Internal("a variable is not in its table"))
    }

    /// All variables, in the order of their indexes.
    pub(crate) fn variables(&self) -> &[Secret] {
        &self.variables
    }

    /// As [`Inputs::variable`], as the type the parameter of the upstream call has.
    ///
    /// # Errors
    /// As [`Inputs::variable`], and if the parameter is no text.
    pub fn take_variable<T: FromValue>(&self, index: usize) -> Result<T, CallError> {
        self.text(&[&self.variable(index)?])
    }

    /// A text of several pieces; absent where one of them is.
    ///
    /// # Errors
    /// [`CallError::Internal`] if a required one is absent, which is a defect of the compiler.
    pub fn text<T: FromValue>(&self, pieces: &[&dyn Parameter]) -> Result<T, CallError> {
        T::from_value(crate::upstream::text(pieces).map(Value::Text))
            .ok_or(CallError::Internal("a text has a piece that is absent"))
    }

    /// As [`Inputs::copy`], with a number or boolean as its text: the upstream takes text.
    ///
    /// # Errors
    /// As [`Inputs::take`].
    pub fn copy_as_text<T: FromValue>(&mut self, index: usize) -> Result<T, CallError> {
        let value = self
            .slots
            .get(index)
            .cloned()
            .flatten()
            .map(|value| match value {
                Value::Integer(number) => Value::Text(number.to_string()),
                Value::Number(number) => Value::Text(number.to_string()),
                Value::Boolean(boolean) => Value::Text(boolean.to_string()),
                other => other,
            });
        T::from_value(value).ok_or(CallError::Internal(
            "an input does not have the type its table declares",
        ))
    }
}

/// The values of one request, slot by slot.
#[derive(Debug)]
pub struct InOrder<'a> {
    inputs: &'a mut Inputs,
    next: usize,
}

impl InOrder<'_> {
    /// [`Inputs::take`] of the next slot.
    ///
    /// # Errors
    /// As [`Inputs::take`].
    pub fn take<T: FromValue>(&mut self) -> Result<T, CallError> {
        let slot = self.next;
        self.next += 1;
        self.inputs.take(slot)
    }
}

/// A function that makes the request of a call whose parameters take the inputs in their order:
/// `call_in_order!(find => Find { id, page });`, where the module `client` is in scope.
#[macro_export]
macro_rules! call_in_order {
    ($function:ident => $parameters:ident { $($field:ident),+ }) => {
        pub(crate) fn $function(
            inputs: &mut $crate::prelude::Inputs,
        ) -> Result<$crate::prelude::Request, $crate::prelude::CallError> {
            let mut inputs = inputs.in_order();
            Ok(client::$parameters { $($field: inputs.take()?),+ }.request())
        }
    };
}

/// Gathers the values and all the problems of one request.
#[derive(Debug)]
pub struct Collector {
    table: &'static [Input],
    slots: Vec<Option<Value>>,
    problems: Vec<ParameterProblem>,
}

impl Collector {
    /// A collector for the inputs of one route or tool.
    pub fn new(table: &'static [Input]) -> Self {
        Self {
            table,
            slots: table.iter().map(|_| None).collect(),
            problems: Vec::new(),
        }
    }

    /// Sets the value of slot `index`, or notes what is wrong with it.
    pub fn set(&mut self, index: usize, value: Result<Value, String>) {
        let (Some(input), Some(slot)) = (self.table.get(index), self.slots.get_mut(index)) else {
            return;
        };
        match value.and_then(|value| check_segment(input, value)) {
            Ok(value) => *slot = Some(value),
            Err(detail) => self.problems.push(ParameterProblem::of(input, detail)),
        }
    }

    /// Notes a problem that is not about the value of a declared input.
    pub fn refuse(&mut self, problem: ParameterProblem) {
        self.problems.push(problem);
    }

    /// Whether slot `index` has a value already.
    pub fn is_set(&self, index: usize) -> bool {
        matches!(self.slots.get(index), Some(Some(_)))
    }

    /// All values and the `variables` beside them.
    ///
    /// # Errors
    /// [`CallError::Refused`] with all problems: what was noted, and every required input that is missing.
    pub fn finish(mut self, variables: &Variables) -> Result<Inputs, CallError> {
        for (input, slot) in self.table.iter().zip(&self.slots) {
            let place = input.place.name();
            let noted =
                |problem: &ParameterProblem| problem.name == input.name && problem.place == place;
            let whole_body_noted = |problem: &ParameterProblem| {
                matches!(
                    input.place,
                    Place::Body | Place::BodyField | Place::FormField
                ) && (problem.status != StatusCode::BAD_REQUEST || problem.name == "body")
            };
            if input.required
                && slot.is_none()
                && !self
                    .problems
                    .iter()
                    .any(|p| noted(p) || whole_body_noted(p))
            {
                let detail = format!("is required; expected {}", input.kind.expected());
                self.problems.push(ParameterProblem::of(input, detail));
            }
        }
        if self.problems.is_empty() {
            Ok(Inputs {
                slots: self.slots,
                variables: variables.clone(),
            })
        } else {
            Err(CallError::Refused(self.problems))
        }
    }
}

fn check_segment(input: &Input, value: Value) -> Result<Value, String> {
    if !input.segment {
        return Ok(value);
    }
    match &value {
        Value::Text(text) => crate::upstream::check_segment(text)?,
        Value::List(items) if items.is_empty() => return Err("must not be empty".to_owned()),
        Value::List(items) if items.len() == 1 => items
            .iter()
            .try_for_each(|item| crate::upstream::check_segment(item))?,
        _ => {}
    }
    Ok(value)
}

/// A Rust type a slot can be read as.
pub trait FromValue: Sized {
    /// The value of a slot, `None` where it has another type or a required one is absent.
    fn from_value(value: Option<Value>) -> Option<Self>;
}

macro_rules! from_value {
    ($($type:ty: $variant:ident),* $(,)?) => {$(
        impl FromValue for $type {
            fn from_value(value: Option<Value>) -> Option<Self> {
                match value {
                    Some(Value::$variant(value)) => Some(value.into()),
                    _ => None,
                }
            }
        }
        impl FromValue for Option<$type> {
            fn from_value(value: Option<Value>) -> Option<Self> {
                match value {
                    None => Some(None),
                    Some(Value::$variant(value)) => Some(Some(value.into())),
                    Some(_) => None,
                }
            }
        }
    )*};
}

from_value!(
    String: Text,
    Secret: Text,
    i64: Integer,
    f64: Number,
    bool: Boolean,
    Vec<String>: List,
    JsonObject: Object,
    Json: Json,
    Body: Body,
    File: File,
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbound::Kind;

    static TABLE: &[Input] = &[
        Input::path(0, "id", Kind::Text).segment(),
        Input::query("count", Kind::Integer),
        Input::body("body", Kind::Object).required(),
    ];

    fn problems(collector: Collector) -> Vec<String> {
        match collector.finish(&Variables::default()) {
            Err(CallError::Refused(problems)) => problems.iter().map(ToString::to_string).collect(),
            other => panic!("expected problems, got {other:?}"),
        }
    }

    #[test]
    fn reports_every_problem_at_once_and_each_once() {
        let mut collector = Collector::new(TABLE);
        collector.set(0, Ok(Value::Text("..".to_owned())));
        collector.set(1, Err("expected an integer, got \"x\"".to_owned()));
        assert_eq!(
            problems(collector),
            [
                "path parameter `id`: must not be \"..\": it would address another resource",
                "query parameter `count`: expected an integer, got \"x\"",
                "request body: is required; expected a JSON object",
            ]
        );
    }

    #[test]
    fn hands_out_typed_values_and_absent_options() {
        let mut collector = Collector::new(TABLE);
        collector.set(0, Ok(Value::Text("a".to_owned())));
        collector.set(2, Ok(Value::Object(JsonObject::default())));
        let mut inputs = collector.finish(&Variables::default()).unwrap();
        assert_eq!(inputs.copy::<String>(0).unwrap(), "a");
        assert_eq!(inputs.take::<String>(0).unwrap(), "a");
        assert_eq!(inputs.take::<Option<i64>>(1).unwrap(), None);
        assert!(inputs.take::<String>(2).is_err());
    }
}
