//! The handbook in a window of its own: pages that the program carries in itself (see `build.rs`), shown by the system's webview. Nothing of
//! it comes from elsewhere, and no page can ask for anything that does.

use tauri::http::{Request, Response, StatusCode, header};
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};

/// The label of its window.
pub const WINDOW: &str = "handbook";
/// The scheme of its pages' addresses.
pub const SCHEME: &str = "handbook";

/// Pages may load what lies beside them; mdBook's own scripts stand in the pages.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self' data:; connect-src 'none'";

/// Every file of it, by name, in order.
static PAGES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/handbook.rs"));

/// Which handbook is shown, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// `en` or `fr`.
    pub language: &'static str,
    /// Whether the editor is light.
    pub light: bool,
}

/// Shows the window, or brings it to the front.
pub fn show(app: &AppHandle, look: Look) {
    let app = app.clone();
    // The event loop makes windows, and it waits for whoever calls this.
    std::thread::spawn(move || {
        if let Some(window) = app.get_webview_window(WINDOW) {
            let _shown = window.set_focus();
            return;
        }
        let Ok(address) = format!("{SCHEME}://localhost/{}/first-film.html", look.language).parse() else { return };
        let theme = if look.light { "light" } else { "coal" };
        let window = WebviewWindowBuilder::new(&app, WINDOW, WebviewUrl::CustomProtocol(address))
            .title(kinora_ui::tr!("shell-handbook"))
            .inner_size(1180.0, 860.0)
            .initialization_script(format!("localStorage.setItem('mdbook-theme', '{theme}')"))
            .on_navigation(|address| address.scheme() == SCHEME || address.host_str() == Some("handbook.localhost"))
            .build();
        if let Err(error) = window {
            eprintln!("kinora: the handbook could not be shown: {error}");
        }
    });
}

/// Closes it, so that it does not outlive the editor.
pub fn close(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(WINDOW) {
        let _gone = window.destroy();
    }
}

/// Answers what the webview asks for.
pub fn answer(request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let found = page(request.uri().path());
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let (kind, bytes) = found.unwrap_or(("text/plain", b"There is no such page"));
    let mut response = Response::new(bytes.to_vec());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(POLICY));
    response
}

/// A file and its kind.
fn page(path: &str) -> Option<(&'static str, &'static [u8])> {
    let path = path.trim_start_matches('/');
    // Both languages share the screenshots and the editor's fonts.
    let shared = ["images/", "editor-fonts/"].into_iter().find_map(|folder| path.find(folder));
    let name = shared.map_or(path, |place| &path[place..]);
    let place = PAGES.binary_search_by(|(other, _)| (*other).cmp(name)).ok()?;
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("otf") => "font/otf",
        Some("ttf") => "font/ttf",
        _ => "application/octet-stream",
    };
    Some((kind, PAGES[place].1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chapter_is_there_in_both_languages_and_finds_its_pictures() {
        let chapters = |language: &str| -> Vec<&str> {
            let names = PAGES.iter().map(|(name, _)| *name).filter_map(|name| name.strip_prefix(language));
            names.filter(|name| name.ends_with(".html")).collect()
        };
        assert_eq!(chapters("en/"), chapters("fr/"));
        assert!(chapters("en/").contains(&"first-film.html"));
        for (name, bytes) in PAGES.iter().filter(|(name, _)| name.ends_with(".html")) {
            let text = String::from_utf8_lossy(bytes);
            for picture in text.split("src=\"images/").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(page(&format!("/en/images/{picture}")).is_some(), "{name} shows {picture}");
            }
            assert!(!text.contains("src=\"http") && !text.contains("rel=\"stylesheet\" href=\"http"), "{name}");
        }
    }

    #[test]
    fn what_is_not_there_is_said_to_be_missing() {
        let ask = |path: &str| answer(&Request::builder().uri(path).body(Vec::new()).unwrap()).status();
        assert_eq!(ask("handbook://localhost/en/first-film.html"), StatusCode::OK);
        assert_eq!(ask("handbook://localhost/../../etc/passwd"), StatusCode::NOT_FOUND);
    }
}
