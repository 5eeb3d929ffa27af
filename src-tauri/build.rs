//! What Tauri needs of its configuration at compile time, and the handbook's pages, which the program carries in itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The handbook's languages: folders of `docs/handbook`.
const LANGUAGES: [&str; 2] = ["en", "fr"];

/// The editor's fonts, which the pages use too.
const FONTS: [&str; 3] = ["Inter-Regular.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tauri_build::build();
    let source = Path::new("../docs/handbook").canonicalize()?;
    println!("cargo::rerun-if-changed={}", source.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo says where")?);
    let built = out.join("handbook");
    let mut pages = Vec::new();
    for language in LANGUAGES {
        let config = format!(
            "[book]\ntitle = \"Kinora\"\nlanguage = \"{language}\"\nsrc = \"{language}\"\n\
             [build]\ncreate-missing = false\n\
             [output.html]\ndefault-theme = \"light\"\npreferred-dark-theme = \"coal\"\nno-section-label = true\n\
             additional-css = [\"kinora.css\"]\nhash-files = false\n\
             [output.html.print]\nenable = false\n[output.html.search]\nenable = false\n"
        );
        let mut config: mdbook_driver::config::Config = config.parse()?;
        config.build.build_dir = built.join(language);
        mdbook_driver::MDBook::load_with_config(&source, config)?.build()?;
        list(&built, &built.join(language), &mut pages)?;
    }
    // Both languages show the same screenshots.
    if source.join("images").exists() {
        list(&source, &source.join("images"), &mut pages)?;
    }
    for font in FONTS {
        let path = Path::new("../assets/fonts").join(font).canonicalize()?;
        pages.push((format!("editor-fonts/{font}"), path));
    }
    pages.sort();
    let mut table = String::from("[\n");
    for (name, path) in pages {
        writeln!(table, "    ({name:?}, include_bytes!({path:?}).as_slice()),")?;
    }
    fs::write(out.join("handbook.rs"), table + "]\n")?;
    Ok(())
}

/// Every file of a folder: its name from `root` on, and its path.
fn list(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            files.push((name.to_string_lossy().replace('\\', "/"), path));
        }
    }
    Ok(())
}
