//! The one place that builds the path, query, headers and body of an upstream request.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::Parameter;
use super::TextPiece;
use super::body::{Field, IntoBody, JSON};
use super::encode::{check_segment, is_cookie_value, push_query_name, push_value};
use crate::inbound::Json;
use crate::problem::ParameterProblem;
use crate::telemetry::CallTrace;

/// An upstream request without its base URI and credential, which [`super::Upstream`] adds.
///
/// It is built by chaining; what is wrong with a value is kept and reported when the request is sent, so
/// that a request that could address another resource never leaves.
#[must_use = "a request does nothing until an `Upstream` sends it"]
pub struct Request {
    pub(super) operation: &'static str,
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) has_query: bool,
    pub(super) headers: HeaderMap,
    /// Headers of the gateway's own. Those of the capability stand before them.
    pub(super) passed: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Option<Bytes>,
    /// What separates the parts of the body, where it has parts.
    pub(super) boundary: Option<String>,
    pub(super) problems: Vec<ParameterProblem>,
    /// Whether sending it twice does no more than sending it once.
    pub(super) idempotent: bool,
    /// What its attempts belong to.
    pub(super) trace: CallTrace,
}

/// Shows no value: a path, a query or a body may be made of a secret.
impl std::fmt::Debug for Request {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Request")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// A request for `operation` (its name in the capability, for logs and metrics).
    pub fn new(method: Method, operation: &'static str) -> Self {
        Self {
            operation,
            idempotent: method.is_idempotent(),
            method,
            target: String::new(),
            has_query: false,
            headers: HeaderMap::new(),
            passed: Vec::new(),
            body: None,
            boundary: None,
            problems: Vec::new(),
            trace: CallTrace::default(),
        }
    }

    /// Appends a part of the path that the capability spells out, already percent-encoded by the compiler.
    pub fn literal(mut self, text: &'static str) -> Self {
        self.target.push_str(text);
        self
    }

    /// Appends a value to the path, encoded so that it stays within one segment. A list is joined by commas.
    pub fn segment<P: Parameter + ?Sized>(mut self, name: &'static str, value: &P) -> Self {
        if self.is_refused(name, "path", value.refusal()) {
            return self;
        }
        let start = self.target.len();
        let (mut count, mut first) = (0, Ok(()));
        value.each(&mut |item| {
            match count {
                0 => first = check_segment(item),
                _ => self.target.push(','),
            }
            count += 1;
            push_value(&mut self.target, item);
        });
        let checked = match count {
            0 => check_segment(""),
            1 => first,
            // With a comma in it, it is neither empty nor `.` or `..`.
            _ => Ok(()),
        };
        if let Err(detail) = checked {
            self.target.truncate(start);
            self.problems
                .push(ParameterProblem::new(name, "path", detail));
        }
        self
    }

    /// Appends a part of the path as [`Request::literal`] does, and then a value as [`Request::segment`] does.
    pub fn path<P: Parameter + ?Sized>(
        self,
        before: &'static str,
        name: &'static str,
        value: &P,
    ) -> Self {
        self.literal(before).segment(name, value)
    }

    /// Appends a fixed query, already percent-encoded by the compiler, without its `?`.
    pub fn fixed_query(mut self, query: &'static str) -> Self {
        self.separate_query();
        self.target.push_str(query);
        self
    }

    /// Adds a query parameter, repeated for each item of a list and left out where the value is absent.
    pub fn query<P: Parameter + ?Sized>(mut self, name: &'static str, value: &P) -> Self {
        if self.is_refused(name, "query", value.refusal()) {
            return self;
        }
        value.each(&mut |item| {
            self.separate_query();
            push_query_name(&mut self.target, name);
            self.target.push('=');
            push_value(&mut self.target, item);
        });
        self
    }

