//! What looks different from one picture to the next, found in the triangles that egui made: only those places are drawn again. Where a
//! processor draws, a key or a moving preview would else cost as much as the whole window.

use egui::epaint::{ClippedPrimitive, Mesh, Primitive, Vertex};
use egui::{Color32, Rect, TextureId, pos2};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Places that are told apart at most: more of them cost more to set up than they save.
const PLACES: usize = 6;
/// Where more than this changed, nobody counts what is left.
const SINGLE: usize = 100;
/// From this part of the window on, all of it is drawn.
const MOST: f32 = 0.6;

/// What a picture was made of, to compare the next one with.
#[derive(Default)]
pub(super) struct Seen {
    triangles: Vec<ClippedPrimitive>,
    prints: Vec<u64>,
    /// Pixels a point, and the size in pixels.
    screen: (f32, [u32; 2]),
}

/// Where a picture differs from the one before.
#[derive(Debug, PartialEq)]
pub(super) enum Damage {
    /// Everywhere, or nearly.
    All,
    /// In these places, in points, which end on whole pixels; nowhere if there are none.
    Places(Vec<Rect>),
}

impl Seen {
    /// Takes in the next picture; `touched`: textures that have other pixels than they had.
    pub(super) fn next(
        &mut self,
        triangles: Vec<ClippedPrimitive>,
        screen: (f32, [u32; 2]),
        touched: &BTreeSet<TextureId>,
    ) -> Damage {
        let prints = triangles.iter().map(print).collect();
        let next = Self { triangles, prints, screen };
        let places = if next.screen == self.screen { self.places(&next, touched) } else { None };
        *self = next;
        let Some(places) = places.filter(|places| places.len() <= SINGLE) else { return Damage::All };
        let (scale, [width, height]) = self.screen;
        #[allow(clippy::cast_precision_loss)]
        let whole = Rect::from_min_size(pos2(0.0, 0.0), egui::vec2(width as f32, height as f32) / scale);
        let places = places.into_iter().map(|place| on_pixels(place, scale).intersect(whole));
        let places = joined(places.filter(Rect::is_positive).collect());
        if places.iter().map(Rect::area).sum::<f32>() > MOST * whole.area() {
            return Damage::All;
        }
        Damage::Places(places)
    }

    /// The picture, of which only `places` are to be drawn: on black, as a whole picture is.
    pub(super) fn within(&self, places: &[Rect]) -> Vec<ClippedPrimitive> {
        let mut list = Vec::new();
        for place in places {
            let mut ground = Mesh::default();
            ground.add_colored_rect(*place, Color32::BLACK);
            list.push(ClippedPrimitive { clip_rect: *place, primitive: Primitive::Mesh(ground) });
            for one in &self.triangles {
                let clip_rect = one.clip_rect.intersect(*place);
                if clip_rect.is_positive() && bounds(one).intersects(*place) {
                    list.push(ClippedPrimitive { clip_rect, primitive: one.primitive.clone() });
                }
            }
        }
        list
    }

    /// The whole picture.
    pub(super) fn whole(&self) -> &[ClippedPrimitive] {
        &self.triangles
    }

    /// `None` if what stayed changed its order: then what covers what may be another.
    fn places(&self, next: &Self, touched: &BTreeSet<TextureId>) -> Option<Vec<Rect>> {
        let mut left: HashMap<u64, VecDeque<usize>> = HashMap::new();
        for (index, print) in self.prints.iter().enumerate() {
            left.entry(*print).or_default().push_back(index);
        }
        let (mut places, mut came, mut last) = (Vec::new(), Vec::new(), None);
        for (one, print) in next.triangles.iter().zip(&next.prints) {
            let Some(index) = left.get_mut(print).and_then(VecDeque::pop_front) else {
                came.push(one);
                continue;
            };
            if last.is_some_and(|last| index < last) {
                return None;
            }
            last = Some(index);
            if touched.contains(&texture(one)) {
                places.push(bounds(one));
            }
        }
        let mut went: Vec<usize> = left.into_values().flatten().collect();
        went.sort_unstable();
        let mut went: Vec<&ClippedPrimitive> = went.into_iter().map(|index| &self.triangles[index]).collect();
        for one in came {
            // What was there in its place before: of many triangles mostly a few differ.
            let before = went.iter().position(|old| old.clip_rect == one.clip_rect && texture(old) == texture(one));
            match before.map(|index| went.remove(index)) {
                Some(old) if !touched.contains(&texture(one)) => places.extend(difference(old, one)),
                Some(old) => places.extend([bounds(old), bounds(one)]),
                None => places.push(bounds(one)),
            }
        }
        places.extend(went.into_iter().map(bounds));
        Some(places)
    }
}

