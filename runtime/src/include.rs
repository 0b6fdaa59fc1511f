//! The generated files as modules of a crate.

/// Takes in what `gatewright_codegen::build::compile` wrote in the crate's build script: the modules `client` (the typed
/// client of each consumed API, of use without serving anything), `rest`, `mcp` and `settings`, and `CAPABILITY`, which
/// [`main`](crate::main) serves.
///
/// ```ignore
/// gatewright_runtime::include_capability!();
///
/// fn main() -> std::process::ExitCode {
///     gatewright_runtime::main(&CAPABILITY)
/// }
/// ```
///
/// It stands once, at the root of the crate: the modules name each other by `super`. The crate depends on
/// `gatewright-runtime` under that name.
#[macro_export]
macro_rules! include_capability {
    () => {
        /// The typed client of each consumed API: a type for every operation's parameters, a method for every operation.
        #[allow(
            dead_code,
            reason = "a gateway that only serves calls none of its methods"
        )]
        #[allow(
            rustdoc::bare_urls,
            reason = "descriptions come from the capability file"
        )]
        pub mod client {
            include!(concat!(env!("OUT_DIR"), "/client.rs"));
        }

        /// From inbound values to upstream requests.
        mod calls {
            include!(concat!(env!("OUT_DIR"), "/calls.rs"));
        }

        /// What the answers of routes and tools are made of.
        mod shapes {
            include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
        }

        /// The routes of the REST adapters.
        pub mod rest {
            include!(concat!(env!("OUT_DIR"), "/rest.rs"));
        }

        /// The tools of the MCP adapters.
        pub mod mcp {
            include!(concat!(env!("OUT_DIR"), "/mcp.rs"));
        }

        /// The settings, and the upstreams that are made of them.
        pub mod settings {
            include!(concat!(env!("OUT_DIR"), "/settings.rs"));
        }

        mod capability {
            include!(concat!(env!("OUT_DIR"), "/capability.rs"));
        }

        pub use capability::CAPABILITY;
    };
}
