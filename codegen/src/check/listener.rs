//! What every adapter has: its namespace, address and port.

use std::net::IpAddr;

use super::Context;
use super::settings::Settings;
use crate::diagnostic::{Finding, catalogue};
use crate::model::SettingForm;
use crate::syntax::{Exposes, Listener};

/// Loopback, unless the file says otherwise (LANGUAGE.md §4).
const DEFAULT_ADDRESS: &str = "127.0.0.1";

/// The listener of an adapter.
pub(super) fn of(exposes: &Exposes) -> &Listener {
    match exposes {
        Exposes::Rest(adapter) => &adapter.listener,
        Exposes::Mcp(adapter) => &adapter.listener,
    }
}

/// Adds the settings of an adapter's address and port; returns their flags.
pub(super) fn resolve(
    listener: &Listener,
    kind: &str,
    context: &mut Context<'_>,
) -> (String, String) {
    let namespace = &listener.namespace.value;
    let help = format!("Address that the {kind} adapter `{namespace}` listens on");
    let mut address = Settings::of_namespace(namespace, "address", SettingForm::Address, help);
    let written = listener
        .address
        .as_ref()
        .map_or(DEFAULT_ADDRESS, |address| address.as_str());
    let written = if written == "localhost" {
        DEFAULT_ADDRESS
    } else {
        written
    };
    if let (true, Some(text)) = (written.parse::<IpAddr>().is_err(), &listener.address) {
        context.push(
            Finding::new(
                &catalogue::WRONG_TYPE,
                format!("`{written}` is not an IP address"),
            )
            .at(text.span, "expected an address of this machine")
            .help("write `127.0.0.1`, or `0.0.0.0` for every interface"),
        );
    }
    address.default = Some(written.to_owned());
    let help = format!("Port that the {kind} adapter `{namespace}` listens on; 0 picks a free one");
    let mut port = Settings::of_namespace(namespace, "port", SettingForm::Port, help);
    port.needed.push((
        format!("the {kind} adapter `{namespace}`"),
        context.line(listener.namespace.span),
    ));
    if let Some(written) = listener.port {
        if u16::try_from(written.value).is_err() {
            context.push(
                Finding::new(
                    &catalogue::WRONG_TYPE,
                    format!("{} is not a port", written.value),
                )
                .at(written.span, "expected a number from 0 to 65535")
                .help("write a port such as 8080"),
            );
        }
        port.default = Some(written.value.to_string());
    }
    let place = listener.namespace.span;
    (
        context.settings.add(address, place),
        context.settings.add(port, place),
    )
}

/// An adapter without a listener has no use for an address or a port.
pub(super) fn check_unused(listener: &Listener, context: &mut Context<'_>) {
    let address = listener
        .address
        .as_ref()
        .map(|address| ("address", address.span));
    let port = listener.port.map(|port| ("port", port.span));
    for (key, span) in address.into_iter().chain(port) {
        context.push(
            Finding::new(
                &catalogue::UNUSED_LISTENER,
                format!("the {key} of a `stdio` adapter is not used"),
            )
            .at(span, "nothing listens here")
            .help(format!(
                "remove `{key}`, or write `transport: http` for clients on a network"
            )),
        );
    }
}

/// Two adapters cannot listen on one port.
pub(super) fn check_ports(exposes: &[Exposes], context: &mut Context<'_>) {
    let listeners: Vec<&Listener> = exposes
        .iter()
        .filter(|exposes| !matches!(exposes, Exposes::Mcp(adapter) if adapter.is_stdio()))
        .map(of)
        .collect();
    for (position, listener) in listeners.iter().enumerate() {
        let Some(port) = listener.port.filter(|port| port.value != 0) else {
            continue;
        };
        let earlier = listeners.iter().take(position).find_map(|earlier| {
            let taken = earlier.port.filter(|taken| taken.value == port.value)?;
            overlap(earlier, listener).then_some(taken)
        });
        if let Some(earlier) = earlier {
            context.push(
                Finding::new(
                    &catalogue::DUPLICATE_PORT,
                    format!("two adapters listen on port {}", port.value),
                )
                .at(port.span, "this port is taken")
                .related(earlier.span, "by this adapter")
                .help("give each adapter a port of its own"),
            );
        }
    }
}

fn overlap(first: &Listener, second: &Listener) -> bool {
    let address = |listener: &Listener| {
        listener
            .address
            .as_ref()
            .map(|address| address.value.clone())
            .filter(|address| address != "localhost")
            .unwrap_or(DEFAULT_ADDRESS.to_owned())
    };
    let wildcard = |address: &str| matches!(address, "0.0.0.0" | "::");
    let (first, second) = (address(first), address(second));
    first == second || wildcard(&first) || wildcard(&second)
}
