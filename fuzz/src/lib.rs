//! What the targets share: a small capability, written as the compiler would write it.

pub mod adapters;
pub mod upstream;

use std::future::Future;

use gatewright_runtime::capability::{Backend, Capability};
use gatewright_runtime::settings::{Part, Setting, SettingValues, SettingsError};
use gatewright_runtime::upstream::{Credential, Upstream, UpstreamOptions};
use tokio::runtime::{Builder, Runtime};

thread_local! {
    static RUNTIME: Option<Runtime> = Builder::new_current_thread().enable_all().build().ok();
}

/// Runs a future to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    RUNTIME.with(|runtime| match runtime {
        Some(runtime) => runtime.block_on(future),
        None => panic!("the runtime cannot be started"),
    })
}

/// A backend whose upstream is this machine's port 1, where nobody listens.
pub fn backend() -> Backend {
    thread_local! {
        static BACKEND: Option<Upstream> =
            Upstream::new("api", "http://127.0.0.1:1/base", Credential::none(), &UpstreamOptions::default()).ok();
    }
    BACKEND.with(|upstream| Backend::new(upstream.iter().cloned().collect::<Vec<_>>()))
}

/// A capability with a setting of every form.
pub static CAPABILITY: Capability = Capability {
    label: "Fuzz",
    description: "",
    version: "1",
    settings: &[
        Setting::base_uri("api-base-uri", "API_BASE_URI").derived(&[
            Part::Literal("https://"),
            Part::Setting("api-region"),
            Part::Literal(".example.org"),
        ]),
        Setting::text("api-region", "API_REGION").needed("the base URI (fuzz.yaml:1)"),
        Setting::secret("token", "TOKEN").needed("authentication (fuzz.yaml:2)"),
        Setting::address("api-rest-address", "API_REST_ADDRESS").default("127.0.0.1"),
        Setting::port("api-rest-port", "API_REST_PORT").default("0"),
    ],
    variables: &["token"],
    upstreams,
    rest: &[],
    mcp: &[],
};

fn upstreams(
    values: &SettingValues,
    options: &UpstreamOptions,
) -> Result<Vec<Upstream>, SettingsError> {
    let credential = Credential::bearer(values.secret("token")?)?;
    Ok(vec![Upstream::new(
        "api",
        values.text("api-base-uri")?,
        credential,
        options,
    )?])
}
