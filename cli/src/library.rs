//! Where Gatewright's library crates are: a gateway is built against them, and no registry has them yet.

use std::path::{Path, PathBuf};

/// A checkout of Gatewright, with the crates a gateway is built against.
#[derive(Debug)]
pub(crate) struct Library {
    root: PathBuf,
}

/// The option of every command that needs the library crates.
#[derive(Debug, clap::Args)]
pub(crate) struct Source {
    /// The checkout of Gatewright to build against [default: the one this is run in, else the one this command was built
    /// from]
    #[arg(long, value_name = "FOLDER")]
    gatewright: Option<PathBuf>,
}

impl Source {
    /// The checkout: the one that is named, else the one around the working directory, else the one this command was
    /// built from.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn find(&self) -> Result<Library, String> {
        if let Some(folder) = &self.gatewright {
            return Library::at(folder).ok_or_else(|| {
                format!(
                    "{} is no checkout of Gatewright: it has no codegen/ and runtime/ with their Cargo.toml",
                    folder.display()
                )
            });
        }
        let around = std::env::current_dir().ok();
        let around = around
            .iter()
            .flat_map(|folder| folder.ancestors())
            .find_map(Library::at);
        // The folder of this package, when it was built.
        let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        around
            .or_else(|| built_from.and_then(Library::at))
            .ok_or_else(|| {
                format!(
                    "Gatewright's library crates are not on crates.io yet, and the checkout this command was built from is \
                     gone ({}); name another one by --gatewright FOLDER",
                    built_from.unwrap_or(Path::new("unknown")).display()
                )
            })
    }
}

impl Library {
    /// The checkout at `folder`, if it is one.
    fn at(folder: &Path) -> Option<Self> {
        let is_ours = |name: &str| {
            let manifest = folder.join(name).join("Cargo.toml");
            std::fs::read_to_string(manifest)
                .is_ok_and(|text| text.contains(&format!("name = \"gatewright-{name}\"")))
        };
        if !(is_ours("codegen") && is_ours("runtime")) {
            return None;
        }
        Some(Self {
            root: folder.canonicalize().ok()?,
        })
    }

    /// The folder of the checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of a crate: `codegen` or `runtime`.
    pub(crate) fn package(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The versions of all dependencies that Gatewright is tested with.
    pub(crate) fn lock_file(&self) -> PathBuf {
        self.root.join("Cargo.lock")
    }
}
