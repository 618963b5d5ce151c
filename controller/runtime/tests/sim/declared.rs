//! What the manifests of a run declare: a small model, its YAML, and seeded edits of it.
//!
//! Owns the truth that the host is compared with in the end, apart from the controller's own reading of the files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use podsteward_podman::fake::FakeImage;

/// Everything that is declared, by file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Declared {
    /// The files with their objects.
    pub(crate) files: BTreeMap<String, Vec<Object>>,
}

/// One declared object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    /// A network by name, and whether it is internal.
    Network(String, bool),
    /// A volume by name, and whether its data may be removed.
    Volume(String, bool),
    /// A container.
    Container(Box<Container>),
}

/// One declared container.
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the manifest that may be there")]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Container {
    /// Its name.
    pub(crate) name: String,
    /// Its image.
    pub(crate) image: String,
    /// The value of its environment variable `REV`.
    pub(crate) rev: u32,
    /// Its networks.
    pub(crate) networks: Vec<String>,
    /// Its volume.
    pub(crate) volume: Option<String>,
    /// Whom it needs, and how.
    pub(crate) needs: Option<(String, Need)>,
    /// Whether it has a healthcheck.
    pub(crate) checked: bool,
    /// Whether a config file is followed, and what follows from a change.
    pub(crate) config: Option<&'static str>,
    /// It ends by itself, and is not started again then.
    pub(crate) job: bool,
    /// Its memory limit in MiB.
    pub(crate) memory: Option<u32>,
    /// It may be restarted because of its memory.
    pub(crate) may_restart: bool,
    /// Its port on the host.
    pub(crate) port: Option<u16>,
    /// It should not run.
    pub(crate) stopped: bool,
}

/// What is needed of a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It runs.
    Started,
    /// It runs, and this one is restarted with it.
    Followed,
    /// It is healthy.
    Healthy,
    /// It is done.
    Completed,
}

impl Object {
    /// `kind/name`.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Network(name, _) => format!("network/{name}"),
            Self::Volume(name, _) => format!("volume/{name}"),
            Self::Container(container) => format!("container/{}", container.name),
        }
    }

    /// The container, if it is one.
    pub(crate) fn container(&self) -> Option<&Container> {
        if let Self::Container(container) = self { Some(container) } else { None }
    }

    fn yaml(&self) -> String {
        let head = |kind: &str, name: &str| {
            format!("apiVersion: podsteward.dev/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n")
        };
        match self {
            Self::Network(name, internal) => format!("{}  internal: {internal}\n", head("Network", name)),
            Self::Volume(name, delete) => {
                let policy = if *delete { "Delete" } else { "Retain" };
                format!("{}  deletionPolicy: {policy}\n", head("Volume", name))
            }
            Self::Container(container) => head("Container", &container.name) + &container.spec(),
        }
    }
}

impl Container {
    /// The path of its config file.
    pub(crate) fn config_path(&self) -> String {
        format!("/etc/{}.conf", self.name)
    }

    /// Whether it has probes.
    pub(crate) fn probed(&self) -> bool {
        self.port.is_some() && !self.job
    }

    fn spec(&self) -> String {
        let mut text = String::new();
        let mut line = |line: String| {
            let _ = writeln!(text, "  {line}");
        };
        line(format!("image: {}", self.image));
        line(format!("env: [{{name: REV, value: \"{}\"}}]", self.rev));
        line("stopTimeoutSeconds: 2".to_owned());
        let allowed = if self.may_restart { ", autoRestart: true" } else { "" };
        line(format!("remediation: {{manualHold: 1m{allowed}}}"));
        let names: Vec<String> = self.networks.iter().map(|name| format!("{{name: {name}}}")).collect();
        if !names.is_empty() {
            line(format!("networks: [{}]", names.join(", ")));
        }
        if let Some(volume) = &self.volume {
            line(format!("mounts: [{{type: volume, source: {volume}, target: /data}}]"));
        }
        if let Some((name, need)) = &self.needs {
            let (condition, restart) = match need {
                Need::Started => ("started", false),
                Need::Followed => ("started", true),
                Need::Healthy => ("healthy", false),
                Need::Completed => ("completed", false),
            };
            line(format!("dependsOn: [{{name: {name}, condition: {condition}, restart: {restart}}}]"));
        }
        if self.checked {
            line("healthcheck: {command: [\"true\"], interval: 10s, timeout: 2s, retries: 2}".to_owned());
        }
        if self.probed() {
            let liveness = "liveness: {exec: {command: [alive]}, failureThreshold: 2}";
            line(format!("probes: {{readiness: {{tcpSocket: {{port: 80}}}}, {liveness}}}"));
        }
        if let Some(on_change) = self.config {
            line(format!("configFiles: [{{path: {}, onChange: {on_change}}}]", self.config_path()));
        }
        if self.job {
            line("restartPolicy: OnFailure".to_owned());
        }
        if let Some(memory) = self.memory {
            line(format!("resources: {{limits: {{memory: {memory}Mi}}}}"));
        }
        if let Some(port) = self.port {
            line(format!("ports: [{{containerPort: 80, hostPort: {port}}}]"));
        }
        if self.stopped {
            line("desiredState: Stopped".to_owned());
        }
        text
    }
}

