//! Probes that are run: what follows from what they say, and that nothing follows from what they go on saying.

use std::time::Duration;

use podsteward_domain::finding::FindingKind;
use podsteward_domain::probe::ProbeResult;
use podsteward_domain::status::ConditionType;
use podsteward_podman::fake::{FakeCommand, Verb};
use tokio::time::sleep;

use super::{House, key};

const LIVE: &str = "probes: {liveness: {exec: {command: [alive]}}}\nstopTimeoutSeconds: 2";
const READY: &str = "ports: [{containerPort: 80, hostPort: 80}]\nprobes: {readiness: {httpGet: {port: 80}}}";

impl House {
    /// What a command inside a container comes to from now on.
    fn command(&self, name: &str, command: &str, comes_to: FakeCommand) {
        self.host.fake.hand().command(name, command, comes_to);
    }

    /// What a port of a container answers from now on.
    fn answer(&self, name: &str, result: ProbeResult) {
        self.host.probers.answer(name, 80, result);
    }

    fn has(&self, name: &str, kind: FindingKind) -> bool {
        let open = self.host.store.open_incidents().unwrap();
        open.iter().any(|incident| incident.kind == kind && incident.target == key(name))
    }

    /// The state of a container and the most important thing to know of it.
    fn shown(&self, name: &str) -> String {
        let status = self.running.context.world.status(&key(name));
        status.map(|status| format!("{} {}", status.state, status.message)).unwrap_or_default()
    }

    /// `status/reason` of the condition `Ready`.
    fn ready(&self, name: &str) -> String {
        let status = self.running.context.world.status(&key(name));
        let ready = status.and_then(|status| status.condition(ConditionType::Ready).cloned());
        ready.map(|ready| format!("{:?}/{}", ready.status, ready.reason)).unwrap_or_default()
    }
}

fn fails(code: i32) -> FakeCommand {
    FakeCommand { code, ..FakeCommand::default() }
}

