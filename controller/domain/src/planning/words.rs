//! What a plan is expected to do, and how it could be taken back: for whoever is asked to approve it.
//!
//! Owns these sentences and the worth of each way back. Never promises what the plan does not hold.

use podsteward_specs::key::{Key, Kind};

use crate::detect::disk;
use crate::disk::{Size, percent};
use crate::plan::{Plan, Shape, Step};
use crate::playbook::Course;
use crate::score::Score;
use crate::snapshot::Source;
use crate::view::View;

/// How a plan could be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// What that is worth.
    pub score: Score,
    /// The same for people.
    pub sentence: String,
}

/// What can be made again, but is not brought back by itself.
const MADE_AGAIN: Score = Score::new(8000);

/// How a plan could be taken back, by what really exists for it.
pub fn way_back(view: &View<'_>, plan: &Plan) -> WayBack {
    let removes_volume = plan.steps().any(|step| matches!(step, Step::RemoveVolume { .. }));
    // What is removed and made again is not the one that it was. A recreate keeps the old one meanwhile.
    let removes = plan
        .sections
        .iter()
        .flat_map(|section| &section.steps)
        .any(|step| matches!(step, Step::RemoveContainer { .. } | Step::RemoveNetwork { .. }));
    let (score, sentence) = match &plan.shape {
        _ if removes_volume => (Score::ZERO, "none: the data of the volume is gone".to_owned()),
        Shape::Clean { .. } => (MADE_AGAIN, "none: what its policy names is declared expendable".to_owned()),
        Shape::Recreate { previous, keeps, .. } => (Score::ONE, replaced(previous, keeps)),
        Shape::Restore { .. } => (Score::ZERO, "none: what is there now is gone".to_owned()),
        Shape::Playbook(course) => carried_out(course, plan),
        _ if removes => (MADE_AGAIN, removed(view)),
        Shape::Start | Shape::Restart | Shape::Stop | Shape::Signal | Shape::Change => {
            (Score::ONE, "nothing to take back: the container stays the one that it is".to_owned())
        }
        Shape::Create | Shape::Note => (Score::ONE, "nothing to take back: nothing was there".to_owned()),
        Shape::Remove => (MADE_AGAIN, removed(view)),
    };
    WayBack { score, sentence }
}

/// The steps are declared, so what they do is taken for meant; what a program did is not taken back, however.
fn carried_out(course: &Course, plan: &Plan) -> (Score, String) {
    let waits: Vec<&str> = course.remade.iter().map(|remade| remade.previous.as_str()).collect();
    let comes_back = if waits.is_empty() {
        "the containers stay the ones that they are".to_owned()
    } else {
        format!("what is made anew waits as {} and comes back if it fails", waits.join(", "))
    };
    let loses = plan.sections.iter().any(|section| section.until.is_some());
    let acts = |step: &Step| matches!(step, Step::ExecContainer { .. } | Step::RunCommand { .. });
    match (plan.steps().any(acts), loses) {
        (true, _) => {
            (MADE_AGAIN, format!("not wholly: {comes_back}; what its commands did is not taken back"))
        }
        (false, true) => (MADE_AGAIN, format!("not wholly: {comes_back}; what is thrown away is expendable")),
        (false, false) => (Score::ONE, comes_back),
    }
}

fn replaced(previous: &str, keeps: &[Source]) -> String {
    let comes_back = "until the new one is verified, and comes back if that fails";
    let container = format!("the container that is there now waits as {previous} {comes_back}");
    if keeps.is_empty() {
        return container;
    }
    let data: Vec<String> = keeps.iter().map(ToString::to_string).collect();
    format!("{container}; after a change of the image with the data of now ({})", data.join(", "))
}

fn removed(view: &View<'_>) -> String {
    let live = view.container.as_ref().and_then(|container| container.live);
    match live {
        Some(live) => format!(
            "not by itself: it can be made again from the image {}, which stays; what it wrote outside of its \
             volumes is lost",
            short_id(&live.image_id)
        ),
        None => "not by itself: it can be made again".to_owned(),
    }
}

