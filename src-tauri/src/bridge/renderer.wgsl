// egui's triangles. Colours are premultiplied and blended in their own encoding, as egui wants it.

struct Screen {
    // In points.
    size: vec2f,
}

@group(0) @binding(0) var<uniform> screen: Screen;
@group(1) @binding(0) var picture: texture_2d<f32>;
@group(1) @binding(1) var filtering: sampler;

struct Corner {
    @builtin(position) position: vec4f,
    @location(0) place: vec2f,
    @location(1) colour: vec4f,
}

@vertex
fn corner(@location(0) at: vec2f, @location(1) place: vec2f, @location(2) colour: vec4f) -> Corner {
    let across = 2.0 * at / screen.size - 1.0;
    return Corner(vec4f(across.x, -across.y, 0.0, 1.0), place, colour);
}

@fragment
fn encoded(corner: Corner) -> @location(0) vec4f {
    return corner.colour * textureSample(picture, filtering, corner.place);
}

// For a surface that encodes by itself: the sRGB curve of IEC 61966-2-1, backwards.
@fragment
fn linear(corner: Corner) -> @location(0) vec4f {
    let colour = corner.colour * textureSample(picture, filtering, corner.place);
    let dark = colour.rgb / 12.92;
    let light = pow((colour.rgb + 0.055) / 1.055, vec3f(2.4));
    return vec4f(select(light, dark, colour.rgb <= vec3f(0.04045)), colour.a);
}
