//! The path of a consumed operation: its variables are parameters, and so are those of a query in it.

use super::names::{self, Match};
use super::operation_parameters::Builder;
use super::operation_variables::ENVIRONMENT;
use super::path;
use crate::diagnostic::{Finding, catalogue};
use crate::model::{Parameter, ParameterPlace, PathPart};
use crate::source::Span;
use crate::syntax::{InputParameter, Text};

impl<'b> Builder<'b, '_> {
    /// The path up to its query: literal text, and a parameter for each variable.
    pub(super) fn lower_path(&mut self, path: &str, span: Span) -> Vec<PathPart> {
        let text = Text {
            value: path.to_owned(),
            span,
        };
        if let Some(segment) = path
            .split('/')
            .find(|segment| path::is_dot_segment(segment))
        {
            self.context.push(
                Finding::new(
                    &catalogue::INVALID_PATH,
                    format!("the path has the segment `{segment}`"),
                )
                .at(
                    span,
                    "a request would address another resource than is written here",
                )
                .help("write the path that is meant, without `.` and `..`"),
            );
        }
        let parts = path::parse(&text, self.context.report).unwrap_or_default();
        let mut lowered = Vec::new();
        for part in parts {
            lowered.push(match part {
                path::Part::Literal(text) => PathPart::Literal(path::encode_literal(&text)),
                path::Part::Variable(name) => PathPart::Parameter(self.path_variable(name)),
            });
        }
        lowered
    }

    fn path_variable(&mut self, name: String) -> usize {
        let known = |known: &Parameter| known.name == name && known.place == ParameterPlace::Path;
        if let Some(index) = self.parameters.iter().position(known) {
            return index;
        }
        let declaration = self.declaration(&name, &["path", ENVIRONMENT]);
        self.push(name.clone(), name, ParameterPlace::Path, declaration, true)
    }

    /// The declaration of a variable of the template: of its exact or folded name, in one of these places or
    /// in none.
    fn declaration(&self, name: &str, places: &[&str]) -> Option<&'b InputParameter> {
        let fits = |parameter: &&&InputParameter| {
            parameter
                .place
                .as_ref()
                .is_none_or(|place| places.contains(&place.as_str()))
        };
        let candidates: Vec<&&'b InputParameter> = self.declared.iter().filter(fits).collect();
        match names::find(
            name,
            candidates.iter().map(|parameter| parameter.name.as_str()),
        ) {
            Match::One(index) => candidates.get(index).map(|parameter| **parameter),
            Match::None | Match::Several(_) => None,
        }
    }

    /// A query in the path: a pair without a variable goes with every request, a variable is the value of a
    /// query parameter.
    pub(super) fn lower_query(&mut self, query: &str, span: Span) -> String {
        let mut fixed: Vec<String> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let text = Text {
                value: pair.to_owned(),
                span,
            };
            let parts = path::parse(&text, self.context.report).unwrap_or_default();
            match parts.as_slice() {
                [] => {}
                [path::Part::Literal(text)] => fixed.push(path::encode_query(text)),
                [path::Part::Literal(text), path::Part::Variable(name)] if is_key(text) => {
                    let wire = text.trim_end_matches('=').to_owned();
                    let declaration = self.declaration(name, &["path", "query", ENVIRONMENT]);
                    let required = declaration.is_none_or(|it| {
                        it.place.as_ref().is_none_or(|place| place.value == "path")
                            || it.required == Some(true)
                    });
                    self.push(
                        name.clone(),
                        wire,
                        ParameterPlace::Query,
                        declaration,
                        required,
                    );
                }
                _ => self.context.push(
                    Finding::new(
                        &catalogue::INVALID_PATH,
                        "a variable in a query must be a whole value",
                    )
                    .at(span, format!("`{pair}` is more than a name and a variable"))
                    .help("write `?name={variable}`, or declare a parameter `in: query`"),
                ),
            }
        }
        fixed.join("&")
    }
}

/// Whether a text is `name=`.
fn is_key(text: &str) -> bool {
    text.strip_suffix('=')
        .is_some_and(|name| !name.is_empty() && !name.contains('='))
}
