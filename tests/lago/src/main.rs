//! Serves the stand-in on a port of this machine until it is stopped.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use lago_stand_in::{LagoStandIn, seed};

const USAGE: &str = "usage: lago-stand-in [--port PORT] [--key KEY]";

struct Options {
    port: u16,
    key: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(complaint) => {
            eprintln!("{complaint}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    match LagoStandIn::bind(address, &options.key).await {
        Ok(stand_in) => {
            println!("listening on {}", stand_in.base_uri());
            println!("customers: {}", seed::CUSTOMERS.join(", "));
            std::future::pending().await
        }
        Err(error) => {
            eprintln!("cannot listen on {address}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        port: 3000,
        key: "lago-key".to_owned(),
    };
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--port" => {
                let port = value()?;
                options.port = port.parse().map_err(|_| format!("{port} is no port"))?;
            }
            "--key" => options.key = value()?,
            _ => return Err(format!("{name} is not an option")),
        }
    }
    Ok(options)
}
