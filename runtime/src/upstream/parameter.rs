//! How a typed parameter is written as text.

use std::borrow::Cow;

use crate::inbound::{Json, JsonObject};
use crate::settings::Secret;

/// A value that can stand in a path, a query, a header or a cookie.
pub trait Parameter {
    /// Calls `visit` with each text of the value: never for an absent one, once for a scalar, once for
    /// each item of a list.
    fn each(&self, visit: &mut dyn FnMut(&str));

    /// Why the value cannot be sent anywhere, as a phrase.
    fn refusal(&self) -> Option<&'static str> {
        None
    }
}

macro_rules! display_parameter {
    ($($type:ty),*) => {$(
        impl Parameter for $type {
            fn each(&self, visit: &mut dyn FnMut(&str)) {
                visit(&self.to_string());
            }
        }
    )*};
}

display_parameter!(i64, bool);

impl Parameter for f64 {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        visit(&self.to_string());
    }

    fn refusal(&self) -> Option<&'static str> {
        (!self.is_finite()).then_some("must be a finite number")
    }
}

macro_rules! text_parameter {
    ($($type:ty),*) => {$(
        impl Parameter for $type {
            fn each(&self, visit: &mut dyn FnMut(&str)) {
                visit(self.as_str());
            }
        }
    )*};
}

text_parameter!(String);

macro_rules! json_parameter {
    ($($type:ty),*) => {$(
        impl Parameter for $type {
            fn each(&self, visit: &mut dyn FnMut(&str)) {
                visit(&in_one_line(self.as_str()));
            }
        }
    )*};
}

json_parameter!(Json, JsonObject);

/// JSON whose line breaks and tabs are spaces, so that a header can carry it. They stand between its tokens:
/// within a text they are escaped.
fn in_one_line(json: &str) -> Cow<'_, str> {
    if json.contains(['\n', '\r', '\t']) {
        Cow::Owned(json.replace(['\n', '\r', '\t'], " "))
    } else {
        Cow::Borrowed(json)
    }
}

impl Parameter for Secret {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        visit(self.expose());
    }
}

impl Parameter for str {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        visit(self);
    }
}

impl Parameter for &str {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        visit(self);
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        if let Some(value) = self {
            value.each(visit);
        }
    }

    fn refusal(&self) -> Option<&'static str> {
        self.as_ref().and_then(Parameter::refusal)
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        for value in self {
            value.each(visit);
        }
    }

    fn refusal(&self) -> Option<&'static str> {
        self.iter().find_map(Parameter::refusal)
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::upstream::{Joined, JsonTemplate, Request, TextPiece};

    #[test]
    fn a_number_that_is_none_goes_nowhere() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let text: [&dyn Parameter; 2] = [&"x ", &number];
            let object = [("n", JsonTemplate::Value(&number))];
            let items = [JsonTemplate::Text(&text)];
            let request = || Request::new(Method::POST, "create");
            for refused in [
                request().segment("n", &number),
                request().query("n", &Some(number)),
                request().query("n", &Joined(&text)),
                request().header("n", &number),
                request().cookie("n", &number),
                request().body_field("n", &Some(number)),
                request().form_field("n", &number),
                request().form_part("n", &number),
                request().body(JsonTemplate::Object(&object)),
                request().body(JsonTemplate::Array(&items)),
                request().text_body("text/plain", &[TextPiece::Value(&number)]),
            ] {
                let [problem] = refused.problems.as_slice() else {
                    panic!("{number}: {:?}", refused.problems);
                };
                assert!(
                    problem.to_string().ends_with("must be a finite number"),
                    "{problem}"
                );
            }
        }
    }

    #[test]
    fn a_number_is_written_with_its_digits() {
        for (number, text, json) in [
            (5.0, "5", "5"),
            (-0.0, "-0", "-0"),
            (0.1, "0.1", "0.1"),
            (1e15, "1000000000000000", "1000000000000000"),
            (1e21, "1000000000000000000000", "1e+21"),
            (1.5e-7, "0.00000015", "1.5e-7"),
        ] {
            let request = Request::new(Method::POST, "create")
                .query("n", &number)
                .body_field("n", &number);
            assert_eq!(request.target, format!("?n={text}"));
            let body = format!("{{\"n\":{json}}}");
            assert_eq!(request.body.as_deref(), Some(body.as_bytes()));
        }
    }
}