impl Declared {
    /// Three to a dozen objects; `sickly`: many containers, nearly all with a healthcheck.
    pub(crate) fn seeded(sickly: bool, random: &mut fastrand::Rng) -> Self {
        let mut objects = vec![Object::Network("front".to_owned(), false)];
        if random.bool() {
            objects.push(Object::Network("back".to_owned(), true));
        }
        objects.push(Object::Volume("data".to_owned(), random.bool()));
        if random.bool() {
            objects.push(Object::Volume("cache".to_owned(), random.bool()));
        }
        let mut containers: Vec<Container> = Vec::new();
        let count = if sickly { random.usize(3..=10) } else { random.usize(1..=6) };
        for place in 0..count {
            let mut container = container(place, &objects, &containers, random);
            container.checked |= sickly && !container.job && random.u8(0..5) > 0;
            containers.push(container);
        }
        objects.extend(containers.into_iter().map(|container| Object::Container(Box::new(container))));
        let mut declared = Self::default();
        for (place, object) in objects.into_iter().enumerate() {
            let file = if random.u8(0..4) == 0 { "shared.yaml".to_owned() } else { format!("{place}.yaml") };
            declared.files.entry(file).or_default().push(object);
        }
        declared
    }

    /// The text of a file.
    pub(crate) fn text(&self, file: &str) -> String {
        let objects = self.files.get(file).map_or(&[][..], Vec::as_slice);
        objects.iter().map(Object::yaml).collect::<Vec<_>>().join("---\n")
    }

    /// All objects.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.files.values().flatten()
    }

    /// All containers.
    pub(crate) fn containers(&self) -> impl Iterator<Item = &Container> {
        self.objects().filter_map(Object::container)
    }

    /// The container at a place, counted round, to be edited; with its file.
    pub(crate) fn container_mut(&mut self, place: usize) -> Option<(String, &mut Container)> {
        let count = self.containers().count().max(1);
        let all = self
            .files
            .iter_mut()
            .flat_map(|(file, objects)| objects.iter_mut().map(move |object| (file, object)));
        let mut containers = all.filter_map(|(file, object)| match object {
            Object::Container(container) => Some((file.clone(), container.as_mut())),
            Object::Network(..) | Object::Volume(..) => None,
        });
        containers.nth(place % count)
    }
}

/// One container that needs only what is declared before it.
fn container(place: usize, things: &[Object], before: &[Container], random: &mut fastrand::Rng) -> Container {
    let names = |wanted: fn(&Object) -> Option<&String>| things.iter().filter_map(wanted).cloned();
    let networks = names(|object| match object {
        Object::Network(name, _) => Some(name),
        _ => None,
    });
    let volumes: Vec<String> = names(|object| match object {
        Object::Volume(name, _) => Some(name),
        _ => None,
    })
    .collect();
    let job = random.u8(0..6) == 0;
    let needs = before.get(random.usize(0..before.len().max(1) * 2)).map(|needed| {
        let need = match random.u8(0..3) {
            _ if needed.job => Need::Completed,
            0 if needed.checked => Need::Healthy,
            1 => Need::Followed,
            _ => Need::Started,
        };
        (needed.name.clone(), need)
    });
    Container {
        name: format!("c{place}"),
        image: FakeImage::BASE.to_owned(),
        rev: 1,
        networks: networks.filter(|_| random.bool()).collect(),
        volume: volumes.get(random.usize(0..volumes.len() * 2)).cloned(),
        needs,
        checked: !job && random.bool(),
        config: [None, None, Some("restart"), Some("recreate"), Some("signal")][random.usize(0..5)]
            .filter(|_| !job),
        job,
        memory: random.bool().then_some(64),
        may_restart: random.bool(),
        port: (random.u8(0..3) == 0).then(|| 8000 + u16::try_from(place).unwrap_or_default()),
        stopped: !job && random.u8(0..10) == 0,
    }
}
