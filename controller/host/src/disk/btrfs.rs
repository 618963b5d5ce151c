//! What btrfs says about itself below `/sys/fs/btrfs`.
//!
//! Owns the arithmetic of block groups. btrfs hands its devices out in large pieces, to data or to its own records, and
//! what one has the other cannot use: with every piece handed out and the records full, no file can be made although
//! `statfs` tells of much free space. Never asks the devices, which only root could. Called by [`super::measure`].
//!
//! Two things it cannot know without being root: whether the devices of a mirrored filesystem are so uneven that a part of
//! them is of no use for records, and what a conversion of its profiles, while it runs, will have made of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use podsteward_domain::disk::Gauge;
use rustix::fs::StatVfs;

/// One directory for each mounted filesystem, named by its UUID.
const SYS: &str = "/sys/fs/btrfs";
/// Profiles with the copies they keep, and how many devices of a stripe hold parity.
const PROFILES: [(&str, u64, u64); 9] = [
    ("single", 1, 0),
    ("dup", 2, 0),
    ("raid0", 1, 0),
    ("raid1", 2, 0),
    ("raid1c3", 3, 0),
    ("raid1c4", 4, 0),
    ("raid10", 2, 0),
    ("raid5", 1, 1),
    ("raid6", 1, 2),
];
/// The beginning of each device that is never handed out.
const UNUSED_PER_DEVICE: u64 = 1 << 20;
/// So many nodes of its trees btrfs wants to be free before it makes a file: some fifteen changes, for each of them twice
/// the eight levels that a tree can have. With less it says that there is no space.
const NODES_PER_FILE: u64 = 256;
/// The numbers of trees that hold files: the first one, and then every subvolume from here on.
const FIRST_TREE: u32 = 5;
const FIRST_SUBVOLUME: u32 = 256;

/// The state of a btrfs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Accounts {
    /// What data takes, of what data has and could still get.
    pub(super) space: Gauge,
    /// What the records take, with what is held back for them, of what they have and could still get. `None`: they lie
    /// among the data, and so does their lack of space.
    pub(super) metadata: Option<Gauge>,
}

/// Reads the state of the filesystem with this answer of `statfs`, or nothing where it is hidden.
pub(super) fn accounts(stat: &StatVfs) -> Option<Accounts> {
    accounts_below(Path::new(SYS), &Told::from(stat))
}

/// What `statfs` tells.
#[derive(Debug, Clone, Copy)]
struct Told {
    fsid: u64,
    /// All bytes of its devices, divided by the copies that data is kept in.
    size: u64,
    /// The bytes that data can still get, or none where the kernel thinks that the records are full.
    available: u64,
}

impl From<&StatVfs> for Told {
    fn from(stat: &StatVfs) -> Self {
        let bytes = |blocks: u64| blocks.saturating_mul(stat.f_frsize);
        Self { fsid: stat.f_fsid, size: bytes(stat.f_blocks), available: bytes(stat.f_bavail) }
    }
}

fn accounts_below(sys: &Path, told: &Told) -> Option<Accounts> {
    let dir = directory(sys, told.fsid)?;
    let devices =
        fs::read_dir(dir.join("devinfo")).or_else(|_| fs::read_dir(dir.join("devices"))).ok()?.count();
    let devices = u64::try_from(devices).ok()?;
    let allocation = dir.join("allocation");
    let kinds: Vec<Kind> = ["data", "metadata", "mixed", "system"]
        .into_iter()
        .filter_map(|name| Kind::read(&allocation, name, devices))
        .collect();
    let of = |name: &str| kinds.iter().find(|kind| kind.name == name);
    let data = of("data").or_else(|| of("mixed"))?;
    let size = match data.copies {
        Some(copies) => told.size.saturating_mul(copies),
        None => sum(&dir.join("devices"))?,
    };
    let handed_out = kinds.iter().map(|kind| kind.raw).sum();
    let free = size.saturating_sub(handed_out).saturating_sub(UNUSED_PER_DEVICE.saturating_mul(devices));
    // What a change of the trees may need at worst, and what must be there before one begins.
    let reserve = read(&allocation.join("global_rsv_size")).unwrap_or(0);
    let reserve = reserve.saturating_add(read(&dir.join("nodesize"))?.saturating_mul(NODES_PER_FILE));
    let Some(metadata) = of("metadata") else {
        let space = Gauge { used: data.used.saturating_add(reserve), total: data.reachable(free) };
        return Some(Accounts { space, metadata: None });
    };
    // The kernel knows which devices data could still get a piece of, as long as it does not say none.
    let total =
        if told.available > 0 { data.used.saturating_add(told.available) } else { data.reachable(free) };
    let space = Gauge { used: data.used.saturating_add(data.promised), total };
    let metadata = Gauge { used: metadata.used.saturating_add(reserve), total: metadata.reachable(free) };
    Some(Accounts { space, metadata: Some(metadata) })
}

