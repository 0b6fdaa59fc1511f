//! The description of a setting, as the compiler emits it in a table.

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The flag, without its dashes.
    pub flag: &'static str,
    /// The environment variable.
    pub environment: &'static str,
    /// What it must be.
    pub form: Form,
    /// The value where none is set; `None` makes the setting required.
    pub default: Option<&'static str>,
    /// What makes the value where none is set, of other settings. Those are then required only if this
    /// one is not set itself.
    pub derived: &'static [Part],
    /// The flag of the setting that names a file of secrets, and the key there.
    pub in_file: Option<(&'static str, &'static str)>,
    /// One line for `--help`.
    pub help: &'static str,
    /// What needs the setting, and where the capability says so; empty where nothing in particular does.
    pub needed: &'static str,
}

/// A part of a text that is put together at start.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// This text.
    Literal(&'static str),
    /// The value of the setting with this flag.
    Setting(&'static str),
}

/// The form of a setting's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The base URI of an upstream.
    BaseUri,
    /// The URI by which callers reach an adapter.
    Uri,
    /// An IP address to listen on.
    Address,
    /// A TCP port; 0 picks a free one.
    Port,
    /// A TCP port, or `off`.
    OptionalPort,
    /// A secret. It may stand in a file, and is never shown.
    Secret,
    /// Any text.
    Text,
    /// The path of a file, from the working directory where it is relative.
    Path,
    /// A duration in seconds, fractions allowed.
    Seconds,
    /// A duration in seconds that may be 0, fractions allowed.
    Delay,
    /// A size in bytes.
    Bytes,
    /// A number of things, at least 1.
    Count,
    /// A number of things, which may be 0.
    Number,
    /// Hosts that may be asked for.
    Hosts,
    /// Origins whose pages may ask.
    Origins,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The URL of a collector, or nothing.
    #[cfg(feature = "otlp")]
    Endpoint,
    /// Headers as pairs, or nothing. They may stand in a file, and are never shown.
    #[cfg(feature = "otlp")]
    Headers,
}

impl Form {
    /// The placeholder in `--help`.
    pub(super) fn placeholder(self) -> String {
        let word = match self {
            Self::BaseUri | Self::Uri => "URI",
            Self::Address => "ADDRESS",
            Self::Port => "PORT",
            Self::OptionalPort => "PORT|off",
            Self::Secret => "SECRET",
            Self::Text => "TEXT",
            Self::Path => "PATH",
            Self::Seconds | Self::Delay => "SECONDS",
            Self::Bytes => "BYTES",
            Self::Count => "COUNT",
            Self::Number => "NUMBER",
            Self::Hosts => "HOSTS",
            Self::Origins => "ORIGINS",
            Self::Choice(words) => return words.join("|"),
            #[cfg(feature = "otlp")]
            Self::Endpoint => "URL",
            #[cfg(feature = "otlp")]
            Self::Headers => "HEADERS",
        };
        word.to_owned()
    }

    /// Whether the value is never shown, and may stand in a file.
    pub(super) fn is_secret(self) -> bool {
        match self {
            Self::Secret => true,
            #[cfg(feature = "otlp")]
            Self::Headers => true,
            _ => false,
        }
    }
}

impl Setting {
    pub(super) const fn new(flag: &'static str, environment: &'static str, form: Form) -> Self {
        Self {
            flag,
            environment,
            form,
            default: None,
            derived: &[],
            in_file: None,
            help: "",
            needed: "",
        }
    }

    /// The base URI of an upstream.
    pub const fn base_uri(flag: &'static str, environment: &'static str) -> Self {
        Self::new(flag, environment, Form::BaseUri)
    }

    /// The URI by which callers reach an adapter.
    pub const fn uri(flag: &'static str, environment: &'static str) -> Self {
        Self::new(flag, environment, Form::Uri)
    }

    /// The address of a listener.
    pub const fn address(flag: &'static str, environment: &'static str) -> Self {
        Self::new(flag, environment, Form::Address)
    }

