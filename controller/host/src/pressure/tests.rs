//! The kernel's accounts, told from directories that look like the kernel's, and from the kernel itself.

use podsteward_domain::time::BootId;
use tempfile::TempDir;

use super::*;

const NOW: Moment = Moment { wall_ms: 1_000_000_000, boot_ms: 50_000_000, boot_id: BootId(1) };
const ID: &str = "4f1c9a7be0d5";
const PID: u32 = 7;
const MIB: u64 = 1 << 20;

/// A directory in which a test lays out what the kernel would show.
struct Tree(TempDir);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(TempDir::new().unwrap());
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A mount of control groups: which part of the hierarchy, the kind, the options.
    fn mounts(&self, mounts: &[(&str, &str, &str, &str)]) {
        let line = |(root, point, kind, options): &(&str, &str, &str, &str)| {
            let point = self.0.path().join(point).display().to_string().replace(' ', "\\040");
            format!("31 23 0:28 {root} {point} rw,relatime shared:9 - {kind} {kind} {options}\n")
        };
        self.write("proc/self/mountinfo", &mounts.iter().map(line).collect::<String>());
    }

    fn memory(&self) -> Result<MemoryUse, Error> {
        let identity = Identity { container: ID, started_ms: Some(NOW.wall_ms) };
        self.pressures().container_memory(PID, &identity, NOW)
    }

    fn pressures(&self) -> Pressures {
        Pressures::below(&self.0.path().join("proc"))
    }
}

fn mib(used: u64, limit: Option<u64>) -> MemoryUse {
    MemoryUse { used: used * MIB, limit: limit.map(|limit| limit * MIB) }
}

fn bytes(mib: u64) -> String {
    format!("{}\n", mib * MIB)
}

/// A container of 60 MiB, 10 of them cached, with a limit of 64, under version 1.
fn version_1() -> Tree {
    let tree = Tree::new(&[(
        "proc/7/cgroup",
        "9:name=systemd:/\n4:cpu,memory:/libpod_parent/libpod-4f1c9a7be0d5\n0::/\n",
    )]);
    tree.mounts(&[("/", "sys/cpu", "cgroup", "rw,cpuset"), ("/", "sys/memory", "cgroup", "rw,cpu,memory")]);
    let group = "sys/memory/libpod_parent/libpod-4f1c9a7be0d5";
    tree.write(&format!("{group}/memory.usage_in_bytes"), &bytes(60));
    tree.write(&format!("{group}/memory.limit_in_bytes"), &bytes(64));
    let cached = 10 * MIB;
    tree.write(&format!("{group}/memory.stat"), &format!("inactive_file 5\ntotal_inactive_file {cached}\n"));
    tree.write("sys/memory/libpod_parent/memory.limit_in_bytes", "9223372036854771712\n");
    tree.write("sys/memory/memory.limit_in_bytes", "9223372036854771712\n");
    tree
}

/// The same under version 2, as crun and systemd lay it out; the container runs a systemd of its own.
fn version_2() -> Tree {
    let path = "/user.slice/libpod-4f1c9a7be0d5.scope/container/init.scope";
    let tree = Tree::new(&[("proc/7/cgroup", &format!("0::{path}\n"))]);
    tree.mounts(&[("/", "sys fs", "cgroup2", "rw,nsdelegate")]);
    let scope = "sys fs/user.slice/libpod-4f1c9a7be0d5.scope";
    tree.write(&format!("{scope}/container/init.scope/memory.current"), &bytes(1));
    tree.write(&format!("{scope}/container/memory.max"), "max\n");
    tree.write(&format!("{scope}/memory.current"), &bytes(60));
    tree.write(&format!("{scope}/memory.stat"), &format!("anon 1\ninactive_file {}\n", 10 * MIB));
    tree.write(&format!("{scope}/memory.max"), &bytes(64));
    tree
}

#[test]
fn version_1_counts_what_is_used_without_what_is_only_cached() {
    assert_eq!(version_1().memory().unwrap(), mib(50, Some(64)));
}

#[test]
fn version_2_counts_the_container_as_a_whole_whatever_groups_it_makes_in_itself() {
    assert_eq!(version_2().memory().unwrap(), mib(50, Some(64)));
}

#[test]
fn a_host_with_both_versions_is_read_where_memory_is_counted() {
    let tree = version_2();
    let path = "/user.slice/libpod-4f1c9a7be0d5.scope/container";
    tree.write("proc/7/cgroup", &format!("9:name=systemd:/\n3:cpu,cpuacct:/libpod\n0::{path}\n"));
    tree.mounts(&[("/", "sys/cpu", "cgroup", "rw,cpu,cpuacct"), ("/", "sys fs", "cgroup2", "rw")]);
    assert_eq!(tree.memory().unwrap(), mib(50, Some(64)));
}

#[test]
fn the_largest_number_of_version_1_is_no_limit() {
    let tree = version_1();
    tree.write("sys/memory/libpod_parent/libpod-4f1c9a7be0d5/memory.limit_in_bytes", "9223372036854771712\n");
    assert_eq!(tree.memory().unwrap(), mib(50, None));
}

