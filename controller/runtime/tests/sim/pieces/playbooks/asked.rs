//! Playbooks that a person names: what is of high risk is asked first, and parameters are given with the word.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::approval::ApprovalState;
use podsteward_domain::decision::Gate;
use podsteward_domain::finding::FindingKind;
use podsteward_domain::playbook::Request;
use podsteward_runtime::clock::Clock as _;
use podsteward_store::LoggedOutcome;
use tokio::time::sleep;

use super::{MEND, ask, decisions, name, open_house, over};
use crate::pieces::{House, key};

/// A house in which a playbook of high risk is named by a person, who is asked.
async fn asked() -> House {
    let house = open_house(&MEND.replace("triggers: [unhealthy]\nrisk: low", "risk: high")).await;
    ask(&house);
    house.until("somebody is asked", |house| !house.host.pending().is_empty()).await;
    house
}

fn runs(house: &House) -> usize {
    house.host.programs.runs("/bin/mend").len()
}

fn wanted(house: &House) -> usize {
    house.host.store.playbook_requests().unwrap().len()
}

#[tokio::test(start_paused = true)]
async fn what_is_of_high_risk_is_done_once_somebody_says_yes() {
    let house = asked().await;
    house.pass(Duration::from_hours(3 * 24)).await;
    assert_eq!(
        (runs(&house), house.host.pending().len()),
        (0, 1),
        "it waits for as long as the question does"
    );
    let question = house.host.pending().remove(0);
    assert_eq!(question.question.why_asked, "confidence 0.81, risk high");
    assert_eq!(question.question.reason, "tester wants playbook/mend carried out");
    assert!(house.host.approve(question.id, false));
    let decision = over(&house).await;
    assert_eq!(decision.outcome, Some(LoggedOutcome::Success), "{}", decision.detail);
    assert_eq!(decision.decision.trigger, FindingKind::PlaybookRequested);
    assert_eq!(decision.approval, Some(question.id));
    sleep(Duration::from_hours(2)).await;
    assert_eq!((runs(&house), wanted(&house)), (1, 0), "the word is used up");
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn a_no_ends_the_word_and_holds_against_the_next_one() {
    let house = asked().await;
    assert!(house.host.reject(house.host.pending()[0].id));
    house.until("the word is void", |house| wanted(house) == 0).await;
    ask(&house);
    let withheld = |house: &House| {
        decisions(house, "web").into_iter().rfind(|it| it.outcome == Some(LoggedOutcome::Withheld))
    };
    house.until("it is withheld", |house| withheld(house).is_some()).await;
    let decision = withheld(&house).unwrap();
    assert_eq!(decision.withheld_by.map(Gate::as_str), Some("verdict"));
    assert!(decision.detail.starts_with("approval 1 was rejected by somebody"), "{}", decision.detail);
    sleep(Duration::from_mins(20)).await;
    assert_eq!((runs(&house), house.host.pending().len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_question_that_nobody_answers_is_not_asked_again() {
    let house = asked().await;
    house.pass(Duration::from_hours(7 * 24 + 1)).await;
    assert_eq!((runs(&house), wanted(&house), house.host.pending().len()), (0, 0, 0));
    assert_eq!(house.host.store.approvals(false, 10).unwrap().pop().unwrap().state, ApprovalState::Expired);
}

#[tokio::test(start_paused = true)]
async fn another_plan_is_asked_for_anew_however_little_it_may_break() {
    let house = asked().await;
    house.pass(Duration::from_hours(24)).await;
    super::declare(&house, "mend", &MEND.replace("triggers: [unhealthy]\n", ""));
    let again = |house: &House| house.host.pending().iter().any(|it| it.id.0 == 2);
    house.until("it is asked for anew", again).await;
    assert_eq!(runs(&house), 0, "a word of yesterday was about another plan");
    assert_eq!(house.host.pending().remove(0).question.why_asked, "tester wanted it a while ago");
    assert!(house.host.approve(house.host.pending()[0].id, false));
    assert_eq!(over(&house).await.outcome, Some(LoggedOutcome::Success));
}

#[tokio::test(start_paused = true)]
async fn a_persons_word_sets_parameters_and_outlives_the_controller() {
    let playbook =
        MEND.replace("triggers: [unhealthy]\n", "").replace("{how: \"gently; 'now' $HOME\"}", "{how: }");
    let house = open_house(&playbook).await;
    let given = BTreeMap::from([("how".to_owned(), "as; one 'word'".to_owned())]);
    let request = Request { by: "tester".to_owned(), at: house.host.clock.now(), parameters: given };
    house.host.store.put_playbook_request(&key("web"), &name("mend"), &request).unwrap();
    let house = house.restart(false).await;
    let decision = over(&house).await;
    assert_eq!(decision.outcome, Some(LoggedOutcome::Success), "{}", decision.detail);
    assert_eq!(house.host.programs.runs("/bin/mend"), [["/bin/mend", "web", "as; one 'word'"]]);
    assert_eq!(decision.decision.reason, "tester wants playbook/mend carried out with 'how=as; one 'word''");
}
