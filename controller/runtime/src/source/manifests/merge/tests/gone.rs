//! A document is gone only when it is certain.

use super::{check, expect};

#[test]
fn a_deleted_document_is_counted_over_the_reads_that_do_not_have_it() {
    check(
        "write a.yaml web:1 db:1
         read
         write a.yaml web:1
         wait 1
         read
         wait 10
         read
         forget db
         read",
        &expect![[r"
            in force: db:1@a.yaml web:1@a.yaml
            in force: web:1@a.yaml
              gone db: 0 s, 1 reads
            in force: web:1@a.yaml
              gone db: 10 s, 2 reads
            in force: web:1@a.yaml
        "]],
    );
}

#[test]
fn a_document_that_comes_back_was_never_gone() {
    check(
        "write a.yaml web:1
         write b.yaml db:1
         read
         remove b.yaml
         read
         write b.yaml db:1
         read
         wait 5
         remove b.yaml
         read",
        &expect![[r"
            in force: db:1@b.yaml web:1@a.yaml
            in force: web:1@a.yaml
              gone db: 0 s, 1 reads
            in force: db:1@b.yaml web:1@a.yaml
            in force: web:1@a.yaml
              gone db: 0 s, 1 reads
        "]],
    );
}

#[test]
fn a_document_that_moves_to_another_file_is_no_deletion() {
    check(
        "write a.yaml web:1 db:1
         read
         write a.yaml web:1
         write b.yaml db:1
         read",
        &expect![[r"
            in force: db:1@a.yaml web:1@a.yaml
            in force: db:1@b.yaml web:1@a.yaml
        "]],
    );
}

#[test]
fn a_document_that_may_stand_in_a_file_nobody_can_read_is_not_gone() {
    check(
        "write a.yaml web:1 db:1 db-old:1
         read
         write a.yaml web:1
         garble b.yaml name: db
         read",
        &expect![[r"
            in force: db:1@a.yaml db-old:1@a.yaml web:1@a.yaml
            in force: db:1@a.yaml web:1@a.yaml
              held db: b.yaml:2:1: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
              gone db-old: 0 s, 1 reads
        "]],
    );
}

#[test]
fn a_vanished_document_that_may_be_coming_back_is_counted_anew() {
    check(
        "write a.yaml web:1 db:1
         read
         write a.yaml web:1
         read
         wait 9
         garble b.yaml name: db
         read
         wait 9
         remove b.yaml
         read",
        &expect![[r"
            in force: db:1@a.yaml web:1@a.yaml
            in force: web:1@a.yaml
              gone db: 0 s, 1 reads
            in force: web:1@a.yaml
              1 problems
              gone db: 0 s, 0 reads
            in force: web:1@a.yaml
              gone db: 9 s, 1 reads
        "]],
    );
}

#[test]
fn an_emptied_directory_removes_nothing() {
    check(
        "write a.yaml web:1
         read
         remove a.yaml
         read
         wait 20
         read
         write b.yaml db:1
         read",
        &expect![[r"
            in force: web:1@a.yaml
            in force: web:1@a.yaml (not complete)
              held web: .:1:1: there are no documents; what was declared stays in force (remove documents one by one)
            in force: web:1@a.yaml (not complete)
              held web: .:1:1: there are no documents; what was declared stays in force (remove documents one by one)
            in force: db:1@b.yaml
              gone web: 0 s, 1 reads
        "]],
    );
}

#[test]
fn an_empty_directory_of_a_fresh_host_is_no_problem() {
    check(
        "read",
        &expect![[r"
        in force:  (not complete)
    "]],
    );
}

#[test]
fn an_unreadable_directory_removes_nothing_and_confirms_nothing() {
    check(
        "write a.yaml web:1
         write b.yaml db:1
         read
         remove b.yaml
         read
         wait 5
         lock
         read
         wait 5
         unlock
         read",
        &expect![[r"
            in force: db:1@b.yaml web:1@a.yaml
            in force: web:1@a.yaml
              gone db: 0 s, 1 reads
            in force: web:1@a.yaml (not complete)
              held web: .:1:1: cannot read the directory
              gone db: 0 s, 0 reads
            in force: web:1@a.yaml
              gone db: 5 s, 1 reads
        "]],
    );
}

#[test]
fn more_than_three_and_more_than_thirty_percent_together_wait_for_a_person() {
    check(
        "write a.yaml a:1 b:1 c:1 d:1
         write z.yaml w:1 x:1 y:1 z:1
         read
         remove a.yaml
         read",
        &expect![[r"
            in force: a:1@a.yaml b:1@a.yaml c:1@a.yaml d:1@a.yaml w:1@z.yaml x:1@z.yaml y:1@z.yaml z:1@z.yaml
            in force: w:1@z.yaml x:1@z.yaml y:1@z.yaml z:1@z.yaml
              gone a: 0 s, 1 reads, 4 of 8 together
              gone b: 0 s, 1 reads, 4 of 8 together
              gone c: 0 s, 1 reads, 4 of 8 together
              gone d: 0 s, 1 reads, 4 of 8 together
        "]],
    );
}

#[test]
fn three_are_no_mass_however_large_their_part() {
    check(
        "write a.yaml a:1 b:1 c:1
         write z.yaml z:1
         read
         remove a.yaml
         read",
        &expect![[r"
            in force: a:1@a.yaml b:1@a.yaml c:1@a.yaml z:1@z.yaml
            in force: z:1@z.yaml
              gone a: 0 s, 1 reads
              gone b: 0 s, 1 reads
              gone c: 0 s, 1 reads
        "]],
    );
}

#[test]
fn four_of_twenty_are_no_mass() {
    check(
        "write a.yaml a:1 b:1 c:1 d:1
         write y.yaml e:1 f:1 g:1 h:1 i:1 j:1 k:1 l:1
         write z.yaml m:1 n:1 o:1 p:1 q:1 r:1 s:1 t:1
         read
         remove a.yaml
         read",
        &expect![[r"
            in force: a:1@a.yaml b:1@a.yaml c:1@a.yaml d:1@a.yaml e:1@y.yaml f:1@y.yaml g:1@y.yaml h:1@y.yaml i:1@y.yaml j:1@y.yaml k:1@y.yaml l:1@y.yaml m:1@z.yaml n:1@z.yaml o:1@z.yaml p:1@z.yaml q:1@z.yaml r:1@z.yaml s:1@z.yaml t:1@z.yaml
            in force: e:1@y.yaml f:1@y.yaml g:1@y.yaml h:1@y.yaml i:1@y.yaml j:1@y.yaml k:1@y.yaml l:1@y.yaml m:1@z.yaml n:1@z.yaml o:1@z.yaml p:1@z.yaml q:1@z.yaml r:1@z.yaml s:1@z.yaml t:1@z.yaml
              gone a: 0 s, 1 reads
              gone b: 0 s, 1 reads
              gone c: 0 s, 1 reads
              gone d: 0 s, 1 reads
        "]],
    );
}

#[test]
fn new_documents_do_not_dilute_a_mass() {
    check(
        "write a.yaml a:1 b:1 c:1 d:1
         write z.yaml z:1
         read
         remove a.yaml
         write y.yaml e:1 f:1 g:1 h:1 i:1 j:1 k:1 l:1 m:1 n:1 o:1 p:1
         read
         read",
        &expect![[r"
            in force: a:1@a.yaml b:1@a.yaml c:1@a.yaml d:1@a.yaml z:1@z.yaml
            in force: e:1@y.yaml f:1@y.yaml g:1@y.yaml h:1@y.yaml i:1@y.yaml j:1@y.yaml k:1@y.yaml l:1@y.yaml m:1@y.yaml n:1@y.yaml o:1@y.yaml p:1@y.yaml z:1@z.yaml
              gone a: 0 s, 1 reads, 4 of 5 together
              gone b: 0 s, 1 reads, 4 of 5 together
              gone c: 0 s, 1 reads, 4 of 5 together
              gone d: 0 s, 1 reads, 4 of 5 together
            in force: e:1@y.yaml f:1@y.yaml g:1@y.yaml h:1@y.yaml i:1@y.yaml j:1@y.yaml k:1@y.yaml l:1@y.yaml m:1@y.yaml n:1@y.yaml o:1@y.yaml p:1@y.yaml z:1@z.yaml
              gone a: 0 s, 2 reads, 4 of 5 together
              gone b: 0 s, 2 reads, 4 of 5 together
              gone c: 0 s, 2 reads, 4 of 5 together
              gone d: 0 s, 2 reads, 4 of 5 together
        "]],
    );
}

#[test]
fn a_mass_of_which_some_are_removed_still_waits_for_the_rest() {
    check(
        "write a.yaml a:1 b:1 c:1 d:1
         write z.yaml z:1
         read
         remove a.yaml
         read
         forget a
         read",
        &expect![[r"
            in force: a:1@a.yaml b:1@a.yaml c:1@a.yaml d:1@a.yaml z:1@z.yaml
            in force: z:1@z.yaml
              gone a: 0 s, 1 reads, 4 of 5 together
              gone b: 0 s, 1 reads, 4 of 5 together
              gone c: 0 s, 1 reads, 4 of 5 together
              gone d: 0 s, 1 reads, 4 of 5 together
            in force: z:1@z.yaml
              gone b: 0 s, 2 reads, 4 of 5 together
              gone c: 0 s, 2 reads, 4 of 5 together
              gone d: 0 s, 2 reads, 4 of 5 together
        "]],
    );
}

#[test]
fn a_mass_of_which_most_come_back_still_waits_for_the_rest() {
    check(
        "write a.yaml a:1 b:1 c:1 d:1
         write z.yaml z:1
         read
         remove a.yaml
         read
         write a.yaml a:1 b:1 c:1
         read",
        &expect![[r"
            in force: a:1@a.yaml b:1@a.yaml c:1@a.yaml d:1@a.yaml z:1@z.yaml
            in force: z:1@z.yaml
              gone a: 0 s, 1 reads, 4 of 5 together
              gone b: 0 s, 1 reads, 4 of 5 together
              gone c: 0 s, 1 reads, 4 of 5 together
              gone d: 0 s, 1 reads, 4 of 5 together
            in force: a:1@a.yaml b:1@a.yaml c:1@a.yaml z:1@z.yaml
              gone d: 0 s, 2 reads, 4 of 5 together
        "]],
    );
}