fn ill() -> ProbeResult {
    ProbeResult::Ill("it answered 503".to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_liveness_probe_that_goes_on_failing_is_restarted_ever_more_rarely_and_a_crash_loop() {
    let house = House::with(&[("web", LIVE)]).await;
    house.command("web", "alive", fails(1));
    house.until("it is restarted", |house| house.count(Verb::StopContainer) == 1).await;
    sleep(Duration::from_mins(10)).await;
    assert!(house.has("web", FindingKind::CrashLoop));
    let restarts = house.count(Verb::StopContainer);
    assert!((4..=8).contains(&restarts), "{restarts} in ten minutes");
    assert!(house.log("web").contains("liveness-restart declared failure\n"), "{}", house.log("web"));
    assert!(
        !house.log("web").contains("liveness-restart declared success"),
        "nothing helped: {}",
        house.log("web")
    );
    house.until("it waits", |house| house.shown("web").starts_with("CrashLoopBackOff its probe keeps")).await;

    house.command("web", "alive", FakeCommand::default());
    house.until("it is well", |house| !house.has("web", FindingKind::LivenessFailed)).await;
    let restarts = house.count(Verb::StopContainer);
    sleep(Duration::from_mins(20)).await;
    assert_eq!(house.count(Verb::StopContainer), restarts);
    assert!(!house.has("web", FindingKind::CrashLoop));
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn a_restart_for_a_probe_is_good_once_the_probe_says_so_and_until_then_the_trouble_is_not_over() {
    let house = House::with(&[("web", LIVE)]).await;
    house.command("web", "alive", fails(1));
    house.until("it is restarted", |house| house.count(Verb::StartContainer) == 1).await;
    house.command("web", "alive", FakeCommand::default());
    let incident = |house: &House| house.host.store.incidents(&key("web"), 1).unwrap().remove(0);
    assert!(incident(&house).closed.is_none(), "nobody knows yet that it helped");
    house.until("it helped", |house| house.log("web").ends_with("liveness-restart declared success\n")).await;
    house.until("it is over", |house| !house.has("web", FindingKind::LivenessFailed)).await;
    let of_probes = house.host.store.incidents(&key("web"), 9).unwrap().into_iter();
    assert_eq!(of_probes.filter(|incident| incident.kind == FindingKind::LivenessFailed).count(), 1);
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn one_that_is_never_restarted_is_ended_by_its_probe_once() {
    let house = House::with(&[("web", &format!("{LIVE}\nrestartPolicy: Never"))]).await;
    house.command("web", "alive", fails(1));
    house.until("it is ended", |house| house.count(Verb::StopContainer) == 1).await;
    sleep(Duration::from_mins(10)).await;
    assert_eq!((house.count(Verb::StopContainer), house.count(Verb::StartContainer)), (1, 0));
    let shown = house.shown("web");
    assert!(house.has("web", FindingKind::LivenessFailed), "it is told for as long as it is so: {shown}");
    assert!(shown.starts_with("WARNING its liveness probe failed at least 3 times"), "{shown}");
    assert!(shown.ends_with("leaves it so (`podman start web` starts it again)"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_is_not_in_the_image_is_told_and_nothing_is_restarted() {
    let house = House::with(&[("web", LIVE)]).await;
    house.command("web", "alive", fails(127));
    house.until("it is told", |house| house.has("web", FindingKind::ProbeCannotRun)).await;
    sleep(Duration::from_mins(5)).await;
    assert_eq!(house.host.fake.writes(), 0);
    house.command("web", "alive", FakeCommand::default());
    house.until("it is well", |house| house.is_well("web")).await;
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_outlives_its_time_fails_and_is_ended() {
    let house = House::with(&[("web", LIVE)]).await;
    let takes = Duration::from_secs(5);
    house.command("web", "alive", FakeCommand { takes, ..FakeCommand::default() });
    house.until("it is restarted", |house| house.count(Verb::StopContainer) == 1).await;
    assert_eq!(house.host.probers.strays().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn who_depends_on_a_healthy_one_waits_until_it_is_ready() {
    let house = House::with(&[]).await;
    house.answer("db", ill());
    house.edit("db", READY);
    house.edit("app", "dependsOn: [{name: db, condition: healthy}]");
    house.until("it is not ready", |house| house.ready("db") == "False/NotReady").await;
    assert!(house.has("db", FindingKind::NeverHealthy));
    assert!(house.host.fake.hand().look("app").is_none());
    house.answer("db", ProbeResult::Well);
    house.until("it is ready", |house| house.is_well("db") && house.is_well("app")).await;
    assert_eq!(house.ready("db"), "True/Ready");

    house.answer("db", ill());
    house.until("it is lost", |house| house.has("db", FindingKind::NotReady)).await;
    sleep(Duration::from_mins(5)).await;
    assert_eq!(house.count(Verb::StopContainer), 0, "nobody is restarted for it");
}

#[tokio::test(start_paused = true)]
async fn while_nobody_answers_what_was_said_before_does_not_count() {
    let house = House::with(&[("db", READY)]).await;
    house.answer("db", ProbeResult::NoAnswer("the line is dead".to_owned()));
    house.until("nobody knows", |house| house.ready("db") == "Unknown/NoAnswer").await;
    house.answer("db", ProbeResult::Well);
    house.until("it is ready", |house| house.ready("db") == "True/Ready").await;
}

#[tokio::test(start_paused = true)]
async fn a_startup_probe_that_succeeded_is_not_run_again_by_another_controller() {
    let spec = "probes: {startup: {exec: {command: [up]}}, liveness: {exec: {command: [alive]}}}";
    let house = House::with(&[("web", spec)]).await;
    house.command("web", "up", fails(1));
    let house = house.restart(false).await;
    sleep(Duration::from_mins(5)).await;
    assert!(house.is_well("web"));
    assert_eq!(house.count(Verb::StopContainer), 0);
}

#[tokio::test(start_paused = true)]
async fn a_startup_probe_that_is_new_is_not_asked_of_what_has_been_up_for_long() {
    let house = House::with(&[("web", "")]).await;
    sleep(Duration::from_hours(1)).await;
    house.command("web", "up", fails(1));
    house.edit("web", "probes: {startup: {exec: {command: [up]}}}");
    sleep(Duration::from_mins(5)).await;
    assert!(house.is_well("web"));
    assert_eq!(house.count(Verb::StopContainer), 0);
    let house = house.restart(false).await;
    sleep(Duration::from_mins(5)).await;
    assert_eq!(house.count(Verb::StopContainer), 0);
}

#[tokio::test(start_paused = true)]
async fn a_probe_of_a_document_that_waits_is_not_asked_of_the_container_before_it() {
    let house = House::with(&[("web", "")]).await;
    house.command("web", "alive", fails(1));
    house.edit("web", &format!("{LIVE}\nimage: localhost/absent:1\nimagePullPolicy: Never"));
    sleep(Duration::from_mins(5)).await;
    assert!(!house.is_well("web"), "the document is not in force");
    assert!(!house.has("web", FindingKind::LivenessFailed));
    assert_eq!(house.count(Verb::ExecContainer), 0);
    assert!(
        house.count(Verb::StopContainer) <= 1,
        "it is stopped for the edit at most, and never for its probe"
    );
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_never_answers_is_told() {
    let house = House::with(&[("web", "")]).await;
    house.answer("web", ProbeResult::NoAnswer("the line is dead".to_owned()));
    house.edit("web", READY);
    house.until("it is told", |house| house.has("web", FindingKind::SourceUnknown)).await;
    assert_eq!(house.ready("web"), "Unknown/NoAnswer");
    house.answer("web", ProbeResult::Well);
    house.until("it is over", |house| !house.has("web", FindingKind::SourceUnknown)).await;
}

#[tokio::test(start_paused = true)]
async fn the_probes_of_a_hundred_containers_are_spread_and_cause_no_look() {
    let names: Vec<String> = (0..100).map(|number| format!("c{number}")).collect();
    let containers: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), LIVE)).collect();
    let house = House::with(&containers).await;
    let inspected = house.count(Verb::InspectContainer);
    sleep(Duration::from_mins(5)).await;
    let run = house.count(Verb::ExecContainer);
    assert!((2_900..=3_100).contains(&run), "{run} in five minutes");
    assert_eq!(house.count(Verb::InspectContainer), inspected, "what goes on as before is not looked at");
    assert_eq!(house.host.fake.writes(), 0);
}
