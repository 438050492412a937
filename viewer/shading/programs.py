"""Shader programs: one fragment program for each way to shade, written into VTK's own.

Colours are made linear by squaring and leave by a square root: near enough to sRGB, and a third
of its price in software. Lights are fixed to the camera, as in a studio where the sitter turns.

What a vertex brings (see `attributes.py`):

- `seeA`, `seeB`, `seeC`: what it sees of its surroundings (`engine.geometry.visibility`);
- `grain`: how glossy, how wet and how thin the skin is there;
- `marks`: whether it is masked, whether its shape is inferred;
- `heat`: its value as a place on the colour map, and whether it has one.
"""

from __future__ import annotations

VERTEX_DECLARED = """
//VTK::Normal::Dec
#ifdef BARE
const vec3 seeA = vec3(1.0, 0.0, 0.0); const vec3 seeB = vec3(0.0); const vec3 seeC = vec3(0.0);
const vec3 grain = vec3(0.0); const vec2 marks = vec2(0.0); const vec2 heat = vec2(0.0);
#else
in vec3 seeA; in vec3 seeB; in vec3 seeC; in vec3 grain; in vec2 marks; in vec2 heat;
#endif
out vec4 openVSOutput; out vec3 grainVSOutput; out vec2 heatVSOutput;
out vec4 placeVSOutput;  // marks, and the place across the view: packed, for each costs
float openTo(vec3 d) {
  return dot(seeA, vec3(1.0, d.xy)) + dot(seeB, vec3(d.z, d.x * d.y, d.y * d.z))
    + dot(seeC, vec3(d.x * d.z, 3.0 * d.z * d.z - 1.0, d.x * d.x - d.y * d.y));
}
"""

VERTEX_DONE = """
  openVSOutput = vec4(openTo(KEY * normalMatrix), openTo(FILL * normalMatrix),
    openTo(RIM * normalMatrix), seeA.x);
  grainVSOutput = grain; heatVSOutput = heat;
  placeVSOutput = vec4(marks, gl_Position.xw);
//VTK::CustomEnd::Impl
"""

LIGHTS = """
const vec3 KEY = normalize(vec3(-0.62, 0.62, 0.62));
const vec3 FILL = normalize(vec3(0.90, 0.05, 0.62));
const vec3 RIM = normalize(vec3(0.58, 0.45, -0.90));
const vec3 CATCH = normalize(vec3(-0.42, 0.33, 0.84));
const vec3 KEY_LIGHT = vec3(2.02, 1.92, 1.80);
const vec3 FILL_LIGHT = vec3(0.44, 0.49, 0.56);
const vec3 RIM_LIGHT = vec3(0.95, 1.02, 1.12);
"""
"""Key: upper left, warm. Fill: right, cool. Rim: behind, above. In camera axes, linear."""

FRAGMENT_DECLARED = """
in vec4 openVSOutput; in vec3 grainVSOutput; in vec2 heatVSOutput; in vec4 placeVSOutput;
vec3 toLight(vec3 c) { return c * c; }
vec3 toScreen(vec3 c) {
  c = max(c, 0.0);
  vec3 high = max(c - 0.55, 0.0);
  return sqrt(min(c, 0.55) + high / (1.0 + 1.35 * high));
}
float fresnel(float cosine) { float m = 1.0 - cosine; float s = m * m; return s * s * m; }
float gleam(vec3 N, vec3 V, vec3 L, float rough, float base) {
  vec3 H = normalize(L + V);
  float nh = max(dot(N, H), 0.0); float lh = max(dot(L, H), 0.05);
  float a = rough * rough; float a2 = a * a;
  float d = nh * nh * (a2 - 1.0) + 1.0;
  float f = base + (1.0 - base) * fresnel(lh);
  return a2 / (d * d) * f * 0.25 / max(lh * lh, 0.1) * clamp(4.0 * dot(N, L), 0.0, 1.0);
}
vec3 sky(vec3 d) {
  vec3 upper = mix(vec3(0.30, 0.31, 0.33), vec3(0.46, 0.48, 0.52), clamp(d.y, 0.0, 1.0));
  return mix(vec3(0.20, 0.165, 0.145), upper, clamp(d.y * 0.9 + 0.5, 0.0, 1.0));
}
// Light that finds its way into a shadow through skin is red: powers 0.75, 1.05 and 1.2 or so.
vec3 reddened(float x) {
  return x * (vec3(1.26, 0.96, 0.85) + vec3(-0.26, 0.04, 0.15) * x);
}
float open(float seen) { return clamp(1.3 * seen - 0.15, 0.0, 1.0); }
"""

