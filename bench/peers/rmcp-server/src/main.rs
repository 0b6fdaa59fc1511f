//! One tool that calls one upstream and answers with what it said: without sessions, answers as JSON.
//!
//!     rmcp-server PORT UPSTREAM_PORT

use axum::serve::ListenerExt;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{ServerCapabilities, ServerConfig};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, ServerHandler, schemars, tool, tool_handler, tool_router};
use tokio::net::TcpListener;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct FindCustomer {
    #[schemars(description = "External ID of the existing customer")]
    external_id: String,
}

#[derive(Clone)]
struct Customers {
    client: reqwest::Client,
    upstream: u16,
}

#[tool_router]
impl Customers {
    #[tool(
        name = "lago-retrieve-customer",
        description = "Lago Retrieve a customer"
    )]
    async fn find(
        &self,
        Parameters(arguments): Parameters<FindCustomer>,
    ) -> Result<String, ErrorData> {
        let url = format!(
            "http://127.0.0.1:{}/api/v1/customers/{}",
            self.upstream, arguments.external_id
        );
        let failed = |error: reqwest::Error| ErrorData::internal_error(error.to_string(), None);
        let request = self.client.get(url).bearer_auth("bench");
        let response = request.send().await.map_err(failed)?;
        response.text().await.map_err(failed)
    }
}

#[tool_handler]
impl ServerHandler for Customers {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut port = || -> Result<u16, Box<dyn std::error::Error>> {
        Ok(arguments
            .next()
            .ok_or("usage: rmcp-server PORT UPSTREAM_PORT")?
            .parse()?)
    };
    let (own, upstream) = (port()?, port()?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let customers = Customers {
            client: reqwest::Client::new(),
            upstream,
        };
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true);
        let service = StreamableHttpService::new(
            move || Ok(customers.clone()),
            LocalSessionManager::default().into(),
            config,
        );
        let listener = TcpListener::bind(("127.0.0.1", own)).await?;
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, axum::Router::new().nest_service("/mcp", service)).await?;
        Ok(())
    })
}