    /// Adds a header, its items joined by commas, left out where the value is absent.
    pub fn header<P: Parameter + ?Sized>(mut self, name: &'static str, value: &P) -> Self {
        if self.is_refused(name, "header", value.refusal()) {
            return self;
        }
        let mut text: Option<String> = None;
        value.each(&mut |item| match &mut text {
            Some(text) => {
                text.push_str(", ");
                text.push_str(item);
            }
            None => text = Some(item.to_owned()),
        });
        let Some(text) = text else { return self };
        match (HeaderName::try_from(name), HeaderValue::try_from(text)) {
            (Ok(header), Ok(value)) => {
                self.headers.insert(header, value);
            }
            _ => self.problems.push(ParameterProblem::new(
                name,
                "header",
                "holds a control character, which a header cannot carry",
            )),
        }
        self
    }

    /// Adds a cookie, repeated for each item of a list and left out where the value is absent. Its text is sent as it is.
    pub fn cookie<P: Parameter + ?Sized>(mut self, name: &'static str, value: &P) -> Self {
        if self.is_refused(name, "cookie", value.refusal()) {
            return self;
        }
        let mut cookies = self
            .headers
            .get(COOKIE)
            .map(|value| value.as_bytes().to_vec())
            .unwrap_or_default();
        let length = cookies.len();
        let mut is_valid = true;
        value.each(&mut |item| {
            is_valid &= is_cookie_value(item);
            if !cookies.is_empty() {
                cookies.extend_from_slice(b"; ");
            }
            cookies.extend_from_slice(name.as_bytes());
            cookies.push(b'=');
            cookies.extend_from_slice(item.as_bytes());
        });
        if cookies.len() == length {
            return self;
        }
        match HeaderValue::try_from(cookies) {
            Ok(cookies) if is_valid => {
                self.headers.insert(COOKIE, cookies);
            }
            _ => self.problems.push(ParameterProblem::new(
                name,
                "cookie",
                "holds a character that a cookie cannot carry",
            )),
        }
        self
    }

    /// Sets the body, left out where it is absent.
    pub fn body<B: IntoBody>(mut self, body: B) -> Self {
        if let Some(detail) = body.refusal() {
            self.problems
                .push(ParameterProblem::body(StatusCode::BAD_REQUEST, detail));
            return self;
        }
        let Some((content_type, bytes)) = body.into_body() else {
            return self;
        };
        match HeaderValue::try_from(content_type.as_ref()) {
            Ok(value) => {
                self.headers.insert(CONTENT_TYPE, value);
                self.body = Some(bytes);
            }
            Err(_) => self.problems.push(ParameterProblem::body(
                StatusCode::BAD_REQUEST,
                "its media type holds a control character, which a header cannot carry",
            )),
        }
        self
    }

