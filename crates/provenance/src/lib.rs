//! Marks and signatures: the visible mark and C2PA manifests
