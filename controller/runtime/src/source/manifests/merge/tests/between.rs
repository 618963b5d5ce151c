//! Problems between documents hold those they concern, and nobody else.

use super::{check, expect};

#[test]
fn a_port_that_is_taken_holds_the_later_document_at_its_last_good_form() {
    check(
        "write a.yaml web:1:80
         write b.yaml app:1:81
         read
         write b.yaml app:2:80
         read
         write b.yaml app:2:82
         read",
        &expect![[r"
            in force: app:1@b.yaml web:1@a.yaml
            in force: app:1@b.yaml web:1@a.yaml
              held app: b.yaml:4:42: spec.ports[0]: port 80/tcp of the host is taken by container/web (a.yaml:1; one container a port)
              held web: b.yaml:4:42: spec.ports[0]: port 80/tcp of the host is taken by container/web (a.yaml:1; one container a port)
            in force: app:2@b.yaml web:1@a.yaml
        "]],
    );
}

#[test]
fn a_new_document_with_a_problem_between_documents_is_left_out() {
    check(
        "write a.yaml web:1:80
         write b.yaml app:1:80 db:1
         read",
        &expect![[r"
            in force: db:1@b.yaml web:1@a.yaml
              held app: b.yaml:4:42: spec.ports[0]: port 80/tcp of the host is taken by container/web (a.yaml:1; one container a port)
        "]],
    );
}

#[test]
fn of_a_new_key_declared_twice_the_first_counts() {
    check(
        "write a.yaml web:1
         write b.yaml web:2
         read",
        &expect![[r"
            in force: web:1@a.yaml
              held web: b.yaml:3:18: metadata.name: container/web is declared at a.yaml:1:1 already (each object once)
        "]],
    );
}

#[test]
fn a_copy_of_a_document_in_force_changes_nothing_even_if_it_sorts_first() {
    check(
        "write web.yaml web:1
         read
         write web-copy.yaml web:2
         read
         remove web-copy.yaml
         write web.yaml web:3
         read",
        &expect![[r"
            in force: web:1@web.yaml
            in force: web:1@web.yaml
              held web: web.yaml:3:18: metadata.name: container/web is declared at web-copy.yaml:1:1 already (each object once)
            in force: web:3@web.yaml
        "]],
    );
}

#[test]
fn a_cycle_holds_its_members_and_the_rest_goes_on() {
    check(
        "write a.yaml web:1 db:1
         write b.yaml app:1
         read
         write a.yaml web:2>db db:2>web
         write b.yaml app:2
         read",
        &expect![[r"
            in force: app:1@b.yaml db:1@a.yaml web:1@a.yaml
            in force: app:2@b.yaml db:1@a.yaml web:1@a.yaml
              held db: a.yaml:11:15: spec.dependsOn[0]: dependency cycle db -> web -> db (no container may wait for itself)
              held web: a.yaml:5:15: spec.dependsOn[0]: dependency cycle db -> web -> db (no container may wait for itself)
        "]],
    );
}

#[test]
fn a_document_held_back_keeps_its_old_port_from_a_new_one() {
    check(
        "write a.yaml web:1:80
         read
         write a.yaml web:2:81>nobody
         write b.yaml app:1:80
         read",
        &expect![[r"
            in force: web:1@a.yaml
            in force: web:1@a.yaml
              held app: b.yaml:4:42: spec.ports[0]: port 80/tcp of the host is taken by container/web (a.yaml:1; one container a port)
              held web: a.yaml:5:15: spec.dependsOn[0]: container/nobody is not declared (a container of these manifests); b.yaml:4:42: spec.ports[0]: port 80/tcp of the host is taken by container/web (a.yaml:1; one container a port)
        "]],
    );
}

#[test]
fn a_dependency_that_vanishes_is_told_and_the_dependent_stays() {
    check(
        "write a.yaml web:1>db
         write b.yaml db:1
         read
         remove b.yaml
         read",
        &expect![[r"
            in force: db:1@b.yaml web:1@a.yaml
            in force: web:1@a.yaml
              held web: a.yaml:5:15: spec.dependsOn[0]: container/db is not declared (a container of these manifests)
              gone db: 0 s, 1 reads
        "]],
    );
}

#[test]
fn a_new_document_does_not_take_the_port_of_one_in_force_even_if_it_sorts_first() {
    check(
        "write web.yaml web:1:80
         read
         write app.yaml app:1:80
         read
         write web.yaml web:2:81
         read",
        &expect![[r"
            in force: web:1@web.yaml
            in force: web:1@web.yaml
              held app: web.yaml:4:42: spec.ports[0]: port 80/tcp of the host is taken by container/app (app.yaml:1; one container a port)
              held web: web.yaml:4:42: spec.ports[0]: port 80/tcp of the host is taken by container/app (app.yaml:1; one container a port)
            in force: app:1@app.yaml web:2@web.yaml
        "]],
    );
}

#[test]
fn a_problem_that_the_last_good_form_has_too_is_counted_once() {
    check(
        "write a.yaml web:1>db
         write b.yaml db:1
         read
         remove b.yaml
         read
         restart
         read",
        &expect![[r"
            in force: db:1@b.yaml web:1@a.yaml
            in force: web:1@a.yaml
              held web: a.yaml:5:15: spec.dependsOn[0]: container/db is not declared (a container of these manifests)
              gone db: 0 s, 1 reads
            in force: web:1@a.yaml
              held web: a.yaml:5:15: spec.dependsOn[0]: container/db is not declared (a container of these manifests)
        "]],
    );
}