fn texture(one: &ClippedPrimitive) -> TextureId {
    match &one.primitive {
        Primitive::Mesh(mesh) => mesh.texture_id,
        Primitive::Callback(_) => TextureId::default(),
    }
}

fn print(one: &ClippedPrimitive) -> u64 {
    let mut hasher = DefaultHasher::new();
    let corners = [one.clip_rect.min.x, one.clip_rect.min.y, one.clip_rect.max.x, one.clip_rect.max.y];
    corners.map(f32::to_bits).hash(&mut hasher);
    match &one.primitive {
        Primitive::Mesh(mesh) => {
            mesh.texture_id.hash(&mut hasher);
            mesh.indices.hash(&mut hasher);
            for Vertex { pos, uv, color } in &mesh.vertices {
                ([pos.x, pos.y, uv.x, uv.y].map(f32::to_bits), color.to_array()).hash(&mut hasher);
            }
        }
        // Nobody knows what a callback draws.
        Primitive::Callback(callback) => std::sync::Arc::as_ptr(&callback.callback).hash(&mut hasher),
    }
    hasher.finish()
}

fn bounds(one: &ClippedPrimitive) -> Rect {
    match &one.primitive {
        Primitive::Mesh(mesh) => mesh.calc_bounds().intersect(one.clip_rect),
        Primitive::Callback(callback) => callback.rect.intersect(one.clip_rect),
    }
}

/// Around the triangles that differ: those between the first that differ and the last.
fn difference(old: &ClippedPrimitive, new: &ClippedPrimitive) -> Vec<Rect> {
    let (Primitive::Mesh(before), Primitive::Mesh(after)) = (&old.primitive, &new.primitive) else {
        return vec![bounds(old), bounds(new)];
    };
    let (before, after) = (corners(before), corners(after));
    let same = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let rest = before.len().min(after.len()) - same;
    let alike = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let around = |list: &[[Vertex; 3]]| {
        let mut around = Rect::NOTHING;
        list[same..list.len() - alike].iter().flatten().for_each(|corner| around.extend_with(corner.pos));
        around.intersect(new.clip_rect)
    };
    vec![around(&before), around(&after)]
}

fn corners(mesh: &Mesh) -> Vec<[Vertex; 3]> {
    let corner = |index: u32| mesh.vertices.get(index as usize).copied().unwrap_or_default();
    mesh.indices.as_chunks::<3>().0.iter().map(|triangle| triangle.map(corner)).collect()
}

/// A pixel more on every side: a triangle touches the pixels that its edges cross.
fn on_pixels(place: Rect, scale: f32) -> Rect {
    if !place.is_positive() {
        return Rect::NOTHING;
    }
    let low = (place.min.to_vec2() * scale).floor() - egui::Vec2::splat(1.0);
    let high = (place.max.to_vec2() * scale).ceil() + egui::Vec2::splat(1.0);
    Rect::from_min_max((low / scale).to_pos2(), (high / scale).to_pos2())
}

/// The same places without overlaps, and few.
fn joined(mut places: Vec<Rect>) -> Vec<Rect> {
    while let Some((a, b)) = overlap(&places).or_else(|| cheapest(&places).filter(|_| places.len() > PLACES)) {
        let other = places.remove(b);
        places[a] = places[a].union(other);
    }
    places
}

fn overlap(places: &[Rect]) -> Option<(usize, usize)> {
    pairs(places).find(|(a, b)| places[*a].intersect(places[*b]).is_positive())
}

/// The pair that wastes least when it becomes one.
fn cheapest(places: &[Rect]) -> Option<(usize, usize)> {
    let waste = |(a, b): &(usize, usize)| {
        let (a, b) = (places[*a], places[*b]);
        a.union(b).area() - a.area() - b.area()
    };
    pairs(places).min_by(|a, b| waste(a).total_cmp(&waste(b)))
}

