//! Reading a form: urlencoded, or multipart (RFC 7578). A caller may send either, whatever the upstream takes.

use std::borrow::Cow;
use std::convert::Infallible;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::stream::iter;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use multer::{Field, Multipart, parse_boundary};

use super::body::{essence, wrong_media_type};
use super::extract::{read_pairs, refuse_undeclared};
use crate::inbound::{Collector, File, Input, Kind, Place, Value, from_text};
use crate::problem::ParameterProblem;

/// How many fields a form may have. Each costs far more memory than its bytes in the body.
const FIELD_LIMIT: usize = 4096;
/// How long the headers of one part may be, in bytes.
const HEAD_LIMIT: usize = 8 * 1024;

/// The value of one field.
enum Content {
    Text(String),
    /// A part, of which only its input says whether it is a file or text.
    Part(File),
}

/// Reads a form that is the whole body. All problems go to the collector.
pub(super) fn collect_form(
    collector: &mut Collector,
    table: &'static [Input],
    content_type: Cow<'_, str>,
    bytes: Bytes,
) {
    let fields = match essence(&content_type).as_str() {
        "application/x-www-form-urlencoded" => read_urlencoded(collector, &bytes),
        "multipart/form-data" => read_multipart(&content_type, bytes),
        _ => {
            let expected = "application/x-www-form-urlencoded or multipart/form-data";
            Err(wrong_media_type(expected, &content_type))
        }
    };
    let fields = match fields {
        Ok(fields) => fields,
        Err(problem) => return collector.refuse(problem),
    };
    for (index, input) in table.iter().enumerate() {
        if input.place != Place::FormField {
            continue;
        }
        let contents: Vec<&Content> = fields
            .iter()
            .filter(|(name, _)| name == input.name)
            .map(|(_, content)| content)
            .collect();
        if !contents.is_empty() {
            collector.set(index, convert(input.kind, &contents));
        }
    }
    let names = fields.iter().map(|(name, _)| name.as_str());
    refuse_undeclared(collector, table, Place::FormField, names);
}

fn convert(kind: Kind, contents: &[&Content]) -> Result<Value, String> {
    if let (Kind::File, [Content::Part(file)]) = (kind, contents) {
        return Ok(Value::File(file.clone()));
    }
    let text = |content: &&Content| match content {
        Content::Text(text) => Ok(text.clone()),
        // Bytes that are one file too many are not to be called no text.
        Content::Part(_) if kind == Kind::File => Ok(String::new()),
        Content::Part(part) => {
            String::from_utf8(part.bytes.to_vec()).map_err(|_| "is not UTF-8".to_owned())
        }
    };
    let texts: Result<Vec<String>, String> = contents.iter().map(text).collect();
    from_text(kind, &texts?)
}

fn malformed(detail: impl Into<String>) -> ParameterProblem {
    ParameterProblem::body(StatusCode::BAD_REQUEST, detail)
}

fn too_many() -> ParameterProblem {
    malformed(format!("has more than {FIELD_LIMIT} fields"))
}

fn read_urlencoded(
    collector: &mut Collector,
    bytes: &Bytes,
) -> Result<Vec<(String, Content)>, ParameterProblem> {
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("is not UTF-8"))?;
    if text.split('&').count() > FIELD_LIMIT {
        return Err(too_many());
    }
    let pairs = read_pairs(collector, Place::FormField, text);
    let pairs = pairs.into_iter();
    Ok(pairs
        .map(|(name, text)| (name, Content::Text(text)))
        .collect())
}

fn read_multipart(
    content_type: &str,
    bytes: Bytes,
) -> Result<Vec<(String, Content)>, ParameterProblem> {
    let boundary = parse_boundary(content_type)
        .map_err(|_| malformed("has a media type that names no boundary"))?;
    let mut parts = Multipart::new(iter([Ok::<_, Infallible>(bytes)]), boundary);
    let mut fields = Vec::new();
    while let Some(part) = at_once(parts.next_field())? {
        if fields.len() == FIELD_LIMIT {
            return Err(too_many());
        }
        fields.push(read_part(part)?);
    }
    Ok(fields)
}

fn read_part(part: Field<'_>) -> Result<(String, Content), ParameterProblem> {
    let headers = part.headers().iter();
    let head: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if head > HEAD_LIMIT {
        return Err(malformed(format!(
            "has a part with headers of more than {HEAD_LIMIT} bytes"
        )));
    }
    let Some(name) = part.name().map(str::to_owned) else {
        return Err(malformed("has a part without a name"));
    };
    let file = File {
        name: part.file_name().map(str::to_owned),
        media_type: part
            .headers()
            .get(CONTENT_TYPE)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        bytes: at_once(part.bytes())?,
    };
    Ok((name, Content::Part(file)))
}

