//! The lines of a file that a finding shows, made fit for a terminal.

use std::collections::BTreeMap;

use super::{Label, escape};
use crate::source::{SourceFile, Span};

/// A line of more characters than this is shown in part.
const WIDTH: usize = 160;

/// How much of a long line is shown before the place that matters.
const LEAD: usize = 40;

/// Places further apart than this are shown in excerpts of their own.
const GAP: usize = 200;

/// Consecutive lines, where those between the places that matter are left blank: they will be folded away.
pub(super) struct Excerpt {
    pub(super) first_line: usize,
    /// The place to name above the excerpt: the excerpt's own columns are off where a line is cut or escaped.
    pub(super) offset: usize,
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
}

/// A label, as a stretch of the excerpt's text.
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) primary: bool,
    pub(super) label: String,
}

/// Cuts out what is needed to show these labels, beginning with the primary one. A label that covers several lines is shown on
/// the first: where a mapping begins says enough, and its last line may be far away.
pub(super) fn excerpts(file: &SourceFile, primary: &Label, related: &[Label]) -> Vec<Excerpt> {
    let mut lines: BTreeMap<usize, Vec<(bool, &Label)>> = BTreeMap::new();
    lines
        .entry(file.line_of(primary.span))
        .or_default()
        .push((true, primary));
    for label in related {
        lines
            .entry(file.line_of(label.span))
            .or_default()
            .push((false, label));
    }

    let mut excerpts: Vec<Excerpt> = Vec::new();
    let mut last_line = 0;
    for (line, labels) in lines {
        match excerpts.last_mut() {
            Some(excerpt) if line - last_line <= GAP => {
                excerpt.text.push_str(&"\n".repeat(line - last_line));
                append(excerpt, file, line, &labels);
            }
            _ => {
                let mut excerpt = Excerpt {
                    first_line: line,
                    offset: labels
                        .first()
                        .map_or(0, |(_, label)| file.floor(label.span.start)),
                    text: String::new(),
                    marks: Vec::new(),
                };
                append(&mut excerpt, file, line, &labels);
                excerpts.push(excerpt);
            }
        }
        last_line = line;
    }
    let has_primary = |excerpt: &Excerpt| excerpt.marks.iter().any(|mark| mark.primary);
    if let Some(excerpt) = excerpts.iter_mut().find(|excerpt| has_primary(excerpt)) {
        excerpt.offset = file.floor(primary.span.start);
    }
    excerpts.sort_by_key(|excerpt| !has_primary(excerpt));
    excerpts
}

/// Appends one line and its marks.
fn append(excerpt: &mut Excerpt, file: &SourceFile, line: usize, labels: &[(bool, &Label)]) {
    let whole = file.line_span(line);
    let focus = labels
        .first()
        .map_or(whole.start, |(_, label)| file.floor(label.span.start));
    let window = window(file.text(), whole, focus);

    if window.start > whole.start {
        excerpt.text.push('…');
    }
    let base = excerpt.text.len();
    // Where each character of the window begins in the excerpt, and last where the window ends.
    let mut places: Vec<(usize, usize)> = Vec::new();
    let text = file
        .text()
        .get(window.start..window.end)
        .unwrap_or_default();
    for (offset, character) in text.char_indices() {
        places.push((window.start + offset, excerpt.text.len()));
        excerpt.text.push_str(&escape::shown(character));
    }
    let end = excerpt.text.len();
    places.push((window.end, end));
    if window.end < whole.end {
        excerpt.text.push('…');
    }

    let place = |offset: usize| {
        let index = places.partition_point(|(source, _)| *source < offset);
        places.get(index).map_or(end, |(_, shown)| *shown).max(base)
    };
    for (primary, label) in labels {
        let start = place(file.floor(label.span.start));
        excerpt.marks.push(Mark {
            start,
            end: place(file.floor(label.span.end)).max(start),
            primary: *primary,
            label: escape::line(&label.text),
        });
    }
}

/// The part of a line that is shown: all of it, or some characters before and more after the focus.
fn window(text: &str, line: Span, focus: usize) -> Span {
    let focus = focus.clamp(line.start, line.end);
    let before = text.get(line.start..focus).unwrap_or_default();
    let after = text.get(focus..line.end).unwrap_or_default();
    let within = |part: &str, limit| part.chars().nth(limit).is_none();
    if within(before, WIDTH) && within(text.get(line.start..line.end).unwrap_or_default(), WIDTH) {
        return line;
    }
    let start = before
        .char_indices()
        .rev()
        .take(LEAD)
        .last()
        .map_or(focus, |(offset, _)| line.start + offset);
    let end = after
        .char_indices()
        .nth(WIDTH - LEAD)
        .map_or(line.end, |(offset, _)| focus + offset);
    Span { start, end }
}
