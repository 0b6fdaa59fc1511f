//! The gateway in front of a stand-in for Lago, for trying it without an account:
//!
//!     cargo run --example demo
//!
//! Arguments are the gateway's own: see `cargo run --example demo -- --help`.
#![forbid(unsafe_code)]

use std::error::Error;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;

use gateway::CAPABILITY;
use gateway::runtime::server::Listener;
use gateway::runtime::start;
use lago_stand_in::{LagoStandIn, seed};

/// What the stand-in takes for a valid key.
const KEY: &str = "demo-key";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let lago = runtime.block_on(LagoStandIn::start(KEY))?;
    let environment = |name: &str| match name {
        "LAGO_CUSTOMERS_BASE_URI" => Some(lago.base_uri().into()),
        "LAGO_API_KEY" => Some(KEY.into()),
        // A key of the real Lago stays out of this.
        "LAGO_API_KEY_FILE" => None,
        // Whoever wants probes of a demo says so.
        "GATEWAY_ADMIN_PORT" => std::env::var_os(name).or(Some("off".into())),
        _ => std::env::var_os(name),
    };
    let code = start::main_with(&CAPABILITY, &environment, |listeners| {
        if let [rest, mcp] = listeners {
            // Where standard output is closed there is nobody to guide.
            let _ = writeln!(std::io::stdout(), "{}", guide(&url(rest), &url(mcp)));
        }
    });
    if code == ExitCode::FAILURE {
        eprintln!(
            "Flags go behind `--`. On free ports:\n\n  \
             cargo run --example demo -- --lago-customers-rest-port 0 --lago-customers-mcp-port 0"
        );
    }
    Ok(code)
}

/// Where a client on this machine reaches a listener.
fn url(listener: &Listener) -> String {
    let address = listener.address();
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

fn guide(rest: &str, mcp: &str) -> String {
    let customers = seed::CUSTOMERS.join(", ");
    let acme = format!("{rest}/v1/customers/{}", seed::CUSTOMER);
    let subscription = format!("external_subscription_id={}", seed::SUBSCRIPTION);
    format!(
        r#"{label}
in front of a stand-in for Lago that knows {customers}. Ctrl-C stops both.

REST
  list         curl -i {rest}/v1/customers
  create       curl -i {rest}/v1/customers -H 'content-type: application/json' \
                 -d '{{"customer":{{"external_id":"cus_demo","name":"Demo"}}}}'
  retrieve     curl -i {acme}
  usage        curl -i '{acme}/current-usage?{subscription}'
  bad request  curl -i '{acme}/past-usage?periods_count=many'

MCP
  Claude Code  claude mcp add --transport http lago-customers {mcp}/mcp
  others       {{"mcpServers": {{"lago-customers": {{"type": "http", "url": "{mcp}/mcp"}}}}}}
"#,
        label = CAPABILITY.label,
    )
}
