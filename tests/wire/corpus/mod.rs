//! The cases, by what is odd about them.

mod bodies;
mod chunks;
mod headers;
mod hosts;
mod pipelines;
mod request_lines;
mod targets;

use crate::case::Case;

pub(crate) fn cases() -> Vec<Case> {
    [
        request_lines::cases(),
        targets::cases(),
        hosts::cases(),
        headers::cases(),
        bodies::cases(),
        chunks::cases(),
        pipelines::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