/// The first twelve digits of an image's id, as Podman lists it, with or without the name of the digest before.
fn short_id(id: &str) -> &str {
    let name = if id.starts_with("sha256:") { "sha256:".len() } else { 0 };
    id.get(..name + 12).unwrap_or(id)
}

/// What is expected of a plan.
pub fn effect(view: &View<'_>, plan: &Plan) -> String {
    let name = &view.world.key.name;
    let noun = view.world.key.kind.lower();
    let downtime = view.container.as_ref().is_some_and(super::super::view::ContainerView::is_up);
    let down = if downtime { "; it is down meanwhile" } else { "" };
    match &plan.shape {
        Shape::Create => format!("{noun} {name} is made{}", started(plan)),
        Shape::Recreate { .. } => format!("{noun} {name} is replaced by a new one made as declared{down}"),
        Shape::Start if makes(plan) => format!("{noun} {name} is removed, made again and started"),
        Shape::Start => format!("{noun} {name} runs"),
        Shape::Restart => format!("{noun} {name} is stopped and started again{down}"),
        Shape::Stop => format!("{noun} {name} is stopped"),
        Shape::Signal => format!("the main process of {name} gets a signal"),
        Shape::Change if view.world.key.kind == Kind::Container => {
            format!("{noun} {name} is changed while it runs")
        }
        Shape::Change => format!("{noun} {name} is removed and made again"),
        Shape::Clean { .. } => cleaned(view, plan),
        Shape::Restore { users, .. } => restored(view, users),
        Shape::Playbook(course) => playbook(view, course, plan),
        Shape::Remove => format!("{noun} {name} is removed"),
        Shape::Note => format!("{noun} {name} is taken note of; the host does not change"),
    }
}

fn playbook(view: &View<'_>, course: &Course, plan: &Plan) -> String {
    let names = |keys: &mut dyn Iterator<Item = &Key>| {
        keys.map(|key| key.name.to_string()).collect::<Vec<_>>().join(", ")
    };
    let steps = plan.steps().count();
    let steps = if steps == 1 { "1 step is".to_owned() } else { format!("{steps} steps are") };
    let mut effect = format!("{steps} carried out on {}", view.world.key);
    if !course.ran.is_empty() {
        effect.push_str("; meanwhile down: ");
        effect.push_str(&names(&mut course.ran.iter()));
    }
    effect
}

/// What a cleanup would come to at most: it stops as soon as the target is reached.
fn cleaned(view: &View<'_>, plan: &Plan) -> String {
    let target = plan.sections.iter().find_map(|section| section.until.as_ref());
    let Some(until) = target else { return "what may be thrown away is read first".to_owned() };
    let at_most = Size(plan.steps().filter_map(Step::frees).sum());
    let level = view.disk.as_ref().map(|disk| disk::level(disk, until.measure)).unwrap_or_default();
    format!("at most {at_most} are freed, until it is below {}; {level}", percent(until.below))
}

fn restored(view: &View<'_>, users: &[String]) -> String {
    let snapshot = view.world.restore.as_ref().map(|restore| &restore.snapshot);
    let what = snapshot.map_or_else(|| "a directory".to_owned(), |snapshot| snapshot.source.to_string());
    if users.is_empty() {
        return format!("{what} holds what it held when the snapshot was taken");
    }
    format!("{what} holds what it held when the snapshot was taken; meanwhile down: {}", users.join(", "))
}

fn makes(plan: &Plan) -> bool {
    plan.steps().any(|step| matches!(step, Step::CreateContainer(_)))
}

fn started(plan: &Plan) -> &'static str {
    let starts = plan.steps().any(|step| matches!(step, Step::StartContainer { .. }));
    if starts { " and started" } else { "" }
}
