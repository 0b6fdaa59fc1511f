//! Forms as bodies: urlencoded (WHATWG URL, "application/x-www-form-urlencoded serializing") and multipart (RFC 7578).

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use rustls::crypto::ring::default_provider;

use super::body::BYTES;
use super::encode::push_value;
use super::{Parameter, Request};
use crate::inbound::File;
use crate::problem::ParameterProblem;

impl Request {
    /// Adds a field to an urlencoded form that is the body, repeated for each item of a list and left out where
    /// the value is absent.
    pub fn form_field<P: Parameter + ?Sized>(mut self, name: &'static str, value: &P) -> Self {
        if self.is_refused(name, "form", value.refusal()) {
            return self;
        }
        let mut pairs = String::new();
        value.each(&mut |item| {
            if !pairs.is_empty() {
                pairs.push('&');
            }
            push_value(&mut pairs, name);
            pairs.push('=');
            push_value(&mut pairs, item);
        });
        if pairs.is_empty() {
            return self;
        }
        let mut form = self.body.take().map(Vec::from).unwrap_or_default();
        if !form.is_empty() {
            form.push(b'&');
        }
        form.extend(pairs.into_bytes());
        self.set_form("application/x-www-form-urlencoded", form);
        self
    }

    /// Adds a part of text to a multipart form that is the body, repeated for each item of a list and left out
    /// where the value is absent.
    pub fn form_part<P: Parameter + ?Sized>(mut self, name: &'static str, value: &P) -> Self {
        if self.is_refused(name, "form", value.refusal()) {
            return self;
        }
        // Opened once for all items: each time costs the length of the form.
        let mut open: Option<(String, Vec<u8>)> = None;
        value.each(&mut |item| {
            if open.is_none() {
                open = self.open_form();
            }
            if let Some((boundary, form)) = &mut open {
                push_part(form, boundary, &disposition(name, None), item.as_bytes());
            }
        });
        if let Some((boundary, form)) = open {
            self.close_form(boundary, form);
        }
        self
    }

    /// Adds a file to a multipart form that is the body, left out where it is absent. Without a file name
    /// servers would take it for text, so one that has none is named after the parameter.
    pub fn form_file<'f>(mut self, name: &'static str, file: impl Into<Option<&'f File>>) -> Self {
        let Some(file) = file.into() else { return self };
        let media_type = file.media_type.as_deref().unwrap_or(BYTES);
        if HeaderValue::from_str(media_type).is_err() {
            let detail = "has a media type with a control character, which a header cannot carry";
            self.problems
                .push(ParameterProblem::new(name, "form", detail));
            return self;
        }
        let file_name = file.name.as_deref().unwrap_or(name);
        let head = format!(
            "{}Content-Type: {media_type}\r\n",
            disposition(name, Some(file_name))
        );
        if let Some((boundary, mut form)) = self.open_form() {
            push_part(&mut form, &boundary, &head, &file.bytes);
            self.close_form(boundary, form);
        }
        self
    }

    /// The boundary of the form, and its parts so far without its end.
    fn open_form(&mut self) -> Option<(String, Vec<u8>)> {
        let Some(boundary) = self.boundary.take().or_else(random_boundary) else {
            self.problems.push(ParameterProblem::body(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the gateway could not draw a random number",
            ));
            return None;
        };
        let mut form = self.body.take().map(Vec::from).unwrap_or_default();
        form.truncate(form.len().saturating_sub(end(&boundary).len()));
        Some((boundary, form))
    }

    /// Ends the form, so that the body is whole after every call.
    fn close_form(&mut self, boundary: String, mut form: Vec<u8>) {
        form.extend_from_slice(end(&boundary).as_bytes());
        self.set_form(&format!("multipart/form-data; boundary={boundary}"), form);
        self.boundary = Some(boundary);
    }

    fn set_form(&mut self, content_type: &str, form: Vec<u8>) {
        if let Ok(value) = HeaderValue::from_str(content_type) {
            self.headers.insert(CONTENT_TYPE, value);
        }
        self.body = Some(Bytes::from(form));
    }
}

