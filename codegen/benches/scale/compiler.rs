//! The compiler's own time, by stage.

use std::time::Duration;

use gatewright_codegen::diagnostic::Report;
use gatewright_codegen::source::SourceFile;
use gatewright_codegen::{Compiled, check, compile_source, emit, syntax};

use super::clock;

/// The kernel counts by ticks of some milliseconds: a measurement is as many runs as this takes.
const MEASURED: Duration = Duration::from_millis(400);

/// How many measurements the least is taken of.
const ROUNDS: usize = 5;

/// Seconds for each stage.
#[derive(Clone, Copy)]
pub(crate) struct Stages {
    pub(crate) parse: f64,
    pub(crate) check: f64,
    pub(crate) emit: f64,
}

impl Stages {
    pub(crate) fn total(self) -> f64 {
        self.parse + self.check + self.emit
    }
}

pub(crate) fn measure(text: &str) -> (Stages, Compiled) {
    let compiled = compile_source(SourceFile::new("synthetic.yaml", text))
        .unwrap_or_else(|rejected| panic!("{rejected}"));
    assert!(compiled.report.is_empty(), "{}", compiled.warnings());
    let source = &compiled.source;
    let parse = || {
        let mut report = Report::new();
        let root = source.parse(&mut report).unwrap();
        syntax::lower(&root, &mut report).unwrap()
    };
    let document = parse();
    let check = || check::resolve(&document, source, &mut Report::new());
    let stages = Stages {
        parse: least(&mut || drop(parse())),
        check: least(&mut || drop(check())),
        emit: least(&mut || drop(emit::emit(&compiled.capability).unwrap())),
    };
    (stages, compiled)
}

/// The least seconds of processor time that `run` took on average in a measurement.
fn least(run: &mut dyn FnMut()) -> f64 {
    run();
    let measurement = |_| {
        let begin = clock::thread();
        let mut runs = 0_u32;
        loop {
            run();
            runs += 1;
            let used = clock::thread() - begin;
            if used >= MEASURED {
                return used.as_secs_f64() / f64::from(runs);
            }
        }
    };
    (0..ROUNDS).map(measurement).fold(f64::INFINITY, f64::min)
}
