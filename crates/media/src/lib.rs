//! Frames to video files and back, through FFmpeg's libraries