/// The whole body is in memory: what does not come at once never comes.
fn at_once<T>(part: impl Future<Output = Result<T, multer::Error>>) -> Result<T, ParameterProblem> {
    match part.now_or_never() {
        Some(Ok(part)) => Ok(part),
        Some(Err(_)) | None => Err(malformed(
            "is not valid multipart/form-data: it breaks off, or the headers of a part cannot be read",
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inbound::{Inputs, Variables};
    use crate::upstream::CallError;

    static TABLE: &[Input] = &[
        Input::form_field("title", Kind::Text),
        Input::form_field("tags", Kind::List),
        Input::form_field("count", Kind::Integer),
        Input::form_field("upload", Kind::File),
    ];

    fn collect(content_type: &str, body: impl Into<Bytes>) -> Result<Inputs, String> {
        let mut collector = Collector::new(TABLE);
        collect_form(&mut collector, TABLE, content_type.into(), body.into());
        collector
            .finish(&Variables::default())
            .map_err(|error| match error {
                CallError::Refused(problems) => {
                    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
                    problems.join("\n")
                }
                other => other.to_string(),
            })
    }

    fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (head, content) in parts {
            body.extend_from_slice(b"--B\r\nContent-Disposition: form-data; ");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--B--\r\n");
        body
    }

    const MULTIPART: &str = "multipart/form-data; boundary=B";

    #[test]
    fn either_encoding_gives_the_same_values() {
        let parts: [(&str, &[u8]); 3] = [
            ("name=\"title\"", "a b&é".as_bytes()),
            ("name=\"tags\"", b"x"),
            ("name=\"tags\"", b"y,z"),
        ];
        for inputs in [
            collect(MULTIPART, multipart(&parts)),
            collect(
                "Application/X-WWW-Form-URLEncoded; charset=utf-8",
                "title=a+b%26%C3%A9&tags=x&tags=y%2Cz",
            ),
        ] {
            let mut inputs = inputs.unwrap();
            assert_eq!(inputs.take::<String>(0).unwrap(), "a b&é");
            assert_eq!(inputs.take::<Vec<String>>(1).unwrap(), ["x", "y,z"]);
        }
    }

    #[test]
    fn a_file_keeps_its_bytes_name_and_type() {
        let content = b"\x00\xff\r\n--b\r\n\r\n";
        let head = "name=\"upload\"; filename=\"a b.bin\"\r\nContent-Type: image/x-odd; q=1";
        let mut inputs = collect(MULTIPART, multipart(&[(head, content)])).unwrap();
        assert_eq!(
            inputs.take::<File>(3).unwrap(),
            File::new(&content[..])
                .named("a b.bin")
                .of_type("image/x-odd; q=1")
        );
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let parts: [(&str, &[u8]); 6] = [
            ("name=\"title\"", b"a"),
            ("name=\"title\"", b"b"),
            ("name=\"tags\"", b"\xff"),
            ("name=\"count\"", b"many"),
            ("name=\"colour\"", b"red"),
            ("name=\"upload\"", b"\xff"),
        ];
        assert_eq!(
            collect(MULTIPART, multipart(&parts)).unwrap_err(),
            "form field `title`: was given 2 times; expected text once\n\
             form field `tags`: is not UTF-8\n\
             form field `count`: expected an integer, got \"many\"\n\
             form field `colour`: is unknown; this operation takes `title`, `tags`, `count`, `upload`"
        );
        assert_eq!(
            collect("application/x-www-form-urlencoded", "upload=x&count=%zz").unwrap_err(),
            "form field `count`: holds a `%` that is not followed by two hexadecimal digits\n\
             form field `upload`: expected a file; send the form as multipart/form-data"
        );
        let files: [(&str, &[u8]); 2] = [("name=\"upload\"", b"\xff"), ("name=\"upload\"", b"b")];
        assert_eq!(
            collect(MULTIPART, multipart(&files)).unwrap_err(),
            "form field `upload`: was given 2 times; expected a file once"
        );
    }

    #[test]
    fn refuses_what_is_no_form() {
        let head = format!("name=\"title\"; x=\"{}\"", "x".repeat(HEAD_LIMIT));
        let many: Vec<(&str, &[u8])> = vec![("name=\"tags\"", b""); FIELD_LIMIT + 1];
        for (content_type, body, expected) in [
            ("multipart/form-data", multipart(&[]), "names no boundary"),
            (MULTIPART, b"--B\r\nContent-Dis".to_vec(), "breaks off"),
            (MULTIPART, b"{}".to_vec(), "breaks off"),
            (
                MULTIPART,
                multipart(&[("filename=\"x\"", b"")]),
                "without a name",
            ),
            (
                MULTIPART,
                multipart(&[(&head, b"")]),
                "more than 8192 bytes",
            ),
            (MULTIPART, multipart(&many), "more than 4096 fields"),
            (
                "application/x-www-form-urlencoded",
                b"tags=&".repeat(FIELD_LIMIT),
                "more than 4096 fields",
            ),
            (
                "application/x-www-form-urlencoded",
                b"tags=\xff".to_vec(),
                "is not UTF-8",
            ),
            (
                "application/json",
                b"{}".to_vec(),
                "got \"application/json\"",
            ),
            ("", b"title=a".to_vec(), "got \"\""),
        ] {
            let problem = collect(content_type, body).unwrap_err();
            assert!(problem.contains(expected), "{expected}: {problem}");
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_it_hang_or_panic(
            body in "(--B|--|\r\n|\r|B|Content-Disposition: form-data; name=\"title\"|\"|[ -~]|\\PC){0,40}",
        ) {
            let _ = collect(MULTIPART, body);
        }
    }
}
