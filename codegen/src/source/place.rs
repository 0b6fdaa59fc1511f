//! Where values begin. The parser's spans leave out the indicators before some values, and where there is no value they
//! name the next token, which may be lines away.

use saphyr_parser::ScalarStyle;

use super::Span;
use super::frame::{Collection, Frame, Pending};
use super::property::Properties;

/// The text, and how far values were read.
pub(super) struct Places<'a> {
    text: &'a str,
    cursor: usize,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, cursor: 0 }
    }

    /// Notes that everything before an offset is read.
    pub(super) fn advance(&mut self, offset: usize) {
        self.cursor = self.cursor.max(offset);
    }

    /// Where a scalar begins. For a block scalar the parser says the first line of its text.
    pub(super) fn scalar(&self, style: ScalarStyle, span: Span, properties: &Properties) -> usize {
        let header = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                self.indicator(properties, span.end, &['|', '>'])
            }
            _ => None,
        };
        header.unwrap_or(properties.content).min(span.end)
    }

    /// Where a list begins. For one that is not indented deeper than its key the parser says the first item.
    pub(super) fn sequence(
        &self,
        span: Span,
        properties: &Properties,
        parent: Option<&Frame>,
    ) -> usize {
        let dash = match parent.map(|parent| &parent.collection) {
            Some(Collection::Mapping { .. }) => self.indicator(properties, span.end, &['-', '[']),
            Some(Collection::Sequence(_)) | None => None,
        };
        dash.unwrap_or(properties.content)
    }

    /// Where a value would be that is not there: behind its tag, its key or its dash.
    pub(super) fn empty(
        &self,
        span: Span,
        properties: &Properties,
        parent: Option<&Frame>,
    ) -> Span {
        if let Some(end) = properties.end {
            return Span::empty(end);
        }
        Span::empty(match parent.map(|parent| &parent.collection) {
            Some(Collection::Mapping {
                pending: Pending::Value(key),
                ..
            }) => key.span.end,
            Some(Collection::Sequence(_)) => self
                .indicator(properties, self.text.len(), &['-'])
                .map_or(span.start, |dash| dash + 1),
            Some(Collection::Mapping { .. }) | None => span.start,
        })
    }

    /// Finds an indicator before a value, where nothing but white space, remarks and other indicators may precede it.
    fn indicator(&self, properties: &Properties, until: usize, wanted: &[char]) -> Option<usize> {
        let mut at = self.cursor.max(properties.end.unwrap_or(0));
        loop {
            at += blank(self.text.get(at..until)?);
            let character = self.text.get(at..until)?.chars().next()?;
            if wanted.contains(&character) {
                return Some(at);
            }
            if !matches!(character, '-' | ':' | '?' | ',' | ']' | '}') {
                return None;
            }
            at += 1;
        }
    }
}

/// The length of white space, line breaks and comments.
pub(super) fn blank(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        if !rest.starts_with('#') {
            return text.len() - rest.len();
        }
        rest = rest.find(['\n', '\r']).map_or("", |end| {
            let (_, rest) = rest.split_at(end);
            rest
        });
    }
}

#[cfg(test)]
#[path = "place_tests.rs"]
pub(super) mod tests;
