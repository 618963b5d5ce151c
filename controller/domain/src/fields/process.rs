//! Fields of the process: image, command, directory, user.
//!
//! Owns their rows of the table. Never resolves an image.

use super::difference::Seen;
use super::table::{Row, Side};
use super::text;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row::one("spec.image", |side| Some(side.spec().image.clone()), image),
    Row::one(
        "spec.command",
        |side| text::words(side.spec().command.as_deref()?),
        |side| {
            Seen::told(text::words(if runs_as_declared(side) {
                declared(side).0
            } else {
                &side.live().command
            }))
        },
    ),
    Row::one(
        "spec.args",
        |side| text::words(side.spec().args.as_deref()?),
        |side| {
            Seen::told(text::words(if runs_as_declared(side) { declared(side).1 } else { &side.live().args }))
        },
    ),
    Row::one(
        "spec.workingDir",
        |side| side.spec().working_dir.as_deref().map(|path| text::path(path).to_owned()),
        |side| Seen::Value(text::path(&side.live().working_dir).to_owned()),
    ),
    Row::one(
        "spec.hostname",
        |side| side.spec().hostname.clone(),
        |side| Seen::Value(side.live().hostname.clone()),
    ),
    Row::one("spec.user", |side| side.spec().user.clone(), |side| Seen::Value(side.live().user.clone())),
    Row::one(
        "spec.groupAdd",
        |side| text::list(&side.spec().group_add),
        |side| Seen::told(text::list(&side.live().group_add)),
    ),
];

fn declared<'a>(side: &Side<'a>) -> (&'a [String], &'a [String]) {
    let spec = side.spec();
    (spec.command.as_deref().unwrap_or_default(), spec.args.as_deref().unwrap_or_default())
}

/// Whether the very words are run that are declared. Which of them are the entry point and which the arguments says
/// nothing: a container made by hand has often only arguments.
fn runs_as_declared(side: &Side<'_>) -> bool {
    let (command, args) = declared(side);
    let live = side.live();
    !command.is_empty() && command.iter().chain(args).eq(live.command.iter().chain(&live.args))
}

/// The image. While the reference stays as it was applied, the live container must be made of the image that the
/// reference meant then: a tag that moved since is not a difference. Otherwise it must be what the reference means.
fn image(side: &Side<'_>) -> Seen {
    let (declared, live) = (&side.spec().image, side.all.live);
    let applied = side.all.applied.map(|applied| &applied.spec.image);
    let meant = side.all.image.map(|image| image.id.as_str());
    let is_meant = |id: Option<&str>| id.is_none_or(|id| id == live.image_id);
    let names_it = is_same_reference(declared, &live.image_name);
    let as_declared = match applied {
        Some(applied) if applied == declared => is_meant(side.all.applied_image_id),
        Some(_) => names_it && is_meant(meant),
        None => meant.map_or(names_it, |id| id == live.image_id),
    };
    if as_declared {
        Seen::Value(declared.clone())
    } else if names_it {
        let id = live.image_id.strip_prefix("sha256:").unwrap_or(&live.image_id);
        Seen::Value(format!("{} (another image: {})", live.image_name, id.get(..12).unwrap_or(id)))
    } else {
        Seen::Value(live.image_name.clone())
    }
}

/// Whether two references name the same image when one of them leaves out the registry or the tag.
fn is_same_reference(one: &str, other: &str) -> bool {
    let (one, other) = (tagged(one), tagged(other));
    let ends_with =
        |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('/'));
    one == other || ends_with(&one, &other) || ends_with(&other, &one)
}

/// The reference with the tag that holds where none is given.
fn tagged(reference: &str) -> String {
    let name = reference.rsplit('/').next().unwrap_or(reference);
    if name.contains([':', '@']) { reference.to_owned() } else { format!("{reference}:latest") }
}
