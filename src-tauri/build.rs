//! What Tauri needs of its configuration at compile time.

fn main() {
    tauri_build::build();
}
