use super::*;
use kinora_project::MediaId;

fn queue() -> (tempfile::TempDir, Queue) {
    let folder = tempfile::tempdir().unwrap();
    let queue = Queue::open(folder.path()).unwrap();
    (folder, queue)
}

fn proxy(media: u64) -> NewJob {
    Work::Proxy(MediaId(media)).into()
}

fn done() -> Outcome {
    Outcome::Done { took: Duration::from_secs(2) }
}

/// Begins and ends everything whose turn comes; the numbers of the media, in order.
fn order(queue: &mut Queue, now: u64) -> Vec<u64> {
    let mut order = Vec::new();
    while let Some(job) = queue.begin(Lane::Media, now).unwrap() {
        let Work::Proxy(media) = job.work else { panic!("another job") };
        order.push(media.0);
        queue.end(job.id, &done()).unwrap();
    }
    order
}

#[test]
fn jobs_are_done_by_priority_then_by_place() {
    let (_folder, mut queue) = queue();
    let ids: Vec<_> = (0..5).map(|media| queue.add(&proxy(media)).unwrap()).collect();
    queue.set_priority(ids[3], 5).unwrap();
    queue.put_before(ids[4], Some(ids[1])).unwrap();
    queue.put_before(ids[0], None).unwrap();
    assert_eq!(order(&mut queue, 0), [3, 4, 1, 2, 0]);
    assert_eq!(queue.begin(Lane::Media, 0).unwrap(), None);
}

#[test]
fn many_jobs_can_be_put_before_the_same_one() {
    let (_folder, mut queue) = queue();
    let first = queue.add(&proxy(0)).unwrap();
    for media in 1..200 {
        let id = queue.add(&proxy(media)).unwrap();
        queue.put_before(id, Some(first)).unwrap();
    }
    let mut expected: Vec<u64> = (1..200).collect();
    expected.push(0);
    let order = order(&mut queue, 0);
    assert_eq!(order, expected);
}

#[test]
fn a_job_waits_for_its_dependencies_and_its_time() {
    let (_folder, mut queue) = queue();
    let first = queue.add(&proxy(0)).unwrap();
    queue.add(&NewJob { after: vec![first], priority: 9, ..proxy(1) }).unwrap();
    queue.add(&NewJob { not_before: Some(100), ..proxy(2) }).unwrap();
    assert_eq!(order(&mut queue, 99), [0, 1]);
    assert_eq!(order(&mut queue, 100), [2]);
    let nobody = queue.add(&NewJob { after: vec![JobId(77)], ..proxy(3) });
    assert!(matches!(nobody, Err(QueueError::NoSuchDependency(JobId(77)))));
}

#[test]
fn a_job_that_failed_holds_up_what_waits_for_it_until_it_is_tried_again() {
    let (_folder, mut queue) = queue();
    let first = queue.add(&proxy(0)).unwrap();
    queue.add(&NewJob { after: vec![first], ..proxy(1) }).unwrap();
    queue.begin(Lane::Media, 0).unwrap();
    queue.end(first, &Outcome::Failed("no disk".to_owned())).unwrap();
    assert_eq!(queue.job(first).unwrap().reason.as_deref(), Some("no disk"));
    assert_eq!(queue.begin(Lane::Media, 0).unwrap(), None);
    queue.retry(first).unwrap();
    assert_eq!(order(&mut queue, 0), [0, 1]);
    assert_eq!(queue.job(first).unwrap().attempts, 2);
}

#[test]
fn what_a_job_may_become_depends_on_where_it_stands() {
    let (_folder, mut queue) = queue();
    let id = queue.add(&proxy(0)).unwrap();
    queue.pause(id).unwrap();
    assert_eq!(queue.begin(Lane::Media, 0).unwrap(), None);
    queue.resume(id).unwrap();
    assert_eq!(queue.resume(id).unwrap_err().to_string(), "job 1 is waiting, so it can't be resumed");
    queue.begin(Lane::Media, 0).unwrap();
    queue.pause(id).unwrap();
    queue.end(id, &Outcome::Stopped).unwrap();
    assert_eq!(queue.job(id).unwrap().state, State::Paused, "a stop does not end a pause");
    queue.cancel(id).unwrap();
    queue.end(id, &Outcome::Failed("stopped".to_owned())).unwrap();
    assert_eq!(queue.job(id).unwrap().state, State::Cancelled);
    queue.retry(id).unwrap();
    assert_eq!(order(&mut queue, 0), [0]);
    assert!(queue.cancel(id).is_err() && queue.pause(id).is_err() && queue.retry(id).is_err());
    assert!(matches!(queue.pause(JobId(9)), Err(QueueError::NoJob(JobId(9)))));
}