/// The block groups of one kind.
struct Kind {
    name: &'static str,
    /// What they hold.
    used: u64,
    /// What is on its way there: written by programs, but not by the filesystem yet.
    promised: u64,
    /// What they can hold.
    total: u64,
    /// What they take on the devices.
    raw: u64,
    /// The copies that they keep, if that is the same for all of them.
    copies: Option<u64>,
}

impl Kind {
    fn read(allocation: &Path, name: &'static str, devices: u64) -> Option<Self> {
        let dir = allocation.join(name);
        let number = |file: &str| read(&dir.join(file));
        let mut copies = BTreeSet::new();
        let mut raw: u64 = 0;
        for (profile, kept, parity) in PROFILES {
            let Some(total) = read(&dir.join(profile).join("total_bytes")) else { continue };
            copies.insert(kept);
            // Devices as few as hold parity alone make no stripe; then the kernel's own number does.
            let holding = devices.saturating_sub(parity).max(1);
            let taken =
                u128::from(total) * u128::from(kept) * u128::from(holding + parity) / u128::from(holding);
            raw = raw.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX));
        }
        Some(Self {
            name,
            used: number("bytes_used")?,
            promised: number("bytes_reserved")?.saturating_add(number("bytes_may_use")?),
            total: number("total_bytes")?,
            raw,
            copies: copies.first().copied().filter(|_| copies.len() == 1),
        })
    }

    /// What they can hold if they get all that is not handed out yet.
    fn reachable(&self, free: u64) -> u64 {
        let share = u128::from(free) * u128::from(self.total.max(1)) / u128::from(self.raw.max(1));
        self.total.saturating_add(u64::try_from(share).unwrap_or(u64::MAX))
    }
}

/// The directory of a filesystem. Only its number is known, which is made of its UUID and of the number of the subvolume;
/// unlike the name of a device, that holds in every mount namespace and for any number of devices.
fn directory(sys: &Path, fsid: u64) -> Option<PathBuf> {
    let mut entries = fs::read_dir(sys).ok()?.flatten();
    entries
        .find(|entry| entry.file_name().to_str().is_some_and(|uuid| is_of(uuid, fsid)))
        .map(|entry| entry.path())
}

fn is_of(uuid: &str, fsid: u64) -> bool {
    let digits: String = uuid.chars().filter(|letter| *letter != '-').collect();
    let Some(number) = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32) else {
        return false;
    };
    let [first, second, third, fourth] = [96, 64, 32, 0].map(|shift| low(number >> shift));
    let tree = high(fsid) ^ second ^ fourth;
    identity(fsid) == first ^ third && (tree == FIRST_TREE || tree >= FIRST_SUBVOLUME)
}

/// The half of the filesystem's number that is the same for each of its subvolumes.
pub(super) fn identity(fsid: u64) -> u32 {
    low(fsid.into())
}

fn high(fsid: u64) -> u32 {
    low(u128::from(fsid >> 32))
}

fn low(number: u128) -> u32 {
    u32::try_from(number & u128::from(u32::MAX)).unwrap_or(0)
}

/// The bytes of block devices.
fn sum(devices: &Path) -> Option<u64> {
    let sizes = fs::read_dir(devices).ok()?.flatten().map(|device| read(&device.path().join("size")));
    sizes.map(|sectors| sectors.map(|sectors| sectors.saturating_mul(512))).sum()
}

fn read(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests;
