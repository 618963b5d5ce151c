//! One read-only pass over manifests, Podman and the store.
//!
//! Owns where everything is read from and how a failure is told. Never writes and never acts. Called by `plan`,
//! `check` and `why`, and by `approve` and `execute` before they do anything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_domain::evaluate::Evaluation;
use podsteward_domain::playbook::Request;
use podsteward_domain::time::Moment;
use podsteward_podman::Podman;
use podsteward_runtime::assess::{Assessment, Sources, assess};
use podsteward_runtime::listing::Background;
use podsteward_runtime::outbox::HttpSender;
use podsteward_runtime::real::backups::HostBackups;
use podsteward_runtime::real::disks::HostDisks;
use podsteward_runtime::real::snapshots::HostSnapshots;
use podsteward_runtime::real::{DiskFiles, HostPressure};
use podsteward_runtime::service::own_files;
use podsteward_specs::document::Document;
use podsteward_specs::key::{Key, Name};
use podsteward_specs::problem::Problem;
use podsteward_store::{ControllerLock, Store};

use crate::commands::Context;
use crate::commands::run::files;
use crate::exit::Error;

/// A playbook that somebody is about to ask for, on a target.
pub(crate) type Asked = (Key, Name, Request);

/// What was seen.
pub(crate) struct Look {
    /// What follows for each object.
    pub(crate) objects: Vec<(Key, Evaluation)>,
    /// Problems of the manifests.
    pub(crate) problems: Vec<Problem>,
    /// The playbooks in force.
    pub(crate) playbooks: Arc<BTreeMap<Name, Arc<Document>>>,
    /// What could not be read.
    pub(crate) missing: Vec<String>,
    /// Why Podman could not be read, if it could not.
    pub(crate) unread: Option<Error>,
    /// The store, if a controller ever ran here.
    pub(crate) store: Option<Store>,
    /// What the store remembers.
    pub(crate) background: Background,
    /// When.
    pub(crate) now: Moment,
}

impl Look {
    /// What follows for one object.
    pub(crate) fn of(&self, key: &Key) -> Option<&Evaluation> {
        self.objects.iter().find(|(known, _)| known == key).map(|(_, evaluation)| evaluation)
    }
}

/// Looks at everything once.
pub(crate) fn look(context: &Context) -> anyhow::Result<Look> {
    complete(pass(context, None, None)?)
}

/// Looks at everything once, as if somebody had asked for a playbook on a target.
pub(crate) fn look_asked(context: &Context, asked: Asked) -> anyhow::Result<Look> {
    complete(pass(context, None, Some(asked))?)
}

/// Looks once at some objects.
pub(crate) fn look_at(context: &Context, only: &BTreeSet<Key>) -> anyhow::Result<Look> {
    complete(pass(context, Some(only), None)?)
}

/// Looks once at some objects, or at everything. What Podman does not tell is missing in it, and that is no error.
pub(crate) fn look_as_far(context: &Context, only: Option<&BTreeSet<Key>>) -> anyhow::Result<Look> {
    pass(context, only, None)
}

/// Whoever would act on what is seen must see Podman.
fn complete(mut seen: Look) -> anyhow::Result<Look> {
    seen.unread.take().map_or(Ok(seen), |error| Err(error.into()))
}

fn pass(context: &Context, only: Option<&BTreeSet<Key>>, asked: Option<Asked>) -> anyhow::Result<Look> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(read(context, only, asked))
}

async fn read(context: &Context, only: Option<&BTreeSet<Key>>, asked: Option<Asked>) -> anyhow::Result<Look> {
    let manifests = context.global.manifests()?;
    if !manifests.is_dir() {
        return Err(Error::NoManifests(manifests).into());
    }
    let url = context.global.podman()?;
    let podman = Podman::connect(&url).map_err(|error| Error::podman(&url, error))?;
    let state = context.state()?;
    let store = state.read()?;
    let own = store.as_ref().map(own_files).transpose().map_err(|error| Error::store(&state.dir, error))?;
    let disks = HostDisks::new([state.dir.clone(), manifests.clone()], own.unwrap_or_default());
    let sources = Sources {
        manifests,
        engine: &podman,
        config_files: &DiskFiles::default(),
        backups: &HostBackups::default(),
        disks: &disks,
        snapshots: &HostSnapshots,
        pressure: &HostPressure::new(Arc::new(context.clock)),
        sender: &HttpSender::default(),
        clock: &context.clock,
        store: store.as_ref(),
        allowed: files::allowed_last(context)?,
        asked,
        controller_runs: ControllerLock::is_running(&state.dir),
        instance: &context.global.instance,
        only,
    };
    let assessed = assess(&sources).await.map_err(|error| Error::store(&state.dir, error))?;
    let Assessment { objects, problems, playbooks, missing, unread } = assessed;
    let unread = unread.map(|source| Error::podman(&url, source));
    let background = store.as_ref().map(Background::read).transpose()?.unwrap_or_default();
    Ok(Look { objects, problems, playbooks, missing, unread, store, background, now: context.now() })
}
