//! Real engines joined: a plan becomes a marked, signed clip
