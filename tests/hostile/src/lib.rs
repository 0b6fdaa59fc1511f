//! What hostile capabilities compile into. That this crate builds is the test: rustc takes it without a warning.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

/// The modules of one capability. Generated code reads the files beside it by `OUT_DIR`, and here many capabilities
/// share one: in its module `env!` says the capability's own folder.
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

            /// The typed clients.
            #[allow(
                rustdoc::bare_urls,
                reason = "descriptions come from the capability file"
            )]
            pub mod client {
                include!(concat!(env!("OUT_DIR"), "/client.rs"));
            }

            mod calls {
                include!(concat!(env!("OUT_DIR"), "/calls.rs"));
            }

            /// The REST adapters.
            pub mod rest {
                include!(concat!(env!("OUT_DIR"), "/rest.rs"));
            }

            /// The MCP adapters.
            pub mod mcp {
                include!(concat!(env!("OUT_DIR"), "/mcp.rs"));
            }

            /// The settings.
            pub mod settings {
                include!(concat!(env!("OUT_DIR"), "/settings.rs"));
            }

            mod capability {
                include!(concat!(env!("OUT_DIR"), "/capability.rs"));
            }

            pub use capability::CAPABILITY;
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/modules.rs"));