    /// The port of a listener.
    pub const fn port(flag: &'static str, environment: &'static str) -> Self {
        Self::new(flag, environment, Form::Port)
    }

    /// A secret.
    pub const fn secret(flag: &'static str, environment: &'static str) -> Self {
        Self::new(flag, environment, Form::Secret)
    }

    /// A text.
    pub const fn text(flag: &'static str, environment: &'static str) -> Self {
        Self::new(flag, environment, Form::Text)
    }

    /// The path of a file.
    pub const fn path(flag: &'static str, environment: &'static str) -> Self {
        Self::new(flag, environment, Form::Path)
    }

    /// The same setting, read where it is not set from the file that the setting `flag` names, by its `key`.
    pub const fn in_file(mut self, flag: &'static str, key: &'static str) -> Self {
        self.in_file = Some((flag, key));
        self
    }

    /// The same setting with a default.
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// The same setting, made of other settings where it is not set itself.
    pub const fn derived(mut self, parts: &'static [Part]) -> Self {
        self.derived = parts;
        self
    }

    /// The same setting with its line for `--help`.
    pub const fn help(mut self, text: &'static str) -> Self {
        self.help = text;
        self
    }

    /// The same setting with what needs it.
    pub const fn needed(mut self, needed: &'static str) -> Self {
        self.needed = needed;
        self
    }
}

