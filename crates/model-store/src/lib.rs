//! Model cards and their files on disk, checked by hash
