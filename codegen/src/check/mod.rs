//! From the document to the model: one function for each rule. Every finding goes to the report, and
//! checking goes on.

mod absolute_uri;
mod authentication;
mod base_uri;
mod binding;
mod body;
mod body_template;
mod calls;
mod characters;
mod claims;
mod constants;
mod document;
mod format;
mod forms;
mod holes;
mod inbound_authentication;
mod inference;
mod json_path;
mod json_template;
mod kinds;
mod listener;
mod mcp;
mod names;
mod oauth2;
mod operation;
mod operation_parameters;
mod operation_path;
mod operation_variables;
mod output_keys;
mod outputs;
mod parameter;
mod path;
mod protected_resource;
mod rest;
mod secrecy;
mod secrets;
mod secrets_file;
mod settings;
mod sparql;
mod template;
mod upstream;
mod value;
mod variables;
mod with;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::diagnostic::{Finding, Report, catalogue};
use crate::model::{self, Call, Output, Shape};
use crate::source::{SourceFile, Span};
use crate::syntax::{Document, Exposes, Text, Unread};

pub(crate) use self::authentication::TYPES as AUTHENTICATION_TYPES;
pub(crate) use self::body_template::TYPES as BODY_TYPES;
pub(crate) use self::format::FORMATS as OUTPUT_FORMATS;
pub(crate) use self::operation::METHODS;
pub(crate) use self::output_keys::TYPES as OUTPUT_TYPES;
pub(crate) use self::parameter::{PLACES as PARAMETER_PLACES, TYPES as PARAMETER_TYPES};

use self::names::UniqueNames;
use self::operation::OperationNames;
use self::settings::Settings;
use self::upstream::ResolvedUpstream;
use self::variables::Variables;

/// What the rules share.
struct Context<'a> {
    file: &'a SourceFile,
    report: &'a mut Report,
    settings: Settings,
    variables: Variables,
    /// Every namespace of the file, for references that point elsewhere.
    namespaces: Vec<String>,
    /// What could not be read, and so leaves nothing to be said of what is not there.
    unread: Unread,
    /// How many calls to nothing were found.
    unknown_calls: usize,
    calls: Vec<Call>,
    /// The flags of the variables that fill holes of requests.
    filling_variables: Vec<String>,
    operation_ids: UniqueNames,
    /// The indexes of the calls of each operation, by the indexes of the upstream and the operation.
    calls_of: HashMap<(usize, usize), Vec<usize>>,
    call_names: UniqueNames,
    shapes: Vec<Shape>,
    /// The index of the shape of each root.
    shapes_of: HashMap<Output, usize>,
    shape_names: UniqueNames,
}

/// A finding for a construct of the language that is not built yet, without its place.
fn not_supported(what: &str) -> Finding {
    Finding::new(
        &catalogue::NOT_SUPPORTED,
        format!("{what} is not supported yet"),
    )
}

impl Context<'_> {
    fn push(&mut self, finding: Finding) {
        self.report.push(finding);
    }

    /// Adds a finding about a key that the mapping at `mapping` lacks.
    fn push_missing(&mut self, finding: Finding, mapping: Span, key: &str) {
        self.report.push_missing(finding, mapping, key);
    }

    fn line(&self, span: Span) -> usize {
        self.file.line_of(span)
    }

    /// The index of a variable that fills a hole of a request. `by` says what needs it.
    fn filling_variable(&mut self, reference: &str, span: Span, by: &str) -> usize {
        let flag = variables::variable(reference, span, by, self);
        match self
            .filling_variables
            .iter()
            .position(|known| *known == flag)
        {
            Some(index) => index,
            None => {
                self.filling_variables.push(flag);
                self.filling_variables.len() - 1
            }
        }
    }

    /// The index of a call; equal calls are one.
    fn intern(&mut self, mut call: Call) -> usize {
        let index = self.calls.len();
        let of_operation = self
            .calls_of
            .entry((call.upstream, call.operation))
            .or_default();
        let same = |known: &&usize| {
            self.calls
                .get(**known)
                .is_some_and(|known| known.arguments == call.arguments)
        };
        if let Some(known) = of_operation.iter().find(same) {
            return *known;
        }
        of_operation.push(index);
        call.function = self.call_names.take(call.function);
        self.calls.push(call);
        index
    }
}

