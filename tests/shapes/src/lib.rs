//! What `shapes.yaml` compiles into.
#![forbid(unsafe_code)]

gatewright_runtime::include_capability!();