FRAGMENT_BEGUN = """
//VTK::UniformFlow::Impl
  if (wipe.y * (placeVSOutput.z / placeVSOutput.w * 0.5 + 0.5 - wipe.x) < 0.0) { discard; }
"""

PREPARED = """
  vec3 N = normalVCVSOutput;
  vec3 V = cameraParallel != 0 ? vec3(0.0, 0.0, 1.0) : normalize(-vertexVC.xyz);
  vec3 base = diffuseColor;
#ifdef HAS_IMAGE
  base *= texture(actortexture, tcoordVCVSOutput).rgb;
#endif
  vec3 shown = base;
"""

STUDIO = """
  vec3 albedo = toLight(base);
  float ao = clamp(openVSOutput.w, 0.0, 1.0);
  vec3 lit = KEY_LIGHT * max(dot(N, KEY), 0.0) * open(openVSOutput.x)
    + FILL_LIGHT * max(dot(N, FILL), 0.0) * open(openVSOutput.y)
    + RIM_LIGHT * max(dot(N, RIM), 0.0) * open(openVSOutput.z);
  vec3 color = albedo * (0.5 * lit + sky(N) * ao);
  color += gleam(N, V, KEY, 0.5, 0.04) * KEY_LIGHT * open(openVSOutput.x);
  shown = toScreen(color);
"""

_PORES = """
#if defined(HAS_PORES) && defined(FINE)
  vec3 dpx = dFdx(vertexVC.xyz); vec3 dpy = dFdy(vertexVC.xyz);
  vec2 dux = dFdx(tcoordVCVSOutput); vec2 duy = dFdy(tcoordVCVSOutput);
  vec3 along = dpx * duy.y - dpy * dux.y; vec3 upward = dpy * dux.x - dpx * duy.x;
  float size = max(max(dot(along, along), dot(upward, upward)), 1e-12);
  vec2 slope = texture(pores, tcoordVCVSOutput * 26.0).rg * 2.0 - 1.0;
  slope += 0.6 * (texture(pores, tcoordVCVSOutput * 9.0 + 0.37).rg * 2.0 - 1.0);
  float side = gl_FrontFacing ? 1.0 : -1.0;
  float turned = sign(dux.x * duy.y - dux.y * duy.x);
  vec3 bend = (along * slope.x + upward * slope.y) * inversesqrt(size);
  N = normalize(N + side * turned * 0.13 * bend);
#endif
"""

