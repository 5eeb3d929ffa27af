//! `cargo xtask setup`: finds the missing system packages and installs them on Debian and its children.
//!
//! Deliberately not here: Rust itself (rustup does that) and anything that is installed for a user of Kinora.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::child;
use crate::packages::{self, System};

/// With `install` false, or on a system without apt, only says what is needed.
pub fn run(install: bool) -> Result<()> {
    let system = System::of_this_machine();
    if system != System::Debian {
        eprintln!("Kinora needs these packages; xtask installs them by itself only on Debian and Ubuntu:\n");
        eprintln!("{}\n", system.advice());
        return Ok(());
    }
    let missing = packages::missing(packages::DEBIAN, &installed_listing()?);
    if missing.is_empty() {
        eprintln!("All {} system packages are there", packages::DEBIAN.len());
        return Ok(());
    }
    if !install {
        println!("Missing packages: {}", missing.join(" "));
        println!("Install them with: sudo apt-get install --no-install-recommends {}", missing.join(" "));
        return Ok(());
    }
    eprintln!("Installing {} missing packages: {}", missing.len(), missing.join(" "));
    let rights = Rights::of_this_user(&missing)?;
    child::run(apt_get(rights).arg("update"))?;
    child::run(apt_get(rights).args(["install", "--yes", "--no-install-recommends"]).args(&missing))?;

    let still_missing = packages::missing(packages::DEBIAN, &installed_listing()?);
    if !still_missing.is_empty() {
        bail!("apt-get went through, but these packages are still missing: {}", still_missing.join(" "));
    }
    Ok(())
}

/// A line `name status` for each of the packages that dpkg has heard of. dpkg-query fails when it hasn't heard of one, and
/// still lists the others.
fn installed_listing() -> Result<String> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${Package} ${db:Status-Status}\\n"]).args(packages::DEBIAN);
    let output = query.stderr(Stdio::null()).output().context("can't start dpkg-query")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[derive(Clone, Copy)]
enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn of_this_user(missing: &[&str]) -> Result<Self> {
        if child::output(Command::new("id").arg("-u"))?.trim() == "0" {
            return Ok(Rights::Root);
        }
        if child::works(Command::new("sudo").arg("--version")) {
            return Ok(Rights::Sudo);
        }
        bail!("packages are missing and there is no sudo. As root, run:\n  apt-get install {}", missing.join(" "))
    }
}

fn apt_get(rights: Rights) -> Command {
    let mut command = match rights {
        Rights::Root => Command::new("env"),
        Rights::Sudo => {
            let mut sudo = Command::new("sudo");
            sudo.arg("env");
            sudo
        }
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--option", "Acquire::Retries=3"]);
    command
}
