//! How a typed parameter is written as text.

use std::borrow::Cow;

use crate::inbound::{Json, JsonObject};
use crate::settings::Secret;

/// A value that can stand in a path, a query, a header or a cookie.
pub trait Parameter {
    /// Calls `visit` with each text of the value: never for an absent one, once for a scalar, once for
    /// each item of a list.
    fn each(&self, visit: &mut dyn FnMut(&str));
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

display_parameter!(i64, f64, bool);

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
}

impl<T: Parameter> Parameter for Vec<T> {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        for value in self {
            value.each(visit);
        }
    }
}