SKIN = (
    """
  float gloss = grainVSOutput.x; float wet = grainVSOutput.y; float thin = grainVSOutput.z;
  vec3 smoothN = N;
"""
    + _PORES
    + """
  vec3 albedo = toLight(base);
  albedo = mix(albedo, albedo * vec3(1.06, 0.72, 0.68), 0.75 * wet);
  float ao = clamp(openVSOutput.w, 0.0, 1.0);
  vec3 reach = vec3(0.40, 0.17, 0.11) + thin * vec3(0.25, 0.06, 0.03);
  vec3 key = clamp((vec3(dot(mix(smoothN, N, 0.6), KEY)) + reach) / (1.0 + reach), 0.0, 1.0);
  vec3 fill = clamp((vec3(dot(N, FILL)) + reach) / (1.0 + reach), 0.0, 1.0);
  vec3 rim = clamp((vec3(dot(N, RIM)) + 0.3 * reach) / (1.0 + 0.3 * reach), 0.0, 1.0);
  vec3 keyOpen = reddened(open(openVSOutput.x));
  vec3 fillOpen = reddened(open(openVSOutput.y));
  float rimOpen = open(openVSOutput.z);
  vec3 dim = reddened(ao);
  vec3 color = albedo * (0.5 * (KEY_LIGHT * key * key * keyOpen + FILL_LIGHT * fill * fillOpen
    + RIM_LIGHT * rim * rim * rimOpen) + sky(N) * dim);
  color += albedo * vec3(0.55, 0.10, 0.05) * thin * 0.16 * rimOpen;
  float facing = max(dot(N, V), 0.0);
  float bare = smoothstep(0.012, 0.05, dot(albedo, vec3(0.3, 0.6, 0.1)));  // not hair
  float rough = mix(mix(0.54, 0.40, gloss), 0.24, wet);
  vec3 shine = gleam(N, V, KEY, rough, 0.028) * KEY_LIGHT * keyOpen.g
    + gleam(N, V, FILL, rough, 0.028) * FILL_LIGHT * fillOpen.g;
  shine += 0.12 * gleam(N, V, RIM, 0.6, 0.028) * RIM_LIGHT * rimOpen;
#ifdef FINE
  shine += mix(0.08, 0.16, gloss) * gleam(N, V, KEY, 0.6 * rough, 0.028) * KEY_LIGHT * keyOpen.g;
#endif
  color += 0.8 * bare * shine;
  vec3 seen = sky(reflect(-V, N));
  color += seen * ao * (0.028 * bare + (0.20 + 0.4 * wet) * fresnel(facing));
  shown = toScreen(color);
"""
)

WET = """
  vec3 albedo = toLight(base);
  float ao = clamp(openVSOutput.w, 0.0, 1.0);
  float keyOpen = open(openVSOutput.x); float fillOpen = open(openVSOutput.y);
  vec3 reach = vec3(0.35, 0.25, 0.22);
  vec3 key = clamp((vec3(dot(N, KEY)) + reach) / (1.0 + reach), 0.0, 1.0);
  vec3 fill = clamp((vec3(dot(N, FILL)) + reach) / (1.0 + reach), 0.0, 1.0);
  vec3 dim = reddened(ao);
  vec3 color = albedo * (0.5 * (KEY_LIGHT * key * keyOpen + FILL_LIGHT * fill * fillOpen)
    + sky(N) * dim);
  color += gleam(N, V, KEY, 0.25, 0.04) * KEY_LIGHT * keyOpen * 0.7;
  color += gleam(N, V, FILL, 0.25, 0.04) * FILL_LIGHT * fillOpen * 0.7;
  shown = toScreen(color);
"""

