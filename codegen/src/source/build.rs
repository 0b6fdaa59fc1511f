//! Puts the tree together from the parser's events. It holds the path to the current value on a stack of its own, so
//! that no input can overflow the machine's.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr_parser::{Event, ScalarStyle, Tag};

use super::frame::{Collection, Complete, Frame, Pending};
use super::limits::{Budget, text_bytes};
use super::place::Places;
use super::property::{self, Kind, Properties};
use super::syntax_error::too_deep;
use super::{MAXIMUM_DEPTH, Node, Scalar, Span, Value};
use crate::diagnostic::{Finding, Report, catalogue};

/// Why parsing ends before the text does.
pub(super) enum Stop {
    /// What was built is a whole document and can be checked further.
    KeepTree,
    /// What was built is only a part.
    NoTree,
}

pub(super) struct Builder<'a, 'r> {
    pub(super) text: &'a str,
    pub(super) report: &'r mut Report,
    stack: Vec<Frame>,
    root: Option<Node>,
    documents: usize,
    anchors: BTreeMap<usize, Anchor>,
    budget: Budget,
    places: Places<'a>,
}

/// A value that aliases can refer to, with what a copy of it costs.
struct Anchor {
    node: Node,
    nodes: usize,
    bytes: usize,
    height: usize,
}

impl<'a, 'r> Builder<'a, 'r> {
    pub(super) fn new(text: &'a str, report: &'r mut Report) -> Self {
        Self {
            text,
            report,
            stack: Vec::new(),
            root: None,
            documents: 0,
            anchors: BTreeMap::new(),
            budget: Budget::default(),
            places: Places::new(text),
        }
    }

    /// The tree, once all events are in.
    pub(super) fn finish(self, start: usize) -> Option<Node> {
        let empty = |node: &Node| {
            node.scalar()
                .is_some_and(|scalar| scalar.plain && scalar.text.is_empty())
        };
        let root = self.root.filter(|node| !empty(node));
        if root.is_none() && self.documents <= 1 {
            self.report.push(
                Finding::new(&catalogue::EMPTY_FILE, "the file is empty")
                    .at(Span::empty(start), "nothing here but comments, if anything")
                    .help("a capability begins with `naftiko:` and a release; check that this is the file you meant"),
            );
        }
        root
    }