#[test]
fn a_limit_may_stand_on_a_group_around_it_and_the_strictest_holds() {
    let tree = version_2();
    tree.write("sys fs/user.slice/libpod-4f1c9a7be0d5.scope/memory.max", "max\n");
    assert_eq!(tree.memory().unwrap(), mib(50, None));
    tree.write("sys fs/user.slice/memory.max", &bytes(56));
    assert_eq!(tree.memory().unwrap(), mib(50, Some(56)));
    tree.write("sys fs/user.slice/libpod-4f1c9a7be0d5.scope/memory.max", &bytes(80));
    assert_eq!(tree.memory().unwrap(), mib(50, Some(56)));
}

#[test]
fn a_hierarchy_of_which_only_a_part_is_mounted_is_read_there() {
    let tree = version_1();
    tree.mounts(&[
        ("/elsewhere", "sys/memory", "cgroup", "rw,memory"),
        ("/libpod_parent", "sys/memory/libpod_parent", "cgroup", "rw,memory"),
    ]);
    assert_eq!(tree.memory().unwrap(), mib(50, Some(64)));
}

#[test]
fn a_group_outside_of_what_is_mounted_is_not_known() {
    for path in ["/../../libpod-4f1c9a7be0d5", "/nowhere/libpod-4f1c9a7be0d5"] {
        let tree = version_1();
        tree.write("proc/7/cgroup", &format!("4:memory:{path}\n"));
        assert!(matches!(tree.memory(), Err(Error::NotCounted(PID))), "{path}");
    }
}

#[test]
fn a_process_in_no_group_of_the_container_is_known_by_its_start() {
    let tree = version_1();
    let own = std::process::id();
    tree.write(&format!("proc/{own}/cgroup"), "4:memory:/libpod_parent/libpod-4f1c9a7be0d5\n");
    let identity = |container| Identity { container, started_ms: Some(NOW.wall_ms + 86_400_000) };
    let read = |container| tree.pressures().container_memory(own, &identity(container), NOW);
    assert_eq!(read(ID).unwrap(), mib(50, Some(64)));
    assert!(matches!(read("another"), Err(Error::NotIts(pid)) if pid == own), "it started a day before");
}

#[test]
fn what_is_gone_or_not_a_number_is_not_known() {
    let tree = version_1();
    let usage = "sys/memory/libpod_parent/libpod-4f1c9a7be0d5/memory.usage_in_bytes";
    tree.write(usage, "many\n");
    assert!(matches!(tree.memory(), Err(Error::Malformed(_))));
    std::fs::remove_file(tree.0.path().join(usage)).unwrap();
    assert!(matches!(tree.memory(), Err(Error::Unreadable { .. })));
    std::fs::remove_file(tree.0.path().join("proc/7/cgroup")).unwrap();
    assert!(matches!(tree.memory(), Err(Error::Unreadable { .. })));
}

#[test]
fn the_host_tells_how_much_it_stalls_in_hundredths_of_a_percent() {
    let whole = "some avg10=18.59 avg60=9.94 avg300=6.81 total=11456646458\n\
                 full avg10=0.36 avg60=100.00 avg300=0.73 total=128897528\n";
    let tree = Tree::new(&[("proc/pressure/memory", whole), ("proc/pressure/io", whole)]);
    tree.write("proc/pressure/cpu", "some avg10=1.00 avg60=2.05 avg300=0.00 total=0\n");
    let psi = tree.pressures().psi().unwrap();
    let [some, full] = [psi.memory.some, psi.memory.full].map(|it| (it.avg10, it.avg60));
    assert_eq!((some, full), ((1859, 994), (36, 10_000)));
    assert_eq!((psi.cpu.some.avg60, psi.cpu.full.avg60), (205, 0), "an older kernel does not tell of it");
    assert_eq!(psi.io, psi.memory);
}

#[test]
fn a_kernel_without_these_accounts_is_told_from_one_whose_accounts_cannot_be_read() {
    let none = Tree::new(&[("proc/7/cgroup", "")]);
    assert!(matches!(none.pressures().psi(), Err(Error::NoPsi)));
    let part = "some avg10=1.00 avg60=2.05 avg300=0.00 total=0\n";
    let odd = Tree::new(&[("proc/pressure/cpu", part), ("proc/pressure/memory", part)]);
    assert!(matches!(odd.pressures().psi(), Err(Error::Malformed(path)) if path.ends_with("memory")));
    odd.write("proc/pressure/cpu", "some avg10=1.0 avg60=nan\n");
    assert!(matches!(odd.pressures().psi(), Err(Error::Malformed(path)) if path.ends_with("cpu")));
}

#[test]
fn this_very_process_is_counted_where_the_kernel_shows_its_group() {
    let pid = std::process::id();
    let read = Pressures::default().container_memory(pid, &Identity { container: "", started_ms: None }, NOW);
    match read {
        Ok(memory) => assert!(memory.used > 0, "{memory:?}"),
        Err(error) => assert!(matches!(error, Error::NotCounted(_) | Error::Unreadable { .. }), "{error}"),
    }
}