EYE = """
  vec3 G = normalize(normalMatrix * gaze);
  vec3 X = normalize(normalMatrix * across);
  vec3 Y = cross(G, X);
  vec2 spot = (tcoordVCVSOutput - 0.5) / iris;
  float radius = length(spot);
  float dome = 1.0 - smoothstep(0.86, 1.10, radius);
  vec3 C = normalize(N + dome * 0.62 * (N - G * dot(N, G)));
  vec2 looked = spot;
  if (radius < 1.05) {
    vec3 bent = refract(-V, C, 1.0 / 1.336);
    float deep = 0.42 * max(1.0 - radius * radius, 0.0) + 0.02;
    looked += deep * vec2(dot(bent, X), dot(bent, Y)) / max(-dot(bent, G), 0.35);
    looked *= min(1.0, 1.0 / max(length(looked), 1e-4) * max(radius, 0.97));
  }
  base = texture(actortexture, 0.5 + looked * iris).rgb;
  vec3 albedo = toLight(base);
  float ao = clamp(openVSOutput.w, 0.0, 1.0);
  ao = mix(ao, ao * ao, 0.6);
  float keyOpen = open(openVSOutput.x); float fillOpen = open(openVSOutput.y);
  vec3 reach = vec3(0.45, 0.36, 0.34);
  vec3 key = clamp((vec3(dot(N, KEY)) + reach) / (1.0 + reach), 0.0, 1.0);
  vec3 fill = clamp((vec3(dot(N, FILL)) + reach) / (1.0 + reach), 0.0, 1.0);
  vec3 dim = reddened(ao);
  vec3 lit = 0.5 * (KEY_LIGHT * key * keyOpen + FILL_LIGHT * fill * fillOpen) + sky(N) * dim;
  float inIris = 1.0 - smoothstep(0.92, 1.02, radius);
  vec2 from = vec2(dot(KEY, X), dot(KEY, Y));
  float gathered = 1.0 + inIris * (0.05 - 0.5 * dot(looked, normalize(from + 1e-4)));
  vec3 color = albedo * lit * mix(0.84, gathered * 0.95, inIris);
  float lidShade = smoothstep(0.15, 0.75, openVSOutput.w);
  float sharp = mix(0.16, 0.075, dome);
  vec3 R = reflect(-V, C);
  vec3 aside = normalize(cross(vec3(0.0, 1.0, 0.0), CATCH));
  vec2 at = abs(vec2(dot(R, aside), dot(R, cross(CATCH, aside))));
  vec2 inside = 1.0 - smoothstep(0.15, 0.26, at);  // the lamp is a square softbox
  color += inside.x * inside.y * step(0.0, dot(R, CATCH)) * dome * 0.85 * lidShade;
  color += gleam(C, V, CATCH, sharp, 0.03) * KEY_LIGHT * 0.2 * lidShade;
  color += gleam(C, V, FILL, sharp, 0.03) * FILL_LIGHT * 0.4 * lidShade;
  color += sky(R) * (0.025 + 0.5 * fresnel(max(dot(C, V), 0.0))) * lidShade;
  shown = toScreen(color);
"""

MATCAP = """
  vec3 R = normalize(cross(vec3(0.0, 1.0, 0.0), V));
  vec3 U = cross(V, R);
  vec2 place = vec2(dot(R, N), dot(U, N)) * 0.485 + 0.5;
  float ao = clamp(openVSOutput.w, 0.0, 1.0);
  shown = texture(matcap, place).rgb * mix(1.0, sqrt(ao), depth);
"""

NORMALS = """
  shown = N * 0.5 + 0.5;
"""

UNLIT = ""

HEAT = """
  vec3 value = heatVSOutput.y > 0.99 ? texture(colors, vec2(heatVSOutput.x, 0.5)).rgb : base;
  float form = clamp(0.62 * max(dot(N, KEY), 0.0) * open(openVSOutput.x) + 0.3 * max(N.z, 0.0)
    + 0.25 * openVSOutput.w, 0.0, 1.0);
  shown = value * (0.62 + 0.42 * form);
"""

MARKED = """
  if (placeVSOutput.y > 0.003) {  // dots, which no skin has: a tint alone looks like a bruise
    vec2 cell = fract(mat2(1.0, 1.0, -1.0, 1.0) * gl_FragCoord.xy / hatch) - 0.5;
    float spot = 1.0 - smoothstep(0.035, 0.13, dot(cell, cell));
    float share = clamp(placeVSOutput.y, 0.0, 1.0) * mix(0.1, 0.5, spot);
    shown = mix(shown, vec3(0.25, 0.5, 1.0), share);
  }
  if (placeVSOutput.x > 0.003) {
    float stripe = fract((gl_FragCoord.x + gl_FragCoord.y) / hatch);
    float line = smoothstep(0.02, 0.14, stripe) - smoothstep(0.36, 0.48, stripe);
    float share = clamp(placeVSOutput.x, 0.0, 1.0);
    vec3 veil = mix(shown, maskColor, 0.34);
    shown = mix(shown, mix(veil, maskColor, 0.62 * line), share);
  }
  shown = mix(shown, tintColor, tintShare * 0.5) ;
  fragOutput0 = vec4(shown, opacity);
"""

RINGED = """
  float out2 = 4.0 * dot(gl_PointCoord - 0.5, gl_PointCoord - 0.5);
  fragOutput0.rgb = mix(fragOutput0.rgb, ringColor, smoothstep(0.36, 0.56, out2));
"""