#[test]
fn after_a_crash_no_job_is_lost_and_none_is_done_twice() {
    let (folder, mut queue) = queue();
    let ids: Vec<_> = (0..3).map(|media| queue.add(&proxy(media)).unwrap()).collect();
    queue.begin(Lane::Media, 0).unwrap();
    queue.end(ids[0], &done()).unwrap();
    queue.begin(Lane::Media, 0).unwrap();
    // The process ends here: the second job's result had reached the project, its end had not reached the queue.
    drop(queue);
    let mut queue = Queue::open(folder.path()).unwrap();
    assert_eq!(queue.settle(|job| job.id == ids[1]).unwrap(), [ids[1]]);
    assert_eq!(order(&mut queue, 0), [2]);
    assert!(queue.jobs().unwrap().iter().all(|job| job.state == State::Done));
    drop(queue);
    let mut queue = Queue::open(folder.path()).unwrap();
    assert_eq!(queue.add(&proxy(9)).unwrap(), JobId(4), "numbers are not used twice");
    for (last, next) in [(7, 8), (2, 9)] {
        queue.number_after(JobId(last)).unwrap();
        assert_eq!(queue.add(&proxy(9)).unwrap(), JobId(next));
    }
}

#[test]
fn two_that_begin_at_once_get_different_jobs() {
    let (folder, mut queue) = queue();
    for media in 0..40 {
        queue.add(&proxy(media)).unwrap();
    }
    let taken: Vec<Vec<u64>> = std::thread::scope(|scope| {
        let worker = || {
            // A second connection, without the recovery that opening would do.
            let database = Connection::open(folder.path().join("queue.sqlite")).unwrap();
            database.busy_timeout(Duration::from_secs(20)).unwrap();
            let mut queue = Queue { database, path: PathBuf::new() };
            order(&mut queue, 0)
        };
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let mut all: Vec<u64> = taken.concat();
    all.sort_unstable();
    assert_eq!(all, (0..40).collect::<Vec<_>>());
}

#[test]
fn what_jobs_took_is_remembered_for_the_next() {
    let (_folder, mut queue) = queue();
    let work = Work::Proxy(MediaId(1));
    assert_eq!(queue.estimate(&work).unwrap().left(0.0, Duration::ZERO), None);
    for media in 0..30 {
        queue.add(&proxy(media)).unwrap();
    }
    order(&mut queue, 0);
    let left = queue.estimate(&work).unwrap().left(0.0, Duration::ZERO).unwrap();
    assert!(left.least <= Duration::from_secs(2) && left.most >= Duration::from_secs(2));
}

#[test]
fn a_damaged_file_is_an_error_that_says_where() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("queue.sqlite"), b"this is no database, and long enough to be read as one")
        .unwrap();
    let error = Queue::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("queue.sqlite"), "{error}");
}

fn plan() -> Arc<GenerationPlan> {
    use kinora_plan::*;
    Arc::new(GenerationPlan {
        schema: SCHEMA,
        model: ModelRef { id: "test".to_owned(), sha256: Digest::of(b"") },
        width: 96,
        height: 56,
        frames: 25,
        rate: kinora_time::FrameRate::FPS_12,
        prompts: vec![PromptSpan { start: 0, end: 25, prompt: "a car".into(), negative: "".into() }],
        opening: None,
        known: Vec::new(),
        references: Vec::new(),
        seed: 7,
        sampler: Sampler::Euler,
        steps: 10,
        shift: 2.0,
        guidance: Guidance { scale: 2.5, sigma_from: 1.0, sigma_to: 0.0 },
        windows: Windows { frames: 61, overlap: 9 },
        adapters: Vec::new(),
        dtype: Dtype::F32,
        device: DeviceClass::Cpu,
    })
}

#[test]
fn a_take_that_is_auditioned_is_held_until_it_is_wanted() {
    let (_folder, mut queue) = queue();
    let plan = plan();
    let held = Work::Generate { shot: ShotId(3), plan: plan.clone(), hold_at: Some(0.3) };
    assert!(held.amount() < Work::generate(ShotId(3), plan.clone()).amount() * 0.31);
    let job = queue.add(&held.into()).unwrap();
    queue.begin(Lane::Generate, 0).unwrap().unwrap();
    queue.end(job, &Outcome::Held).unwrap();
    assert_eq!(queue.job(job).unwrap().state, State::Paused);
    assert_eq!(queue.paused_takes().unwrap(), [(job, plan.clone())]);
    assert!(queue.begin(Lane::Generate, 0).unwrap().is_none());
    queue.resume(job).unwrap();
    let wanted = queue.begin(Lane::Generate, 0).unwrap().unwrap();
    assert_eq!(wanted.work, Work::generate(ShotId(3), plan.clone()), "now it goes on to its end");
    assert_eq!(queue.plans_of(ShotId(3)).unwrap(), [plan]);
    assert!(queue.plans_of(ShotId(4)).unwrap().is_empty());
}