/// Resolves a document. The model is of use only where the report holds no error.
pub fn resolve(document: &Document, file: &SourceFile, report: &mut Report) -> model::Capability {
    let variables = Variables::of(&document.binds, document.unread.binds, report);
    let mut context = Context {
        file,
        report,
        settings: Settings::default(),
        variables,
        namespaces: namespaces(document),
        unread: document.unread,
        unknown_calls: 0,
        calls: Vec::new(),
        filling_variables: Vec::new(),
        operation_ids: UniqueNames::default(),
        calls_of: HashMap::new(),
        call_names: UniqueNames::default(),
        shapes: Vec::new(),
        shapes_of: HashMap::new(),
        shape_names: UniqueNames::default(),
    };
    characters::check(document, &mut context);
    secrets::check(document, &mut context);
    check_namespaces(document, &mut context);
    check_presence(document, &mut context);
    let mut upstreams: Vec<ResolvedUpstream> = Vec::new();
    let mut names = OperationNames::new();
    let clients: Vec<String> = document
        .consumes
        .iter()
        .map(|consumes| names.client(&consumes.namespace.value))
        .collect();
    for (consumes, client) in document.consumes.iter().zip(clients) {
        upstreams.push(upstream::resolve(
            consumes,
            client,
            &mut names,
            &mut context,
        ));
    }
    listener::check_ports(&document.exposes, &mut context);
    let (mut rest, mut mcp) = (Vec::new(), Vec::new());
    for exposes in &document.exposes {
        match exposes {
            Exposes::Rest(adapter) => {
                rest.push(rest::resolve(adapter, &mut upstreams, &mut context))
            }
            Exposes::Mcp(adapter) => mcp.push(mcp::resolve(
                adapter,
                &document.info,
                &mut upstreams,
                &mut context,
            )),
        }
    }
    if !document.exposes.is_empty() && !context.unread.exposes {
        upstream::check_unused(&upstreams, &mut context);
    }
    if !context.unread.exposes && !context.unread.consumes {
        context.variables.check_unused(context.report);
    }
    check_settings(&mut context);
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.value.trim().to_owned());
    let file_name = std::path::Path::new(file.name())
        .file_name()
        .unwrap_or_default();
    let Context {
        settings,
        calls,
        filling_variables,
        shapes,
        ..
    } = context;
    secrecy::hide(&calls, &mut upstreams);
    model::Capability {
        file_name: file_name.to_string_lossy().into_owned(),
        label: text(&document.info.label).unwrap_or_else(|| "A Gatewright gateway".to_owned()),
        description: text(&document.info.description).unwrap_or_default(),
        version: text(&document.info.version),
        settings: settings.into_vec(),
        variables: filling_variables,
        upstreams: upstreams
            .into_iter()
            .map(|upstream| upstream.model)
            .collect(),
        calls,
        shapes,
        rest,
        mcp,
    }
}

fn namespaces(document: &Document) -> Vec<String> {
    let consumed = document
        .consumes
        .iter()
        .map(|consumes| consumes.namespace.value.clone());
    let exposed = document
        .exposes
        .iter()
        .map(|exposes| listener::of(exposes).namespace.value.clone());
    consumed
        .chain(exposed)
        .filter(|namespace| !namespace.is_empty())
        .collect()
}

/// A capability without an API is none, and one without an adapter serves nothing.
fn check_presence(document: &Document, context: &mut Context<'_>) {
    if document.consumes.is_empty() {
        if !document.unread.consumes {
            context.push(
                Finding::new(
                    &catalogue::NOTHING_CONSUMED,
                    "this capability consumes no API",
                )
                .at(document.span, "`consumes` is missing or empty")
                .help("declare the API under `consumes`, with its operations"),
            );
        }
    } else if document.exposes.is_empty() && !document.unread.exposes {
        context.push(
            Finding::new(
                &catalogue::NOTHING_EXPOSED,
                "this capability exposes nothing",
            )
            .at(document.span, "only the typed client is built")
            .help("add an adapter of type `rest` or `mcp` under `exposes`"),
        );
    }
}

/// A flag of the gateway's command line means one thing.
fn check_settings(context: &mut Context<'_>) {
    let findings = context.settings.clashes().map(|clash| {
        let message = format!(
            "`{}` cannot be the name of a setting of its own",
            clash.environment
        );
        let finding = Finding::new(&catalogue::SETTING_CLASH, message).at(clash.span, clash.reason);
        let finding = match clash.other {
            Some((other, how)) => finding.related(other, how),
            None => finding,
        };
        finding.help("rename the variable's source key, or the namespace")
    });
    for finding in findings.collect::<Vec<_>>() {
        context.push(finding);
    }
}

/// A namespace names one thing: settings and references are made of it.
fn check_namespaces(document: &Document, context: &mut Context<'_>) {
    let consumed = document.consumes.iter().map(|consumes| &consumes.namespace);
    let exposed = document
        .exposes
        .iter()
        .map(|exposes| &listener::of(exposes).namespace);
    let mut first: HashMap<String, Span> = HashMap::new();
    for namespace in consumed.chain(exposed) {
        if namespace.value.is_empty() {
            continue;
        }
        let earlier = match first.entry(names::environment(&namespace.value)) {
            Entry::Vacant(entry) => {
                entry.insert(namespace.span);
                continue;
            }
            Entry::Occupied(entry) => *entry.get(),
        };
        context.push(
            Finding::new(
                &catalogue::DUPLICATE_NAME,
                format!("the namespace `{}` is used twice", namespace.value),
            )
            .at(
                namespace.span,
                "its settings would have the names of the other's",
            )
            .related(earlier, "used first here")
            .help("give each entry of `consumes` and `exposes` a namespace of its own"),
        );
    }
}
