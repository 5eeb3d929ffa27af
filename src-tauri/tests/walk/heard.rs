//! What a screen reader hears: one application on the accessibility bus, its controls by their names; and what it presses is pressed.

use super::app::{App, Running};
use gtk::gio::{self, DBusCallFlags, DBusConnection, DBusConnectionFlags};
use gtk::glib::variant::ObjectPath;
use gtk::glib::{Variant, VariantTy};
use gtk::prelude::*;
use kinora_project::Project;
use kinora_studio::Studio;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// Somebody on the bus, and one of its objects.
type Node = (String, ObjectPath);

pub fn heard() {
    let home = tempfile::tempdir().expect("a folder");
    let project = home.path().join("Film.kinora");
    drop(Studio::create(&project, Project::default(), "test").expect("a project"));
    let bus = SessionBus::start();
    let reader = Reader::on(&bus);
    let mut app = App::start_on_bus(home.path(), &[&project], &bus.address);
    let applications = || reader.children(&reader.root());
    app.until("the application is on the bus", || (!applications().is_empty()).then_some(()));
    let [application] = &applications()[..] else { panic!("more than one: {:?}", applications()) };
    let name = reader.name(application);
    assert!(name.to_lowercase().contains("kinora"), "{name}");
    let tab = app.until("the workspaces have names", || reader.find(application, "Deliver"));
    assert!(reader.find(application, "ProRes MOV").is_none(), "the board is shown");
    reader.press(&tab);
    app.until("another workspace is shown", || reader.find(application, "ProRes MOV"));
    assert_eq!(applications().len(), 1);
    app.quit();
}

/// A bus for one test.
struct SessionBus {
    address: String,
    _daemon: Running,
}

impl SessionBus {
    fn start() -> Self {
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        let mut daemon =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("dbus-daemon is installed");
        let output = daemon.stdout.take().expect("it is piped");
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address).expect("it says where it is");
        Self { address: address.trim().to_owned(), _daemon: Running::from(daemon) }
    }
}

/// A screen reader.
struct Reader {
    bus: DBusConnection,
}

impl Reader {
    /// Finds the accessibility bus by way of the session's, and says that somebody reads.
    fn on(session: &SessionBus) -> Self {
        let session = connected(&session.address);
        let (a11y, path) = ("org.a11y.Bus", "/org/a11y/bus");
        let told = call(&session, a11y, path, (a11y, "GetAddress"), None).expect("at-spi2-core is installed");
        let enabled = ("org.a11y.Status", "IsEnabled", true.to_variant()).to_variant();
        call(&session, a11y, path, (PROPERTIES, "Set"), Some(&enabled)).expect("it can be switched on");
        Self { bus: connected(&told.child_value(0).get::<String>().expect("an address")) }
    }

    fn root(&self) -> Node {
        let path = ObjectPath::try_from("/org/a11y/atspi/accessible/root".to_owned()).expect("a path");
        ("org.a11y.atspi.Registry".to_owned(), path)
    }

    fn children(&self, (who, what): &Node) -> Vec<Node> {
        let told = call(&self.bus, who, what.as_str(), (ACCESSIBLE, "GetChildren"), None);
        told.and_then(|told| told.child_value(0).get()).unwrap_or_default()
    }

    fn name(&self, (who, what): &Node) -> String {
        let asked = (ACCESSIBLE, "Name").to_variant();
        let told = call(&self.bus, who, what.as_str(), (PROPERTIES, "Get"), Some(&asked));
        told.and_then(|told| told.child_value(0).as_variant()?.get()).unwrap_or_default()
    }

    /// The first control of a name.
    fn find(&self, below: &Node, name: &str) -> Option<Node> {
        let mut open = self.children(below);
        while let Some(node) = open.pop() {
            if self.name(&node) == name {
                return Some(node);
            }
            open.extend(self.children(&node));
        }
        None
    }

    fn press(&self, (who, what): &Node) {
        let first = (0_i32,).to_variant();
        let done = call(&self.bus, who, what.as_str(), ("org.a11y.atspi.Action", "DoAction"), Some(&first));
        assert_eq!(done.and_then(|done| done.child_value(0).get()), Some(true));
    }
}

fn connected(address: &str) -> DBusConnection {
    let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
    DBusConnection::for_address_sync(address, flags, None, gio::Cancellable::NONE).expect("the bus is there")
}

/// The answer, if there is one: controls come and go.
fn call(bus: &DBusConnection, who: &str, what: &str, method: (&str, &str), with: Option<&Variant>) -> Option<Variant> {
    let (interface, name) = method;
    let any: Option<&VariantTy> = None;
    bus.call_sync(Some(who), what, interface, name, with, any, DBusCallFlags::NONE, 10_000, gio::Cancellable::NONE).ok()
}
