//! The query of a request, read as leniently as Lago does: what is not asked for is ignored, the last of
//! several values counts, and an empty value is none.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

/// The names and values of a query, in order.
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// The value of a parameter, if it has one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().rev().find(|(key, _)| key == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// The value of a parameter as a number from 1 upwards.
    pub(crate) fn count(&self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok().filter(|&count| count > 0)
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Params, Infallible> {
        let pairs = Query::try_from_uri(&parts.uri);
        Ok(Params(pairs.map(|Query(pairs)| pairs).unwrap_or_default()))
    }
}
