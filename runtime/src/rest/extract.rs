//! Reading the declared inputs of a route from the head of a request.

use std::collections::HashSet;

use http::HeaderMap;
use http::header::COOKIE;

use super::percent::decode_query;
use crate::inbound::{Collector, Input, Kind, Place, RefusedNames, from_text, is_unknown};

/// Reads path variables, query parameters, headers and cookies. All problems go to the collector.
pub(super) fn collect_head(
    collector: &mut Collector,
    table: &'static [Input],
    variables: &[String],
    query: Option<&str>,
    headers: &HeaderMap,
) {
    let query = read_pairs(collector, Place::Query, query.unwrap_or_default());
    for (index, input) in table.iter().enumerate() {
        let values = match input.place {
            Place::Path(variable) => match variables.get(variable) {
                Some(text) if input.kind == Kind::List => {
                    text.split(',').map(str::to_owned).collect()
                }
                Some(text) => vec![text.clone()],
                None => Vec::new(),
            },
            Place::Query => query
                .iter()
                .filter(|(name, _)| name == input.name)
                .map(|(_, value)| value.clone())
                .collect(),
            Place::Header | Place::Cookie => {
                let values = match input.place {
                    Place::Header => header_values(headers, input),
                    _ => cookie_values(headers, input.name),
                };
                match values {
                    Ok(values) => values,
                    Err(reason) => {
                        collector.set(index, Err(reason));
                        continue;
                    }
                }
            }
            Place::Body | Place::BodyField | Place::FormField | Place::Argument => continue,
        };
        if !values.is_empty() {
            collector.set(index, from_text(input.kind, &values));
        }
    }
    let names = query.iter().map(|(name, _)| name.as_str());
    refuse_undeclared(collector, table, Place::Query, names);
}

/// Reads the names and values of a query or an urlencoded form.
pub(super) fn read_pairs(
    collector: &mut Collector,
    place: Place,
    text: &str,
) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut malformed = RefusedNames::new(place.name(), "malformed");
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, reason) = match (decode_query(name), decode_query(value)) {
            (Ok(name), Ok(value)) => {
                pairs.push((name, value));
                continue;
            }
            (Ok(name), Err(reason)) => (name, reason),
            (Err(reason), _) => (name.to_owned(), reason),
        };
        malformed.refuse(collector, &name, || reason.to_owned());
    }
    malformed.finish(collector);
    pairs
}

/// Refuses the names that no input of this place has.
pub(super) fn refuse_undeclared<'n>(
    collector: &mut Collector,
    table: &'static [Input],
    place: Place,
    names: impl Iterator<Item = &'n str>,
) {
    let declared = || {
        table
            .iter()
            .filter(|input| input.place == place)
            .map(|input| input.name)
    };
    let mut unknown = RefusedNames::new(place.name(), "unknown");
    let mut refused: HashSet<&str> = HashSet::new();
    for name in names {
        if declared().any(|known| known == name) || !refused.insert(name) {
            continue;
        }
        unknown.refuse(collector, name, || {
            let what = format!("{} parameters", place.name());
            is_unknown("this operation", declared(), &what)
        });
    }
    unknown.finish(collector);
}

/// Header values as text. A list may be spread over several lines and commas (RFC 9110 §5.3).
fn header_values(headers: &HeaderMap, input: &Input) -> Result<Vec<String>, String> {
    let lines = headers.get_all(input.name).iter();
    let lines: Vec<String> = lines
        .map(|value| utf8(value.as_bytes()))
        .collect::<Result<_, _>>()?;
    Ok(if input.kind == Kind::List {
        let items = lines.iter().flat_map(|line| line.split(','));
        items.map(|item| item.trim().to_owned()).collect()
    } else if lines.is_empty() {
        lines
    } else {
        vec![lines.join(", ")]
    })
}

fn cookie_values(headers: &HeaderMap, name: &str) -> Result<Vec<String>, String> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let values = pairs.filter_map(|pair| {
        let rest = pair.trim_ascii().strip_prefix(name.as_bytes())?;
        rest.strip_prefix(b"=")
    });
    values.map(utf8).collect()
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err("is not UTF-8".to_owned()),
    }
}
