// Everything between is linear light with premultiplied alpha.

struct Quad {
    // From the picture's own square (0 to 1) to clip space: x' = a.x·u + a.y·v + a.z, y' = b.x·u + b.y·v + b.z.
    a: vec4f,
    b: vec4f,
    // The part of the picture that is seen: left, top, width, height.
    part: vec4f,
    // Opacity; texels a pixel of the frame; pixels of the frame that the part is wide and high.
    look: vec4f,
    // Where in the frame it is seen, in parts of its width: from, to. The frame's size in pixels.
    window: vec4f,
}

@group(0) @binding(0) var<uniform> quad: Quad;
@group(1) @binding(0) var picture: texture_2d<f32>;
@group(1) @binding(1) var smooth_sampler: sampler;

struct Corner {
    @builtin(position) position: vec4f,
    // Within the part that is seen, 0 to 1.
    @location(0) inside: vec2f,
}

// A corner of a square that is one pixel larger on each side, so that edges between pixels are smooth.
@vertex
fn place(@builtin(vertex_index) index: u32) -> Corner {
    let corner = vec2f(f32(index & 1u), f32(index >> 1u));
    let margin = 1.0 / max(quad.look.zw, vec2f(1.0));
    let inside = corner * (1.0 + 2.0 * margin) - margin;
    var out: Corner;
    out.position = vec4f(
        quad.a.x * inside.x + quad.a.y * inside.y + quad.a.z,
        quad.b.x * inside.x + quad.b.y * inside.y + quad.b.z,
        0.0,
        1.0,
    );
    out.inside = inside;
    return out;
}

// Catmull and Rom, "A class of local interpolating splines", 1974: at a texel's middle it gives that texel.
fn spline(t: f32) -> vec4f {
    let t2 = t * t;
    let t3 = t2 * t;
    return vec4f(
        -0.5 * t3 + t2 - 0.5 * t,
        1.5 * t3 - 2.5 * t2 + 1.0,
        -1.5 * t3 + 2.0 * t2 + 0.5 * t,
        0.5 * t3 - 0.5 * t2,
    );
}

fn enlarged(uv: vec2f) -> vec4f {
    let size = vec2f(textureDimensions(picture));
    let at = uv * size - 0.5;
    let first = floor(at);
    let t = at - first;
    let last = vec2i(size) - 1;
    if all(abs(t) < vec2f(1e-3)) {
        return textureLoad(picture, clamp(vec2i(first), vec2i(0), last), 0);
    }
    let across = spline(t.x);
    let down = spline(t.y);
    var sum = vec4f(0.0);
    for (var y = 0; y < 4; y++) {
        var row = vec4f(0.0);
        for (var x = 0; x < 4; x++) {
            let texel = clamp(vec2i(first) + vec2i(x - 1, y - 1), vec2i(0), last);
            row += across[x] * textureLoad(picture, texel, 0);
        }
        sum += down[y] * row;
    }
    let alpha = clamp(sum.a, 0.0, 1.0);
    return vec4f(max(sum.rgb, vec3f(0.0)), alpha);
}

@fragment
fn draw(in: Corner) -> @location(0) vec4f {
    let uv = quad.part.xy + clamp(in.inside, vec2f(0.0), vec2f(1.0)) * quad.part.zw;
    let texels = quad.look.y;
    var colour: vec4f;
    if texels > 1.001 {
        colour = textureSampleLevel(picture, smooth_sampler, uv, log2(texels));
    } else {
        colour = enlarged(uv);
    }
    // How much of the pixel the part covers.
    let edge = min(in.inside, 1.0 - in.inside) * quad.look.zw;
    let covered = clamp(edge + 0.5, vec2f(0.0), vec2f(1.0));
    let x = in.position.x / quad.window.z;
    let seen = f32(x >= quad.window.x && x < quad.window.y);
    return colour * (covered.x * covered.y * quad.look.x * seen);
}

struct Whole {
    @builtin(position) position: vec4f,
    @location(0) uv: vec2f,
}

// A triangle that covers everything.
@vertex
fn whole(@builtin(vertex_index) index: u32) -> Whole {
    let corner = vec2f(f32(index & 1u), f32(index >> 1u)) * 2.0;
    var out: Whole;
    out.position = vec4f(corner.x * 2.0 - 1.0, 1.0 - corner.y * 2.0, 0.0, 1.0);
    out.uv = corner;
    return out;
}

// Straight sRGB, which the texture turns into linear light, becomes premultiplied.
@fragment
fn premultiply(in: Whole) -> @location(0) vec4f {
    let colour = textureLoad(picture, vec2i(in.position.xy), 0);
    return vec4f(colour.rgb * colour.a, colour.a);
}

// The mean of four texels of the level above.
@fragment
fn halve(in: Whole) -> @location(0) vec4f {
    return textureSampleLevel(picture, smooth_sampler, in.uv, 0.0);
}

// Texel by texel.
@fragment
fn copy(in: Whole) -> @location(0) vec4f {
    return textureLoad(picture, vec2i(in.position.xy), 0);
}

// IEC 61966-2-1. In the shader, because graphics cards round differently.
@fragment
fn encode(in: Whole) -> @location(0) vec4f {
    let linear = clamp(textureLoad(picture, vec2i(in.position.xy), 0).rgb, vec3f(0.0), vec3f(1.0));
    let low = linear * 12.92;
    let high = 1.055 * pow(linear, vec3f(1.0 / 2.4)) - 0.055;
    return vec4f(select(high, low, linear <= vec3f(0.0031308)), 1.0);
}
