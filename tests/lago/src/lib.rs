//! A stand-in for the customers part of Lago's public API, in memory, for trying and testing.
//!
//! [`LagoStandIn`] answers as Lago does, with the same customers in it at every start: no clock and no
//! randomness, so that an answer can be compared byte for byte. [`recorder::Recorder`] is the other half: an
//! upstream which knows nothing of Lago, remembers what reached it, and misbehaves on request.

mod applied_coupons;
mod customer;
mod customers;
mod errors;
mod ids;
mod links;
mod paging;
mod params;
pub mod recorder;
mod router;
pub mod seed;
mod server;
mod store;
mod usage;
mod validation;

pub use router::router;
pub use server::LagoStandIn;