    /// Sets a text body that the capability spells out.
    pub fn text_body(mut self, media_type: &'static str, pieces: &[TextPiece<'_>]) -> Self {
        let mut body = String::new();
        for piece in pieces {
            if let Err(detail) = piece.push(&mut body) {
                self.problems
                    .push(ParameterProblem::body(StatusCode::BAD_REQUEST, detail));
            }
        }
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.body = Some(body.into());
        self
    }

    /// Adds a field to a JSON object that is the body, left out where the value is absent.
    pub fn body_field<F: Field + ?Sized>(mut self, name: &str, value: &F) -> Self {
        if self.is_refused(name, "body", value.refusal()) {
            return self;
        }
        let Some(value) = value.json() else {
            return self;
        };
        let mut object = match self.body.take() {
            Some(earlier) => Vec::from(earlier),
            None => b"{}".to_vec(),
        };
        object.pop();
        if object.len() > 1 {
            object.push(b',');
        }
        object.extend(Json::from(serde_json::Value::from(name)).into_bytes());
        object.push(b':');
        object.extend(value.into_bytes());
        object.push(b'}');
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        self.body = Some(object.into());
        self
    }

    /// Says whether sending it twice does no more than sending it once. Without this its method says so
    /// (RFC 9110 §9.2.2). Only such a request is ever repeated.
    pub fn idempotent(mut self, is_idempotent: bool) -> Self {
        self.idempotent = is_idempotent;
        self
    }

    /// Adds headers that the gateway itself passes on, such as those of a trace. What the capability sets stays.
    pub fn passing<'a>(
        mut self,
        headers: impl IntoIterator<Item = (HeaderName, &'a HeaderValue)>,
    ) -> Self {
        let headers = headers.into_iter();
        self.passed
            .extend(headers.map(|(name, value)| (name, value.clone())));
        self
    }

    /// Says what its attempts belong to.
    pub(crate) fn traced(mut self, trace: CallTrace) -> Self {
        self.trace = trace;
        self
    }

    /// Notes why a value cannot be sent, where there is a reason.
    pub(super) fn is_refused(
        &mut self,
        name: &str,
        place: &'static str,
        refusal: Option<&'static str>,
    ) -> bool {
        if let Some(detail) = refusal {
            self.problems
                .push(ParameterProblem::new(name, place, detail));
        }
        refusal.is_some()
    }

    fn separate_query(&mut self) {
        self.target.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inbound::JsonObject;

    proptest! {
        #[test]
        fn a_value_never_leaves_its_segment(value in any::<String>()) {
            let request = Request::new(Method::GET, "find").literal("/a/").segment("id", &value).literal("/b");
            if request.problems.is_empty() {
                let segments: Vec<&str> = request.target.split('/').collect();
                prop_assert_eq!(segments.len(), 4);
                let decoded = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap();
                prop_assert_eq!(decoded, value);
                prop_assert!(!request.target.contains(['?', '#']));
            }
        }
    }

    #[test]
    fn repeats_lists_in_the_query_and_joins_them_in_the_path() {
        let list = vec!["a,b".to_owned(), "c d".to_owned()];
        let request = Request::new(Method::GET, "find")
            .path("/x/", "ids", &list)
            .query("id[]", &list);
        assert_eq!(request.target, "/x/a%2Cb,c%20d?id[]=a%2Cb&id[]=c%20d");
    }

    #[test]
    fn leaves_out_what_is_absent() {
        let none: Option<String> = None;
        let request = Request::new(Method::GET, "find")
            .literal("/x")
            .query("a", &none)
            .header("b", &none)
            .cookie("c", &none)
            .body(&None::<Json>);
        assert_eq!(request.target, "/x");
        assert!(request.headers.is_empty() && request.body.is_none());
    }

    #[test]
    fn a_list_of_any_length_is_one_header_or_one_problem() {
        let list = |item: &str| vec![item.to_owned(); 100_000];
        let request = Request::new(Method::GET, "find")
            .cookie("a", &"b".to_owned())
            .cookie("c", &list("d"));
        let cookies = request.headers.get(COOKIE).unwrap().to_str().unwrap();
        assert!(cookies.starts_with("a=b; c=d; c=d; "), "{cookies:.40}");
        assert_eq!(cookies.len(), 3 + 100_000 * 5);
        let request = Request::new(Method::GET, "find").cookie("c", &list("d;e"));
        assert_eq!(request.problems.len(), 1);
        assert!(request.headers.is_empty());
    }

    #[test]
    fn puts_fields_into_one_object() {
        let request = Request::new(Method::POST, "create")
            .body_field("a\"b", &"x\"".to_owned())
            .body_field("none", &None::<i64>)
            .body_field("n", &Some(5))
            .body_field("o", &JsonObject::parse("{ }").unwrap());
        assert_eq!(
            request.body.as_deref(),
            Some(&br#"{"a\"b":"x\"","n":5,"o":{ }}"#[..])
        );
    }

    #[test]
    fn refuses_a_header_that_would_end_its_line() {
        let request = Request::new(Method::GET, "find").header("X-Id", "a\r\nAuthorization: x");
        assert_eq!(request.problems.len(), 1);
        assert!(request.headers.is_empty());
    }
}
