//! The system packages that building, running and testing Kinora needs, by system, and which of them are missing.
//!
//! Each list is the shortest one that was seen to work (Debian: `bare-machine.sh`). A package comes in together with the
//! code that needs it.

/// Build: a C and C++ compiler (ring, tokenizers), FFmpeg's headers, `pkg-config` to find them, libclang to read them
/// (bindgen). To put pictures over each other: Vulkan's loader and an adapter in software, for machines without a graphics card. The
/// window: GTK and WebKit (Tauri), ALSA (sound). Tests: the `ffmpeg` and `ffprobe` programs as a second opinion on the clips, `kill` to
/// interrupt a job, `faketime` to set a clock back, a display, a mouse and an accessibility bus for the window.
pub const DEBIAN: &[&str] = &[
    "build-essential",
    "git",
    "pkg-config",
    "libclang-dev",
    "libavcodec-dev",
    "libavformat-dev",
    "libavutil-dev",
    "libswresample-dev",
    "libswscale-dev",
    "libgtk-3-dev",
    "libwebkit2gtk-4.1-dev",
    "libasound2-dev",
    "libvulkan1",
    "mesa-vulkan-drivers",
    "ffmpeg",
    "faketime",
    "xvfb",
    "openbox",
    "at-spi2-core",
    "dbus-daemon",
    "xdotool",
];

/// A family of systems that gets its packages in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Debian,
    Fedora,
    Arch,
    MacOs,
    Windows,
    Unknown,
}

impl System {
    /// The system that xtask runs on.
    pub fn of_this_machine() -> Self {
        match std::env::consts::OS {
            "macos" => System::MacOs,
            "windows" => System::Windows,
            "linux" => System::from_os_release(&std::fs::read_to_string("/etc/os-release").unwrap_or_default()),
            _ => System::Unknown,
        }
    }

    /// From the text of `/etc/os-release`: its own id first, then those of the systems it is like.
    fn from_os_release(text: &str) -> Self {
        let value = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            line.unwrap_or_default().trim().trim_matches(['"', '\'']).to_owned()
        };
        let ids = format!("{} {}", value("ID"), value("ID_LIKE"));
        let family = |id: &str| match id {
            "debian" | "ubuntu" => Some(System::Debian),
            "fedora" | "rhel" => Some(System::Fedora),
            "arch" => Some(System::Arch),
            _ => None,
        };
        ids.split_whitespace().find_map(family).unwrap_or(System::Unknown)
    }

    /// What to type on a system where xtask installs nothing by itself.
    pub fn advice(self) -> String {
        match self {
            System::Debian => format!("apt-get install --no-install-recommends {}", DEBIAN.join(" ")),
            System::Fedora => "\
dnf install gcc gcc-c++ make git pkgconf-pkg-config clang-devel ffmpeg-devel ffmpeg vulkan-loader mesa-vulkan-drivers \
  gtk3-devel webkit2gtk4.1-devel alsa-lib-devel
(the ffmpeg packages with H.264 are those of RPM Fusion)"
                .into(),
            System::Arch => {
                "pacman -S --needed base-devel git pkgconf clang ffmpeg vulkan-icd-loader vulkan-swrast gtk3 webkit2gtk-4.1 alsa-lib".into()
            }
            System::MacOs => "\
xcode-select --install
brew install git pkgconf llvm ffmpeg
export LIBCLANG_PATH=\"$(brew --prefix llvm)/lib\""
                .into(),
            System::Windows => "\
winget install Microsoft.VisualStudio.2022.BuildTools Git.Git LLVM.LLVM
then unpack a shared development build of FFmpeg with x264 and set
  FFMPEG_DIR to its folder, LIBCLANG_PATH to LLVM's bin folder, and add FFmpeg's bin folder to PATH"
                .into(),
            System::Unknown => "\
a C and C++ compiler, git, pkg-config, libclang, the development files of FFmpeg (libavcodec, libavformat, libavutil,
libswscale) and the ffmpeg program"
                .into(),
        }
    }
}

/// Those of `wanted` that `listing` doesn't show as installed. `listing` has a line `name status` for each package that
/// is known, as `dpkg-query -W -f '${Package} ${db:Status-Status}\n'` prints it.
pub fn missing(wanted: &[&'static str], listing: &str) -> Vec<&'static str> {
    let installed = |name: &str| {
        listing.lines().any(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some(name) && words.next() == Some("installed")
        })
    };
    wanted.iter().copied().filter(|name| !installed(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_only_when_it_is_installed() {
        let wanted = &["git", "ffmpeg", "libclang-dev"];
        let cases: [(&str, &[&str]); 6] = [
            ("git installed\nffmpeg installed\nlibclang-dev installed\n", &[]),
            ("git installed\nffmpeg not-installed\nlibclang-dev installed\n", &["ffmpeg"]),
            ("git installed\nffmpeg config-files\nlibclang-dev half-configured\n", &["ffmpeg", "libclang-dev"]),
            ("git-man installed\nffmpeg installed\nlibclang-dev installed\n", &["git"]),
            // The same package for two architectures, one of them removed.
            ("git installed\nffmpeg installed\nlibclang-dev not-installed\nlibclang-dev installed\n", &[]),
            ("", wanted),
        ];
        for (listing, expected) in cases {
            assert_eq!(missing(wanted, listing), expected, "{listing}");
        }
    }

    #[test]
    fn systems_are_known_by_their_id_or_by_what_they_are_like() {
        let cases = [
            ("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n", System::Debian),
            ("ID=ubuntu\nID_LIKE=debian\n", System::Debian),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", System::Debian),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", System::Fedora),
            ("ID=arch\n", System::Arch),
            ("ID=nixos\n", System::Unknown),
            ("", System::Unknown),
        ];
        for (text, system) in cases {
            assert_eq!(System::from_os_release(text), system, "{text}");
        }
    }
}
