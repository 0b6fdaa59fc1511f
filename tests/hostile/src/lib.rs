//! What hostile capabilities compile into. That this crate builds is the test: rustc takes it without a warning.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

/// The modules of one capability. Generated code is found, and finds the files beside it, by `OUT_DIR`, which many
/// capabilities share here: in its module `env!` says the capability's own folder.
macro_rules! capability {
    ($name:ident, $folder:literal) => {
        /// A capability.
        pub mod $name {
            macro_rules! env {
                ("OUT_DIR") => {
                    concat!(::core::env!("OUT_DIR"), $folder)
                };
                ($other:literal) => {
                    ::core::env!($other)
                };
            }

            gatewright_runtime::include_capability!();
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/modules.rs"));
