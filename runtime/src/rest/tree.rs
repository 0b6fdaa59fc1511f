//! Finding the route for a path: a tree by segments, built once at start from the static table.
//!
//! Literal beats partial beats variable, segment by segment, whatever the file's order, and a route is
//! chosen among those that have the method: `DELETE /a/b` is served by `DELETE /a/{x}` even where
//! `GET /a/b` is a route of its own (LANGUAGE.md §4).

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::Method;

use super::pattern::{Piece, Segment, segments};
use super::percent::decode;
use super::table::{RestAdapter, Route};

/// Where the OpenAPI document is served.
const DOCUMENT: &[Segment] = &[Segment::Literal("openapi.json")];

/// The routes of an adapter, by segments.
#[derive(Debug, Default)]
pub(super) struct RouteTree {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    endpoints: Vec<Endpoint>,
    literals: BTreeMap<&'static str, Node>,
    partials: Vec<(Vec<Piece>, Node)>,
    variable: Option<Box<Node>>,
}

/// What a request can be for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Endpoint {
    /// A route of the capability.
    Route(&'static Route),
    /// The OpenAPI document.
    Document(&'static str),
}

impl Endpoint {
    fn method(self) -> &'static Method {
        match self {
            Self::Route(route) => &route.method,
            Self::Document(_) => &Method::GET,
        }
    }
}