/// The settings every gateway has.
pub static GATEWAY_SETTINGS: &[Setting] = &[
    Setting::new("head-timeout", "GATEWAY_HEAD_TIMEOUT", Form::Seconds)
        .default("10")
        .help("How long the head of a request may take to arrive, from its first byte"),
    Setting::new("body-timeout", "GATEWAY_BODY_TIMEOUT", Form::Seconds)
        .default("30")
        .help("How long the body of a request may take to arrive"),
    Setting::new("idle-timeout", "GATEWAY_IDLE_TIMEOUT", Form::Seconds)
        .default("75")
        .help("How long a connection may wait for its next request"),
    Setting::new("write-timeout", "GATEWAY_WRITE_TIMEOUT", Form::Seconds)
        .default("30")
        .help("How long a caller may take no byte of its answer"),
    Setting::new("head-limit", "GATEWAY_HEAD_LIMIT", Form::Bytes)
        .default("16384")
        .help("How large the head of a request may be"),
    Setting::new("uri-limit", "GATEWAY_URI_LIMIT", Form::Bytes)
        .default("8192")
        .help("How long the target of a request may be"),
    Setting::new("header-limit", "GATEWAY_HEADER_LIMIT", Form::Count)
        .default("100")
        .help("How many headers a request may have"),
    Setting::new("connection-limit", "GATEWAY_CONNECTION_LIMIT", Form::Count)
        .default("4096")
        .help("How many connections may be open, of all adapters together"),
    Setting::new("request-limit", "GATEWAY_REQUEST_LIMIT", Form::Count)
        .default("512")
        .help("How many requests may be in flight, of all adapters together"),
    Setting::new("stream-limit", "GATEWAY_STREAM_LIMIT", Form::Count)
        .default("100")
        .help("How many requests may be in flight on one HTTP/2 connection"),
    Setting::new("connect-timeout", "GATEWAY_CONNECT_TIMEOUT", Form::Seconds)
        .default("2")
        .help("How long a connection to an upstream may take"),
    Setting::new("call-timeout", "GATEWAY_CALL_TIMEOUT", Form::Seconds)
        .default("30")
        .help("How long an upstream call may take, its answer's body included"),
    Setting::new("body-limit", "GATEWAY_BODY_LIMIT", Form::Bytes)
        .default("1048576")
        .help("How large a request body may be"),
    Setting::new("answer-limit", "GATEWAY_ANSWER_LIMIT", Form::Bytes)
        .default("10485760")
        .help("How large an upstream's answer may be that is held as a whole, to be shaped"),
    Setting::new("result-limit", "GATEWAY_RESULT_LIMIT", Form::Bytes)
        .default("262144")
        .help("How much of an upstream's answer a tool call reads and shows; what is longer is cut"),
    Setting::new(
        "progress-interval",
        "GATEWAY_PROGRESS_INTERVAL",
        Form::Seconds,
    )
    .default("5")
    .help("How often a client that asked for progress is told that a tool call goes on"),
    Setting::new("call-limit", "GATEWAY_CALL_LIMIT", Form::Count)
        .default("1024")
        .help("How many calls of one upstream may be under way"),
    Setting::new(
        "upstream-idle-connections",
        "GATEWAY_UPSTREAM_IDLE_CONNECTIONS",
        Form::Count,
    )
    .default("64")
    .help("How many unused connections to one upstream are kept"),
    Setting::new(
        "upstream-idle-timeout",
        "GATEWAY_UPSTREAM_IDLE_TIMEOUT",
        Form::Seconds,
    )
    .default("60")
    .help("How long an unused connection to an upstream is kept"),
    Setting::new("retry-percent", "GATEWAY_RETRY_PERCENT", Form::Number)
        .default("20")
        .help(
            "How many of a hundred upstream calls may be repeated after a failure; 0 repeats none",
        ),
    Setting::new("retry-rate", "GATEWAY_RETRY_RATE", Form::Number)
        .default("10")
        .help("How many upstream calls may be repeated in a second however few there are"),
    Setting::new("retry-wait", "GATEWAY_RETRY_WAIT", Form::Seconds)
        .default("2")
        .help("The longest Retry-After of an upstream that is waited for"),
    Setting::new("breaker-failures", "GATEWAY_BREAKER_FAILURES", Form::Number)
        .default("10")
        .help("After how many failures in a row an upstream is left alone; 0 means never"),
    Setting::new("breaker-pause", "GATEWAY_BREAKER_PAUSE", Form::Seconds)
        .default("5")
        .help("How long an upstream is left alone, before one call tries whether it is back"),
    Setting::new("allowed-hosts", "GATEWAY_ALLOWED_HOSTS", Form::Hosts)
        .default("")
        .help(
            "Hosts that requests may name, as name or name:port, with commas between: over a loopback address beside \
             localhost, over another address only these",
        ),
    Setting::new("allowed-origins", "GATEWAY_ALLOWED_ORIGINS", Form::Origins)
        .default("")
        .help(
            "Origins whose web pages may call, such as https://app.example, with commas between, beside this machine's",
        ),
    Setting::new("stop-timeout", "GATEWAY_STOP_TIMEOUT", Form::Seconds)
        .default("30")
        .help("How long requests in flight may take to finish after SIGTERM or SIGINT"),
    Setting::new("drain-delay", "GATEWAY_DRAIN_DELAY", Form::Delay)
        .default("0")
        .help(
            "How long requests are still taken after SIGTERM or SIGINT, while /readyz says 503 already",
        ),
    Setting::new("secrets-interval", "GATEWAY_SECRETS_INTERVAL", Form::Delay)
        .default("5")
        .help("How often files of secrets are read again; 0 leaves that to SIGHUP"),
    Setting::new("admin-address", "GATEWAY_ADMIN_ADDRESS", Form::Address)
        .default("127.0.0.1")
        .help("Address of the admin listener: /livez, /readyz, /metrics"),
    Setting::new("admin-port", "GATEWAY_ADMIN_PORT", Form::OptionalPort)
        .default("9901")
        .help("Port of the admin listener; 0 picks a free one, off leaves it out"),
    Setting::new(
        "log-format",
        "GATEWAY_LOG_FORMAT",
        Form::Choice(&["text", "json"]),
    )
    .default("text")
    .help("How log lines look"),
    Setting::new(
        "log-level",
        "GATEWAY_LOG_LEVEL",
        Form::Choice(&["error", "warn", "info", "debug"]),
    )
    .default("info")
    .help("What is logged"),
];
