//! What happens to the manifests and the config files: edits, good and bad, and accidents.

use std::time::Duration;

use podsteward_podman::fake::FakeImage;

use crate::declared::Object;
use crate::host::{ABSENT_IMAGE, BROKEN_IMAGE, OTHER_IMAGE, REMOTE_IMAGE};
use crate::run::Run;

/// A container whose document was deleted once may be missing as long as the faults go on.
const EXCUSED: Duration = Duration::from_hours(24);

impl Run {
    /// One of them.
    pub(super) async fn in_the_manifests(&mut self) {
        match self.random.u8(0..16) {
            0..=7 => self.edit().await,
            8 => self.break_file(),
            9 => self.delete_file(),
            10 => self.restore(),
            11 => {
                let unreadable = self.random.bool();
                self.tell(&format!("the manifests are unreadable: {unreadable}"));
                self.host.directory.set_unreadable(unreadable);
            }
            12 => {
                self.tell("the directory is emptied");
                for file in self.declared.files.keys().cloned().collect::<Vec<_>>() {
                    self.remove(&file);
                }
            }
            _ => self.change_config(),
        }
        if self.random.u8(0..5) > 0 {
            self.rescan();
        }
    }

    async fn edit(&mut self) {
        let (place, choice) = (self.random.usize(0..10), self.random.u8(0..12));
        let images = [FakeImage::BASE, OTHER_IMAGE, REMOTE_IMAGE, BROKEN_IMAGE, ABSENT_IMAGE];
        let image = images[self.random.usize(0..images.len())];
        let memory = [None, Some(32), Some(64), Some(128)][self.random.usize(0..4)];
        let Some((file, container)) = self.declared.container_mut(place) else { return };
        match choice {
            0..=4 => container.rev += 1,
            5..=7 => image.clone_into(&mut container.image),
            8 | 9 => container.memory = memory,
            10 => container.checked = !container.checked && !container.job,
            _ => container.stopped = !container.stopped,
        }
        let what = format!("edit {container:?}");
        self.tell(&what);
        let text = self.declared.text(&file);
        if self.random.u8(0..4) == 0 {
            let half = self.random.usize(0..text.len());
            self.host.directory.write(&file, &text[..half]);
            self.rescan();
            let rest = Duration::from_millis(self.random.u64(0..400));
            self.wait(rest).await;
        }
        self.host.directory.write(&file, &text);
    }

    fn some_file(&mut self) -> String {
        let place = self.random.usize(0..self.declared.files.len());
        self.declared.files.keys().nth(place).cloned().unwrap_or_default()
    }

    fn break_file(&mut self) {
        let file = self.some_file();
        let broken =
            ["}{", "apiVersion: nonsense", "\u{0}", "a: [b", "spec:\n  image: {"][self.random.usize(0..5)];
        self.tell(&format!("{file} is broken"));
        self.host.directory.write(&file, broken);
    }

    fn delete_file(&mut self) {
        let file = self.some_file();
        self.tell(&format!("{file} is deleted"));
        self.remove(&file);
    }

    fn remove(&mut self, file: &str) {
        let objects = self.declared.files.get(file).cloned().unwrap_or_default();
        for container in objects.iter().filter_map(Object::container) {
            self.excuse(&container.name, EXCUSED);
        }
        self.host.directory.remove(file);
    }

    fn restore(&mut self) {
        self.tell("all files are restored");
        self.host.directory.set_unreadable(false);
        for file in self.declared.files.keys() {
            self.host.directory.write(file, &self.declared.text(file));
        }
    }

    fn change_config(&mut self) {
        let name = self.some_container();
        let number = self.random.u32(0..1000);
        self.tell(&format!("the config file of {name} changes"));
        self.host.config_files.write(&format!("/etc/{name}.conf"), &format!("content {number}"));
    }

    /// One document that nobody needs is deleted for good.
    pub(crate) fn delete_one(&mut self) {
        let needed = |name: &str| {
            self.declared.containers().any(|one| one.needs.as_ref().is_some_and(|(needed, _)| needed == name))
        };
        let free = self.declared.containers().map(|one| one.name.clone()).find(|name| !needed(name));
        let Some(name) = free else { return };
        self.tell(&format!("the document of {name} is deleted"));
        self.excuse(&name, EXCUSED);
        for objects in self.declared.files.values_mut() {
            objects.retain(|object| object.container().is_none_or(|container| container.name != name));
        }
        for (file, objects) in &self.declared.files {
            if objects.is_empty() {
                self.host.directory.remove(file);
            } else {
                self.host.directory.write(file, &self.declared.text(file));
            }
        }
        self.declared.files.retain(|_, objects| !objects.is_empty());
        self.rescan();
    }

    /// Bad edits are taken back; what others need runs.
    pub(super) fn mend_declared(&mut self) {
        let needed: Vec<String> = self
            .declared
            .containers()
            .filter_map(|one| one.needs.as_ref())
            .map(|(name, _)| name.clone())
            .collect();
        let healthy: Vec<String> = self
            .declared
            .containers()
            .filter_map(|one| one.needs.as_ref().filter(|(_, need)| *need == crate::declared::Need::Healthy))
            .map(|(name, _)| name.clone())
            .collect();
        for place in 0..self.declared.containers().count() {
            let Some((_, container)) = self.declared.container_mut(place) else { continue };
            if [BROKEN_IMAGE, ABSENT_IMAGE].contains(&container.image.as_str()) {
                FakeImage::BASE.clone_into(&mut container.image);
            }
            container.stopped &= !needed.contains(&container.name) && !container.job;
            container.checked |= healthy.contains(&container.name);
        }
    }
}
