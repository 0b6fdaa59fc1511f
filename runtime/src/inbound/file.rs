//! A file that is passed on: its bytes, and what its sender says of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use percent_encoding::percent_decode_str;

/// A file of a form, or a body that is passed on as it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its name. A form names a file that has none after the parameter.
    pub name: Option<String>,
    /// Its media type. A file without one is sent as `application/octet-stream`.
    pub media_type: Option<String>,
}

impl File {
    /// A file of these bytes, without a name and a media type.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self {
            bytes: bytes.into(),
            name: None,
            media_type: None,
        }
    }

    /// The same file with a name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The same file with a media type.
    pub fn of_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// Its bytes in base64.
    pub(crate) fn base64(&self) -> String {
        STANDARD.encode(&self.bytes)
    }

    /// A file from the text of a tool argument: base64 (RFC 4648 §4, padded, without line breaks), or a `data:`
    /// URL (RFC 2397) of such, which also says the media type and, as its parameter `name`, the file's name.
    pub(crate) fn from_argument(text: &str) -> Option<Self> {
        // No base64 has a colon.
        let Some((scheme, rest)) = text.split_once(':') else {
            return Some(Self::new(STANDARD.decode(text).ok()?));
        };
        let (head, data) = rest.split_once(";base64,")?;
        if !scheme.eq_ignore_ascii_case("data") || !head.chars().all(is_visible) {
            return None;
        }
        let mut file = Self::new(STANDARD.decode(data).ok()?);
        let mut media_type: Vec<&str> = Vec::new();
        for part in head.split(';') {
            match part.strip_prefix("name=") {
                Some(name) => {
                    let name = percent_decode_str(name).decode_utf8().ok()?;
                    file.name = Some(name.into_owned());
                }
                None => media_type.push(part),
            }
        }
        match media_type.as_slice() {
            [] | [""] => {}
            [kind, ..] if kind.contains('/') => file.media_type = Some(media_type.join(";")),
            _ => return None,
        }
        Some(file)
    }
}

fn is_visible(character: char) -> bool {
    character == ' ' || character.is_ascii_graphic()
}

/// Shows what a file is, not what is in it.
impl std::fmt::Debug for File {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("File")
            .field("bytes", &self.bytes.len())
            .field("name", &self.name)
            .field("media_type", &self.media_type)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_base64_and_data_urls() {
        let read = |text| File::from_argument(text);
        assert_eq!(read("AP8="), Some(File::new(&b"\x00\xff"[..])));
        assert_eq!(read(""), Some(File::default()));
        assert_eq!(
            read("data:text/plain;charset=utf-8;name=a%20%22b.txt;base64,YQ=="),
            Some(
                File::new("a")
                    .of_type("text/plain;charset=utf-8")
                    .named("a \"b.txt")
            )
        );
        assert_eq!(read("DATA:;base64,YQ=="), Some(File::new("a")));
    }

    #[test]
    fn refuses_what_is_not_quite_base64() {
        for text in [
            "YQ",
            "YQ=",
            "YR==",
            "Y Q==",
            "YQ==\n",
            "-_8=",
            "data:text/plain,a",
            "data:text/plain;base64,YQ",
            "data:plain;base64,YQ==",
            "data:a/b\r\nX: y;base64,YQ==",
            "http://a.test/;base64,YQ==",
        ] {
            assert_eq!(File::from_argument(text), None, "{text:?}");
        }
    }
}