/// What a path and a method came to.
#[derive(Debug)]
pub(super) enum Found {
    /// The endpoint, and the values of its route's variables, decoded.
    Endpoint(Endpoint, Vec<String>),
    /// The path is known, the method is not: the methods that are served.
    OtherMethods(Vec<&'static Method>),
    /// A segment cannot be decoded.
    Malformed(&'static str),
    /// No route has this path.
    Nothing,
}

impl RouteTree {
    pub(super) fn new(adapter: &'static RestAdapter) -> Self {
        let mut tree = Self::default();
        for route in adapter.routes {
            tree.root.add(&segments(route.path), Endpoint::Route(route));
        }
        if let Some(document) = adapter.openapi {
            tree.root.add(DOCUMENT, Endpoint::Document(document));
        }
        tree
    }

    /// Finds the route for a path as it is on the wire, with its leading `/`.
    pub(super) fn find(&self, method: &Method, path: &str) -> Found {
        let Some(path) = path.strip_prefix('/') else {
            return Found::Nothing;
        };
        let mut segments = Vec::new();
        let mut malformed = None;
        for segment in path.split('/') {
            segments.push(decode(segment).unwrap_or_else(|reason| {
                malformed = Some(reason);
                segment.into()
            }));
        }
        let mut search = Search {
            method,
            variables: Vec::new(),
            allowed: Vec::new(),
        };
        match (search.visit(&self.root, &segments), malformed) {
            (Some(_), Some(reason)) => Found::Malformed(reason),
            (Some(endpoint), None) => Found::Endpoint(endpoint, search.variables),
            (None, _) if search.allowed.is_empty() => Found::Nothing,
            (None, _) => Found::OtherMethods(search.allowed),
        }
    }
}

impl Node {
    fn add(&mut self, segments: &[Segment], endpoint: Endpoint) {
        let Some((first, rest)) = segments.split_first() else {
            return self.endpoints.push(endpoint);
        };
        match first {
            Segment::Literal(text) => self.literals.entry(text).or_default().add(rest, endpoint),
            Segment::Variable => self.variable.get_or_insert_default().add(rest, endpoint),
            Segment::Partial(pieces) => self.add_partial(pieces, rest, endpoint),
        }
    }

    /// More literal text is more specific; of equal ones the file's order decides.
    fn add_partial(&mut self, pieces: &[Piece], rest: &[Segment], endpoint: Endpoint) {
        if let Some((_, child)) = self.partials.iter_mut().find(|(known, _)| *known == pieces) {
            return child.add(rest, endpoint);
        }
        let mut child = Self::default();
        child.add(rest, endpoint);
        let length = literal_length(pieces);
        let position = self
            .partials
            .partition_point(|(known, _)| literal_length(known) >= length);
        self.partials.insert(position, (pieces.to_vec(), child));
    }
}

fn literal_length(pieces: &[Piece]) -> usize {
    pieces
        .iter()
        .map(|piece| {
            if let Piece::Literal(text) = piece {
                text.len()
            } else {
                0
            }
        })
        .sum()
}

struct Search<'a> {
    method: &'a Method,
    variables: Vec<String>,
    allowed: Vec<&'static Method>,
}

impl Search<'_> {
    fn visit(&mut self, node: &Node, segments: &[Cow<'_, str>]) -> Option<Endpoint> {
        let Some((first, rest)) = segments.split_first() else {
            return self.choose(node);
        };
        if let Some(child) = node.literals.get(first.as_ref())
            && let Some(endpoint) = self.visit(child, rest)
        {
            return Some(endpoint);
        }
        for (pieces, child) in &node.partials {
            let depth = self.variables.len();
            if match_pieces(pieces, first, &mut self.variables)
                && let Some(endpoint) = self.visit(child, rest)
            {
                return Some(endpoint);
            }
            self.variables.truncate(depth);
        }
        // An empty last segment is a trailing slash, which makes another path, and no empty value.
        let child = node
            .variable
            .as_deref()
            .filter(|_| !(first.is_empty() && rest.is_empty()))?;
        self.variables.push(first.clone().into_owned());
        let endpoint = self.visit(child, rest);
        if endpoint.is_none() {
            self.variables.pop();
        }
        endpoint
    }

    fn choose(&mut self, node: &Node) -> Option<Endpoint> {
        let found = |method: &Method| {
            node.endpoints
                .iter()
                .find(|endpoint| endpoint.method() == method)
                .copied()
        };
        let endpoint = found(self.method).or_else(|| {
            if *self.method == Method::HEAD {
                found(&Method::GET)
            } else {
                None
            }
        });
        if endpoint.is_none() {
            for endpoint in &node.endpoints {
                if !self.allowed.contains(&endpoint.method()) {
                    self.allowed.push(endpoint.method());
                }
            }
        }
        endpoint
    }
}

/// Matches text against pieces. A variable takes as little as lets the next literal follow, and at least one
/// character; the last one takes what is left. Nothing is tried twice, so the time is linear in the text.
fn match_pieces(pieces: &[Piece], text: &str, variables: &mut Vec<String>) -> bool {
    let (mut pieces, mut text) = (pieces, text);
    while let Some((first, rest)) = pieces.split_first() {
        match first {
            Piece::Literal(literal) => match text.strip_prefix(literal) {
                Some(remaining) => text = remaining,
                None => return false,
            },
            Piece::Variable => {
                let first_length = text.chars().next().map_or(0, char::len_utf8);
                let end = match rest {
                    [] => Some(text.len()),
                    // The last literal must end the text, wherever else it occurs.
                    [Piece::Literal(literal)] => text.strip_suffix(literal).map(str::len),
                    [Piece::Literal(literal), ..] => text
                        .get(first_length..)
                        .and_then(|searched| searched.find(literal))
                        .map(|position| position + first_length),
                    [Piece::Variable, ..] => Some(first_length),
                };
                match end
                    .filter(|end| *end > 0)
                    .and_then(|end| text.split_at_checked(end))
                {
                    Some((value, remaining)) => {
                        variables.push(value.to_owned());
                        text = remaining;
                    }
                    None => return false,
                }
            }
        }
        pieces = rest;
    }
    text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    static ADAPTER: RestAdapter = RestAdapter {
        namespace: "test",
        address: "test-address",
        port: "test-port",
        guard: |_| Ok(crate::server::Guard::none()),
        routes: ROUTES,
        openapi: Some("{}"),
    };
    static ROUTES: &[&Route] = &[
        &Route::get("/a/{x}"),
        &Route::delete("/a/{x}"),
        &Route::patch("/{x}"),
        &Route::get("/a/{x}.json"),
        &Route::get("/a/b"),
        &Route::post("/a/{x}/c"),
        &Route::post("/a//c:go"),
        &Route::get("/m/{a}:{b}"),
    ];

    fn find(method: Method, path: &str) -> String {
        match RouteTree::new(&ADAPTER).find(&method, path) {
            Found::Endpoint(Endpoint::Route(route), variables) => {
                format!("{} {variables:?}", route.path)
            }
            Found::Endpoint(Endpoint::Document(document), _) => document.to_owned(),
            Found::OtherMethods(methods) => format!("{methods:?}"),
            Found::Malformed(reason) => reason.to_owned(),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn literal_beats_partial_beats_variable() {
        assert_eq!(find(Method::GET, "/a/b"), "/a/b []");
        assert_eq!(find(Method::GET, "/a/c.json"), "/a/{x}.json [\"c\"]");
        assert_eq!(find(Method::GET, "/a/c"), "/a/{x} [\"c\"]");
        assert_eq!(find(Method::HEAD, "/a/c"), "/a/{x} [\"c\"]");
    }

    #[test]
    fn a_less_specific_route_serves_the_methods_the_literal_lacks() {
        assert_eq!(find(Method::DELETE, "/a/b"), "/a/{x} [\"b\"]");
        assert_eq!(find(Method::PUT, "/a/b"), "[GET, DELETE]");
        assert_eq!(find(Method::PUT, "/a/b/c"), "[POST]");
    }

    #[test]
    fn an_encoded_slash_stays_in_its_segment() {
        assert_eq!(find(Method::GET, "/a/x%2Fc"), "/a/{x} [\"x/c\"]");
        assert_eq!(find(Method::POST, "/a/%2e%2e/c"), "/a/{x}/c [\"..\"]");
    }

    #[test]
    fn a_trailing_slash_is_another_path() {
        assert_eq!(find(Method::GET, "/a/"), "nothing");
        assert_eq!(find(Method::GET, "/a/b/"), "nothing");
        assert_eq!(find(Method::POST, "/a//c:go"), "/a//c:go []");
        assert_eq!(find(Method::POST, "/a//c"), "/a/{x}/c [\"\"]");
    }

    #[test]
    fn the_document_is_found_like_a_route() {
        assert_eq!(find(Method::GET, "/openapi.json"), "{}");
        assert_eq!(find(Method::HEAD, "/openapi%2Ejson"), "{}");
        // A route with a variable serves the methods that the document lacks.
        assert_eq!(
            find(Method::PATCH, "/openapi.json"),
            "/{x} [\"openapi.json\"]"
        );
        assert_eq!(find(Method::PUT, "/openapi.json"), "[GET, PATCH]");
    }

    #[test]
    fn partial_segments_split_at_their_literals() {
        assert_eq!(find(Method::GET, "/m/x:y:z"), "/m/{a}:{b} [\"x\", \"y:z\"]");
        assert_eq!(find(Method::GET, "/m/:y"), "nothing");
    }

    #[test]
    fn malformed_encoding_is_told_apart_from_an_unknown_path() {
        assert!(find(Method::GET, "/a/%zz").contains("hexadecimal"));
        assert_eq!(find(Method::GET, "/z/%zz"), "nothing");
        assert_eq!(find(Method::GET, "*"), "nothing");
    }

    #[test]
    fn a_hostile_segment_takes_no_longer_than_its_length() {
        use Piece::{Literal as L, Variable as V};
        let pieces = [V, L("-"), V, L("-"), V, L(".png")];
        let mut variables = Vec::new();
        assert!(!match_pieces(
            &pieces,
            &"a-".repeat(100_000),
            &mut variables
        ));
        variables.clear();
        assert!(match_pieces(&pieces, "1-2-3-4.png.png", &mut variables));
        assert_eq!(variables, ["1", "2", "3-4.png"]);
        for text in ["-2-3.png", "1--3.png", "1-2-.png", ".png", ""] {
            variables.clear();
            assert!(!match_pieces(&pieces, text, &mut variables), "{text}");
        }
    }
}
