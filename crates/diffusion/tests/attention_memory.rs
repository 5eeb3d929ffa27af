//! Attention at 8,192 tokens holds far less than the matrix of scores: 4 heads of it would be 1 GB. A process of its own,
//! because the system counts the most memory that a process ever held.
#![allow(clippy::unwrap_used, reason = "test code: a panic is its failure")]
#![cfg(target_os = "linux")]

use candle_core::Device;
use kinora_diffusion::attention::blocked;
use kinora_diffusion::noise::normal;

fn most_memory_held() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[test]
fn attention_at_8192_tokens_takes_less_than_200_mb() {
    let draw = |stream| normal(1, stream, (1, 4, 8192, 64), &Device::Cpu).unwrap();
    let (q, k, v) = (draw(0), draw(1), draw(2));
    let before = most_memory_held();
    let y = blocked(&q, &k, &v).unwrap();
    let extra = most_memory_held() - before;
    assert_eq!(y.dims(), [1, 4, 8192, 64]);
    println!("extra memory: {} MB", extra >> 20);
    assert!(extra < 200 << 20, "{} MB", extra >> 20);
}
