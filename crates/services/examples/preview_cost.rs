//! What previews cost a generation: processor time with them, as a ratio to the same without, in pairs. Linux alone.
//!
//!     cargo run --workspace --release --example preview_cost

use kinora_job::CancelToken;
use kinora_plan::{DeviceClass, Dtype};
use kinora_services::{ClipEvent, Pictures, TakeRequest, generate_take, load_model, models};
use kinora_studio::planner::{ShotRequest, plan_shot};

const PAIRS: usize = 6;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = models();
    let model = load_model(&store, "sketch", Dtype::F32, DeviceClass::Cpu)?;
    let card = store.find("sketch")?.card;
    let mut ratios = Vec::new();
    for pair in 0..PAIRS {
        let request = ShotRequest {
            prompt: "a red car drives from left to right through a desert".to_owned(),
            negative: String::new(),
            seed: pair as u64,
            seconds: 4.0,
            aspect: "16:9".to_owned(),
            steps: Some(10),
            guidance: None,
            first_frame: None,
            dtype: Dtype::F32,
            device: DeviceClass::Cpu,
            ..ShotRequest::default()
        };
        let plan = plan_shot(&request, &card)?;
        let mut ticks = [0, 0];
        // Which of both is first changes from pair to pair.
        for previews in [pair % 2 == 0, pair % 2 == 1] {
            let folder = tempfile::tempdir()?;
            let (pictures, project) = (Pictures::none(), folder.path());
            let begun = processor_ticks()?;
            let mut kept = Vec::new();
            let take = TakeRequest { plan: &plan, pictures: &pictures, project, previews, hold_at: None };
            generate_take(&model, &take, &CancelToken::default(), &mut |event| {
                if let ClipEvent::Preview(preview) = event {
                    kept.push(preview);
                }
            })?;
            assert_eq!(kept.is_empty(), !previews);
            ticks[usize::from(previews)] = processor_ticks()? - begun;
        }
        let [without, with] = ticks;
        #[allow(clippy::cast_precision_loss)]
        let ratio = with as f64 / without as f64;
        println!("pair {pair}: {with} ticks with previews, {without} without: {ratio:.3}");
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median {:.3}", (ratios[PAIRS / 2 - 1] + ratios[PAIRS / 2]) / 2.0);
    Ok(())
}

/// Processor time of this process in hundredths of a second.
fn processor_ticks() -> Result<u64, Box<dyn std::error::Error>> {
    let line = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = line.rsplit_once(')').ok_or("no name")?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
}