fn pairs(places: &[Rect]) -> impl Iterator<Item = (usize, usize)> {
    let count = places.len();
    (0..count).flat_map(move |a| (a + 1..count).map(move |b| (a, b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: (f32, [u32; 2]) = (1.0, [400, 200]);
    const ALL: Rect = Rect { min: pos2(0.0, 0.0), max: pos2(400.0, 200.0) };

    fn rect(x: f32, y: f32, width: f32, height: f32) -> Rect {
        Rect::from_min_size(pos2(x, y), egui::vec2(width, height))
    }

    /// Rectangles of one colour in one mesh.
    fn mesh(texture: u64, rects: &[(Rect, Color32)]) -> ClippedPrimitive {
        let mut mesh = Mesh::with_texture(TextureId::User(texture));
        rects.iter().for_each(|(rect, color)| mesh.add_colored_rect(*rect, *color));
        ClippedPrimitive { clip_rect: ALL, primitive: Primitive::Mesh(mesh) }
    }

    fn change(old: &[ClippedPrimitive], new: &[ClippedPrimitive], touched: &[u64]) -> Damage {
        let mut seen = Seen::default();
        assert_eq!(seen.next(old.to_vec(), SCREEN, &BTreeSet::new()), Damage::All);
        let touched = touched.iter().map(|texture| TextureId::User(*texture)).collect();
        seen.next(new.to_vec(), SCREEN, &touched)
    }

    #[test]
    fn only_what_changed_is_drawn_again() {
        let (red, blue) = (Color32::RED, Color32::BLUE);
        let ground = mesh(0, &[(rect(0.0, 0.0, 400.0, 200.0), red)]);
        let words = |color| mesh(1, &[(rect(10.0, 10.0, 20.0, 10.0), red), (rect(100.0, 50.0, 20.0, 10.0), color)]);
        let picture = mesh(2, &[(rect(300.0, 100.0, 50.0, 30.0), red)]);
        let old = [ground.clone(), words(red), picture.clone()];
        assert_eq!(change(&old, &old, &[]), Damage::Places(Vec::new()));
        let words_only = change(&old, &[ground.clone(), words(blue), picture.clone()], &[]);
        assert_eq!(words_only, Damage::Places(vec![rect(99.0, 49.0, 22.0, 12.0)]));
        let moving = change(&old, &old, &[2]);
        assert_eq!(moving, Damage::Places(vec![rect(299.0, 99.0, 52.0, 32.0)]));
        let gone = change(&old, &[ground.clone(), words(red)], &[]);
        assert_eq!(gone, Damage::Places(vec![rect(299.0, 99.0, 52.0, 32.0)]));
        assert_eq!(change(&old, &old, &[0]), Damage::All);
        assert_eq!(change(&old, &[ground, picture, words(red)], &[]), Damage::All, "another order");
    }

    #[test]
    fn a_word_that_comes_first_moves_the_others_and_all_of_them_are_drawn_again() {
        let words = |first: f32, count: usize| {
            let list: Vec<_> =
                (0..count).map(|n| (rect(first + 20.0 * n as f32, 10.0, 18.0, 10.0), Color32::RED)).collect();
            mesh(1, &list)
        };
        let Damage::Places(places) = change(&[words(30.0, 2)], &[words(10.0, 3)], &[]) else { panic!("a part") };
        assert_eq!(places, [rect(9.0, 9.0, 20.0, 12.0)], "the second and the third word are where they were");
        let Damage::Places(places) = change(&[words(30.0, 2)], &[words(35.0, 2)], &[]) else { panic!("a part") };
        assert_eq!(places, [rect(29.0, 9.0, 45.0, 12.0)]);
    }

    #[test]
    fn places_that_overlap_become_one_and_there_are_few() {
        let many: Vec<_> = (0..40).map(|n| rect(n as f32 * 10.0, (n % 7) as f32 * 20.0, 4.0, 4.0)).collect();
        let few = joined(many.clone());
        assert!(few.len() <= PLACES);
        assert_eq!(overlap(&few), None);
        assert!(many.iter().all(|one| few.iter().any(|place| place.contains_rect(*one))));
    }

    #[test]
    fn a_place_is_drawn_with_all_that_lies_there() {
        let ground = mesh(0, &[(rect(0.0, 0.0, 400.0, 200.0), Color32::RED)]);
        let far = mesh(2, &[(rect(300.0, 100.0, 50.0, 30.0), Color32::RED)]);
        let mut seen = Seen::default();
        let _all = seen.next(vec![ground, far], SCREEN, &BTreeSet::new());
        let place = rect(10.0, 10.0, 5.0, 5.0);
        let drawn = seen.within(&[place]);
        let textures: Vec<_> = drawn.iter().map(texture).collect();
        assert_eq!(textures, [TextureId::default(), TextureId::User(0)]);
        assert!(drawn.iter().all(|one| one.clip_rect == place));
    }
}
