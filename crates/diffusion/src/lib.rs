//! The engine: text encoder, video diffusion transformer, codecs, schedulers and pipeline on candle
