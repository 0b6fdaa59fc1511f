//! What the command line says about itself, which is made from the file.

use gatewright_runtime::settings::GATEWAY_SETTINGS;

use crate::gateway::{command, ended};

/// On one line, however it was wrapped.
async fn unwrapped(flag: &str) -> String {
    let ended = ended(command(&[flag])).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{flag}");
    let words: Vec<&str> = ended.stdout.split_whitespace().collect();
    words.join(" ")
}

#[tokio::test]
async fn help_lists_every_setting_with_its_variable_and_default() {
    for flag in ["--help", "-h"] {
        let help = unwrapped(flag).await;
        for expected in [
            "Lago API documentation — Customers",
            "--lago-customers-base-uri <URI> Base URI of the upstream `lago-customers` \
             [env: LAGO_CUSTOMERS_BASE_URI] [default: https://api.getlago.com/api/v1]",
            "[env: LAGO_API_KEY] [required by the bearer token of `lago-customers` (capability.yaml:",
            "--lago-api-key-file <PATH> A file that holds it [env: LAGO_API_KEY_FILE]",
            "[env: LAGO_CUSTOMERS_REST_ADDRESS] [default: 127.0.0.1]",
            "[env: LAGO_CUSTOMERS_REST_PORT] [default: 8080]",
            "[env: LAGO_CUSTOMERS_MCP_ADDRESS] [default: 127.0.0.1]",
            "[env: LAGO_CUSTOMERS_MCP_PORT] [default: 9090]",
            "[env: GATEWAY_CALL_TIMEOUT] [default: 30]",
            "[env: GATEWAY_LOG_FORMAT] [default: text]",
            "A flag wins over its environment variable",
        ] {
            assert!(help.contains(expected), "{expected}\nis not in\n{help}");
        }
        let settings = gateway::CAPABILITY.settings.iter();
        for setting in settings.chain(GATEWAY_SETTINGS) {
            assert!(help.contains(&format!("--{} <", setting.flag)), "{help}");
            assert!(
                help.contains(&format!("[env: {}]", setting.environment)),
                "{help}"
            );
            let default = setting.default.unwrap_or_default();
            assert!(help.contains(default), "{default}\nis not in\n{help}");
        }
    }
    let description = gateway::CAPABILITY.description;
    assert!(unwrapped("--help").await.contains(description));
}

#[tokio::test]
async fn version_names_the_capability() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(unwrapped("-V").await, format!("gateway {version}"));
    assert_eq!(
        unwrapped("--version").await,
        format!("gateway {version} Lago API documentation — Customers")
    );
}
