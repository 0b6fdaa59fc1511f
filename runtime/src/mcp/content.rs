//! A body of an upstream as a model is shown it.

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

use crate::inbound::clipped;
use crate::upstream::{Excerpt, Length};

/// A text for a model.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) text: String,
    /// Whether the text is not all there is. It then ends with a note that says so.
    pub(super) is_cut: bool,
}

impl Content {
    /// A body as text; of one that is no text, what it is.
    pub(super) fn of(body: Excerpt, headers: &HeaderMap) -> Self {
        let header = |name| {
            headers
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let media_type = header(CONTENT_TYPE);
        let encoding = header(CONTENT_ENCODING).filter(|encoding| encoding != "identity");
        let is_text = encoding.is_none()
            && match media_type.as_deref().map_or(Media::Unknown, Media::of) {
                Media::Text => true,
                Media::Binary => false,
                Media::Unknown => is_utf8(&body),
            };
        if !is_text {
            let media_type = media_type.as_deref().unwrap_or("of unknown type");
            let encoded = encoding.map_or(String::new(), |encoding| {
                format!(", encoded as {}", clipped(&encoding))
            });
            return Self {
                text: format!(
                    "binary answer of {}, {}{encoded}",
                    body.length,
                    clipped(media_type)
                ),
                is_cut: false,
            };
        }
        let text = match String::from_utf8(body.bytes.into()) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        Self::cut(text, body.limit, body.length)
    }

    /// The first `limit` bytes of a text, with a note of the `length` of the whole where it was longer.
    pub(super) fn cut(mut text: String, limit: usize, length: Length) -> Self {
        let is_cut = text.len() > limit;
        if is_cut {
            let end = (0..=limit).rev().find(|end| text.is_char_boundary(*end));
            text.truncate(end.unwrap_or_default());
            text.push_str(&format!("\n… (cut: {length} in all)"));
        }
        Self { text, is_cut }
    }
}

/// Whether a body is text by its bytes, as far as it was read. The character it was cut in does not count.
fn is_utf8(body: &Excerpt) -> bool {
    match std::str::from_utf8(&body.bytes) {
        Ok(text) => !text.contains('\0'),
        Err(error) => {
            !body.is_whole() && error.error_len().is_none() && !body.bytes.contains(&b'\0')
        }
    }
}

enum Media {
    Text,
    Binary,
    Unknown,
}

impl Media {
    fn of(content_type: &str) -> Self {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
        let suffix = subtype
            .rsplit_once('+')
            .map_or(subtype, |(_, suffix)| suffix);
        match (kind, suffix) {
            ("text", _) | (_, "json" | "xml" | "yaml") => Self::Text,
            ("image" | "audio" | "video" | "font", _) => Self::Binary,
            (_, "octet-stream" | "pdf" | "zip" | "gzip") => Self::Binary,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 32;

    fn whole(bytes: &[u8]) -> Excerpt {
        Excerpt {
            bytes: Bytes::copy_from_slice(bytes),
            limit: LIMIT,
            length: Length::Exactly(bytes.len() as u64),
        }
    }

    /// What is read of a body that is longer than the limit.
    fn beginning(bytes: &[u8], length: Length) -> Excerpt {
        Excerpt {
            bytes: Bytes::copy_from_slice(&bytes[..=LIMIT]),
            limit: LIMIT,
            length,
        }
    }

    fn content(content_type: &'static str, body: Excerpt) -> Content {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Content::of(body, &headers)
    }

    /// Bytes in which characters are begun and broken off everywhere.
    fn broken_text() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            prop::sample::select(vec!["a", "é", "€", "😀", "\0", "\u{fffd}"])
                .prop_map(|text| text.as_bytes().to_vec()),
            prop::sample::select(b"\xf0\x9f\x98\xe2\x82\xc3\xed\xa0\xff".to_vec())
                .prop_map(|byte| vec![byte]),
        ];
        prop::collection::vec(piece, LIMIT + 1..3 * LIMIT).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_beginning_is_shown_as_the_whole_would_be(bytes in broken_text()) {
            let length = Length::Exactly(bytes.len() as u64);
            let shown = content("text/plain", beginning(&bytes, length));
            prop_assert_eq!(&shown, &content("text/plain", whole(&bytes)));
            let (text, _) = shown.text.split_once("\n… (cut: ").unwrap();
            prop_assert!(text.len() <= LIMIT && text.len() > LIMIT - 4);
            prop_assert!(String::from_utf8_lossy(&bytes).starts_with(text));
        }
    }

    #[test]
    fn cuts_between_characters_and_says_what_is_known() {
        let text = |text: &str| content("text/plain", whole(text.as_bytes()));
        let full = "x".repeat(LIMIT);
        assert_eq!((text(&full).text, text(&full).is_cut), (full, false));
        let cut = format!("{}\n… (cut: 64 bytes in all)", "é".repeat(16));
        assert_eq!(text(&"é".repeat(LIMIT)).text, cut);
        let cut = format!("a{}\n… (cut: 65 bytes in all)", "é".repeat(15));
        assert_eq!(text(&format!("a{}", "é".repeat(LIMIT))).text, cut);
        let unknown = beginning(&[b'x'; 40], Length::MoreThan(LIMIT as u64));
        let cut = format!("{}\n… (cut: more than 32 bytes in all)", "x".repeat(LIMIT));
        assert_eq!(content("text/plain", unknown).text, cut);
    }

    #[test]
    fn tells_text_from_the_rest() {
        let is = |content_type, bytes: &[u8]| content(content_type, whole(bytes)).text;
        assert_eq!(is("application/problem+json; charset=utf-8", b"{}"), "{}");
        assert_eq!(is("text/csv", b"a\xff"), "a\u{fffd}");
        assert_eq!(is("application/graphql", b"query"), "query");
        for binary in [b"\xff\xfe", b"a\0", b"a\xc3"] {
            assert_eq!(
                is("application/vnd.x", binary),
                "binary answer of 2 bytes, application/vnd.x"
            );
        }
        assert_eq!(
            is("image/png", b"abc"),
            "binary answer of 3 bytes, image/png"
        );
    }

    #[test]
    fn judges_a_beginning_by_what_was_read() {
        let is = |bytes: &[u8]| {
            let length = Length::MoreThan(LIMIT as u64);
            content("application/vnd.x", beginning(bytes, length))
        };
        let characters = "€".repeat(20);
        assert!(is(characters.as_bytes()).is_cut);
        assert!(is(&characters.as_bytes()[1..]).text.starts_with("binary"));
        assert!(
            is(format!("\0{characters}").as_bytes())
                .text
                .starts_with("binary")
        );
        assert_eq!(
            is(&[0xff; 40]).text,
            "binary answer of more than 32 bytes, application/vnd.x"
        );
    }
}