/// A boundary that no caller can have put into a value: 128 random bits, drawn for this request.
fn random_boundary() -> Option<String> {
    let mut random = [0_u8; 16];
    default_provider().secure_random.fill(&mut random).ok()?;
    Some(format!("gatewright-{:032x}", u128::from_be_bytes(random)))
}

/// What ends a form.
fn end(boundary: &str) -> String {
    format!("--{boundary}--\r\n")
}

fn push_part(form: &mut Vec<u8>, boundary: &str, head: &str, content: &[u8]) {
    for piece in ["--", boundary, "\r\n", head, "\r\n"] {
        form.extend_from_slice(piece.as_bytes());
    }
    form.extend_from_slice(content);
    form.extend_from_slice(b"\r\n");
}

/// The header that names a part.
fn disposition(name: &str, file_name: Option<&str>) -> String {
    let mut line = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
    if let Some(file_name) = file_name {
        line.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
    }
    line.push_str("\r\n");
    line
}

/// A name within quotes, as browsers write it (HTML, "multipart form data": `"`, CR and LF percent-encoded), and
/// without what else could end the quotes or the line for some reader: a backslash and control characters.
fn quoted(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len());
    for character in name.chars() {
        if matches!(character, '"' | '\\') || character.is_ascii_control() {
            quoted.push_str(&format!("%{:02X}", u32::from(character)));
        } else {
            quoted.push(character);
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    fn text(request: &Request) -> String {
        let body = request.body.clone().unwrap_or_default();
        match &request.boundary {
            Some(boundary) => String::from_utf8_lossy(&body).replace(boundary, "B"),
            None => String::from_utf8_lossy(&body).into_owned(),
        }
    }

    #[test]
    fn fields_are_encoded_and_lists_repeated() {
        let request = Request::new(Method::POST, "send")
            .form_field("a[b]", &"x&y=é".to_owned())
            .form_field("none", &None::<i64>)
            .form_field("n", &vec!["1".to_owned(), "+2".to_owned()]);
        assert_eq!(text(&request), "a%5Bb%5D=x%26y%3D%C3%A9&n=1&n=%2B2");
        assert_eq!(
            request.headers.get(CONTENT_TYPE).unwrap(),
            "application/x-www-form-urlencoded"
        );
    }

    #[test]
    fn parts_and_files_are_one_form_with_one_end() {
        let file = File::new("a\r\nb").named("a.txt").of_type("text/plain");
        let request = Request::new(Method::POST, "send")
            .form_part("n", &Some(5))
            .form_file("up", &Some(file))
            .form_file("none", &None)
            .form_file("raw", &File::new("c"));
        assert_eq!(
            text(&request),
            "--B\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n5\r\n\
             --B\r\nContent-Disposition: form-data; name=\"up\"; filename=\"a.txt\"\r\n\
             Content-Type: text/plain\r\n\r\na\r\nb\r\n\
             --B\r\nContent-Disposition: form-data; name=\"raw\"; filename=\"raw\"\r\n\
             Content-Type: application/octet-stream\r\n\r\nc\r\n--B--\r\n"
        );
        let again = Request::new(Method::POST, "send").form_part("n", &5);
        assert_ne!(request.boundary, again.boundary);
    }

    #[test]
    fn no_name_ends_its_header_and_no_type_adds_one() {
        let file = File::new("").named("a\"; name=\"b\r\nX-Other: 1\\");
        let request = Request::new(Method::POST, "send").form_file("f", &file);
        assert!(
            text(&request).contains("filename=\"a%22; name=%22b%0D%0AX-Other: 1%5C\"\r\nContent"),
            "{}",
            text(&request)
        );
        let file = File::new("").of_type("text/plain\r\nX-Other: 1");
        let request = Request::new(Method::POST, "send").form_file("f", &file);
        assert_eq!(request.problems.len(), 1);
        assert_eq!(request.body, None);
    }
}