    pub(super) fn event(&mut self, event: Event<'a>, span: Span) -> Result<(), Stop> {
        match event {
            Event::DocumentStart(explicit) => {
                if explicit {
                    self.places.advance(span.end);
                }
                self.document(span)
            }
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, tag, span),
            Event::Alias(id) => self.alias(id, span),
            Event::SequenceStart(anchor, tag) => {
                self.open(Collection::Sequence(Vec::new()), anchor, tag, span)
            }
            Event::MappingStart(anchor, tag) => {
                let collection = Collection::Mapping {
                    entries: Vec::new(),
                    keys: BTreeMap::new(),
                    pending: Pending::Key,
                };
                self.open(collection, anchor, tag, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn document(&mut self, span: Span) -> Result<(), Stop> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        self.report.push(
            Finding::new(
                &catalogue::SEVERAL_DOCUMENTS,
                "the file holds several documents",
            )
            .at(span, "a second document begins here")
            .help("remove the `---`, or put the second document into a file of its own"),
        );
        Err(Stop::KeepTree)
    }

    fn scalar(
        &mut self,
        text: Cow<'a, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Cow<'a, Tag>>,
        span: Span,
    ) -> Result<(), Stop> {
        let properties = self.properties(span, anchor, tag.is_some());
        let plain = style == ScalarStyle::Plain;
        let span = if plain && text.is_empty() {
            self.places.empty(span, &properties, self.stack.last())
        } else {
            let start = self.places.scalar(style, span, &properties);
            let written = self.text.get(start..span.end).unwrap_or_default();
            let written = written.trim_end_matches([' ', '\t', '\n', '\r']);
            Span {
                start,
                end: start + written.len(),
            }
        };
        let mut scalar = Scalar {
            text: text.into_owned(),
            plain,
            span,
        };
        if let Some((kind, tag)) = self.kind(tag.as_deref(), &properties, span)
            && !property::apply(kind, &mut scalar)
        {
            self.report.push(property::mismatch(tag));
        }
        self.places.advance(span.end);
        let spent = self.budget.values(1, span);
        self.stopped(spent)?;
        let node = Node {
            span,
            value: Value::Scalar(scalar),
        };
        let complete = Complete {
            end: span.end,
            node,
            height: 0,
        };
        self.complete(complete, anchor, 1)
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Stop> {
        let Some(anchor) = self.anchors.get(&id) else {
            self.report.push(
                Finding::new(
                    &catalogue::UNKNOWN_ALIAS,
                    "the alias stands inside the value it refers to",
                )
                .at(span, "this would never end")
                .help("write the value out"),
            );
            return Err(Stop::NoTree);
        };
        let (nodes, bytes, height) = (anchor.nodes, anchor.bytes, anchor.height);
        if self.stack.len() + height > MAXIMUM_DEPTH {
            return Err(self.too_deep(span));
        }
        let spent = self.budget.copy(nodes, bytes, span);
        self.stopped(spent)?;
        let Some(anchor) = self.anchors.get(&id) else {
            return Ok(());
        };
        let mut node = anchor.node.clone();
        if let Value::Scalar(scalar) = &mut node.value
            && self.stack.last().is_some_and(Frame::at_key)
        {
            scalar.span = span;
        }
        self.places.advance(span.end);
        let complete = Complete {
            node,
            end: span.end,
            height,
        };
        self.complete(complete, 0, nodes)
    }

    fn open(
        &mut self,
        collection: Collection,
        anchor: usize,
        tag: Option<Cow<'a, Tag>>,
        span: Span,
    ) -> Result<(), Stop> {
        let properties = self.properties(span, anchor, tag.is_some());
        if let Some((kind, tag)) = self.kind(tag.as_deref(), &properties, span) {
            let fits = match collection {
                Collection::Sequence(_) => Kind::Sequence,
                Collection::Mapping { .. } => Kind::Mapping,
            };
            if kind != fits && kind != Kind::NonSpecific {
                self.report.push(property::mismatch(tag));
            }
        }
        if self.stack.len() >= MAXIMUM_DEPTH {
            return Err(self.too_deep(span));
        }
        let start = match collection {
            Collection::Sequence(_) => self.places.sequence(span, &properties, self.stack.last()),
            Collection::Mapping { .. } => properties.content,
        };
        self.places.advance(start);
        let nodes_before = self.budget.nodes();
        let spent = self.budget.values(1, span);
        self.stopped(spent)?;
        self.stack.push(Frame {
            start,
            end: start,
            anchor,
            height: 0,
            nodes_before,
            collection,
        });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), Stop> {
        let Some(frame) = self.stack.pop() else {
            return Ok(());
        };
        let at = |offset: usize| self.text.as_bytes().get(offset).copied();
        let bracketed = matches!(
            (at(frame.start), span.end.checked_sub(1).and_then(at)),
            (Some(b'['), Some(b']')) | (Some(b'{'), Some(b'}'))
        );
        let end = if bracketed && !span.is_empty() {
            span.end
        } else {
            frame.end
        };
        self.places.advance(end);
        let value = match frame.collection {
            Collection::Sequence(items) => Value::Sequence(items),
            Collection::Mapping { entries, .. } => Value::Mapping(entries),
        };
        let nodes = self.budget.nodes().saturating_sub(frame.nodes_before);
        let node = Node {
            span: Span {
                start: frame.start,
                end: end.max(frame.start),
            },
            value,
        };
        let complete = Complete {
            end: node.span.end,
            node,
            height: frame.height + 1,
        };
        self.complete(complete, frame.anchor, nodes)
    }

    /// Remembers a complete value if it is anchored, and puts it where it belongs.
    fn complete(&mut self, complete: Complete, anchor: usize, nodes: usize) -> Result<(), Stop> {
        if anchor > 0 {
            let bytes = text_bytes(&complete.node);
            // What is remembered takes as much memory as another use.
            let spent = self.budget.copy(nodes, bytes, complete.node.span);
            self.stopped(spent)?;
            self.anchors.insert(
                anchor,
                Anchor {
                    node: complete.node.clone(),
                    nodes,
                    bytes,
                    height: complete.height,
                },
            );
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(complete.node);
            return Ok(());
        };
        frame.push(complete, self.report);
        Ok(())
    }

    fn properties(&self, span: Span, anchor: usize, tagged: bool) -> Properties {
        property::skip(
            self.text,
            span.start,
            usize::from(anchor > 0) + usize::from(tagged),
        )
    }

    /// What a tag says, and where it stands. A tag nobody knows is reported and then taken for none.
    fn kind(
        &mut self,
        tag: Option<&Tag>,
        properties: &Properties,
        value: Span,
    ) -> Option<(Kind, Span)> {
        let span = properties.tag.unwrap_or(value);
        match property::kind(tag?) {
            Ok(kind) => Some((kind, span)),
            Err(name) => {
                self.report.push(property::unknown(&name, span));
                None
            }
        }
    }

    fn too_deep(&mut self, span: Span) -> Stop {
        self.report.push(too_deep(span));
        Stop::NoTree
    }

    fn stopped(&mut self, spent: Result<(), Finding>) -> Result<(), Stop> {
        spent.map_err(|finding| {
            self.report.push(finding);
            Stop::NoTree
        })
    }
}
