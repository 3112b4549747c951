/**
 * The look: flat, lit softly from the upper left, with crisp outlines; colours are written as they
 * are seen (sRGB), so a scene looks in the page as in its preview.
 */

import {
  BackSide,
  type BufferGeometry,
  Color,
  CustomBlending,
  DoubleSide,
  Float32BufferAttribute,
  OneFactor,
  OneMinusSrcAlphaFactor,
  ShaderMaterial,
  SrcAlphaFactor,
  Vector2,
} from "three";
import { PARTS, type Parts } from "./batch";

/** What all materials of a stage share; changing a value changes all of them. */
export interface Look {
  readonly ink: { value: Color };
  readonly paper: { value: Color };
  readonly viewport: { value: Vector2 };
  /** Metres between the strokes of hatching. */
  readonly hatch: { value: number };
  /** How far what moves is drawn before what stands still, in depths of the view. */
  readonly lift: { value: number };
  /** Width of an outline in device pixels. */
  readonly line: { value: number };
}

export function newLook(): Look {
  return {
    ink: { value: new Color() },
    paper: { value: new Color() },
    viewport: { value: new Vector2(1, 1) },
    hatch: { value: 0.05 },
    lift: { value: 0 },
    line: { value: 2 },
  };
}

const NO_LIFT = { value: 0 };

const LIGHT = /* glsl */ `
float lit(vec3 normal) {
  float sun = dot(normalize(normal), normalize(vec3(-0.35, -0.75, 0.65)));
  return 0.80 + 0.22 * clamp(0.35 + 0.65 * sun, 0.0, 1.0);
}
`;

/**
 * Solids: one colour each; round ones have a spoke, so that turning shows; still ones are hatched;
 * boxes have their edges drawn on them, which tells two that touch from one.
 */
export function solidMaterial(
  look: Look,
  parts: Parts,
  kind: "plain" | "box" | "round" | "still",
  moves = false,
): ShaderMaterial {
  return new ShaderMaterial({
    uniforms: {
      uInk: look.ink,
      uPaper: look.paper,
      uHatch: look.hatch,
      uLine: look.line,
      uLift: moves ? look.lift : NO_LIFT,
      uParts: parts.uniform,
    },
    defines: { [kind.toUpperCase()]: "" },
    vertexShader: /* glsl */ `
      uniform float uLift;
      varying vec3 vNormal;
      varying vec3 vColor;
      varying vec3 vLocal;
      varying vec3 vWorld;
      varying vec3 vFace;
      ${PARTS}
      ${LIGHT}
      void main() {
        mat4 place = modelMatrix * placeOf();
        // Scales differ by axis: divide by their squares to keep normals upright.
        vec3 square = vec3(dot(place[0], place[0]), dot(place[1], place[1]), dot(place[2], place[2]));
        vNormal = mat3(place) * (normal / max(square, vec3(1e-20)));
        vLocal = position;
        vFace = abs(normal);
        vColor = partOf(3).rgb;
        vec4 world = place * vec4(position, 1.0);
        vWorld = world.xyz;
        gl_Position = projectionMatrix * viewMatrix * world;
        gl_Position.z -= uLift * gl_Position.w;
        #if defined(PLAIN) || defined(BOX)
          // Faces are flat or finely cut: the light is worked out for corners, not for pixels.
          vColor *= lit(vNormal);
        #endif
      }
    `,
    fragmentShader: /* glsl */ `
      uniform vec3 uInk;
      uniform vec3 uPaper;
      uniform float uHatch;
      uniform float uLine;
      varying vec3 vNormal;
      varying vec3 vColor;
      varying vec3 vLocal;
      varying vec3 vWorld;
      varying vec3 vFace;
      ${LIGHT}
      void main() {
        vec3 color = vColor;
        #if !defined(PLAIN) && !defined(BOX)
          color *= lit(vNormal);
        #endif
        #ifdef BOX
          // Pixels to each edge of the face; of a small box the edges take no more than a third.
          vec3 pixels = 1.0 / (fwidth(vLocal) + 1e-6);
          vec3 away = (1.0 - abs(vLocal)) * pixels + 1e6 * vFace;
          vec3 half3 = pixels + 1e6 * vFace;
          float line = min(uLine, 0.3 * min(half3.x, min(half3.y, half3.z)));
          float inside = smoothstep(line - 0.5, line + 0.5, min(away.x, min(away.y, away.z)));
          color = mix(mix(vColor, uInk, 0.62), color, inside);
        #endif
        #ifdef ROUND
          // Local shapes are of radius 1; the spoke lies along x, the middle is a dot.
          float soft = fwidth(vLocal.z) + 1e-5;
          float spoke = 1.0 - smoothstep(0.045, 0.045 + soft, abs(vLocal.z));
          spoke *= 1.0 - smoothstep(0.72, 0.72 + soft, abs(vLocal.x));
          float r = length(vLocal.xz);
          float hub = 1.0 - smoothstep(0.11, 0.11 + soft, r);
          color = mix(color, mix(vColor, uInk, 0.72), max(spoke, hub) * step(0.05, abs(vLocal.y)));
        #endif
        #ifdef STILL
          color = mix(uPaper, color, 0.55);
          if (abs(normalize(vNormal).y) > 0.7) {
            float stroke = (vWorld.x + vWorld.z) / uHatch;
            float soft = fwidth(stroke) + 1e-5;
            float edge = abs(fract(stroke) - 0.5);
            float line = 1.0 - smoothstep(0.045, 0.045 + soft, edge);
            color = mix(color, mix(vColor, uInk, 0.6), 0.55 * line * clamp(0.5 / soft, 0.0, 1.0));
          }
        #endif
        gl_FragColor = vec4(color, 1.0);
      }
    `,
  });
}

/** Outlines: the back of each solid, pushed outward by a width in pixels. */
export function outlineMaterial(look: Look, parts: Parts, moves = false): ShaderMaterial {
  return new ShaderMaterial({
    side: BackSide,
    uniforms: {
      uInk: look.ink,
      uViewport: look.viewport,
      uLine: look.line,
      uLift: moves ? look.lift : NO_LIFT,
      uParts: parts.uniform,
    },
    vertexShader: /* glsl */ `
      attribute vec3 outward;
      uniform float uLift;
      uniform vec2 uViewport;
      uniform float uLine;
      varying vec3 vColor;
      ${PARTS}
      void main() {
        mat4 place = modelMatrix * placeOf();
        vec3 square = vec3(dot(place[0], place[0]), dot(place[1], place[1]), dot(place[2], place[2]));
        vec3 out3 = mat3(viewMatrix) * mat3(place) * (outward / max(sqrt(square), vec3(1e-10)));
        gl_Position = projectionMatrix * viewMatrix * place * vec4(position, 1.0);
        float size = length(out3.xy);
        if (size > 1e-4) gl_Position.xy += out3.xy / size * uLine * 2.0 / uViewport * gl_Position.w;
        gl_Position.z -= uLift * gl_Position.w;
        vColor = partOf(3).rgb;
      }
    `,
    fragmentShader: /* glsl */ `
      uniform vec3 uInk;
      varying vec3 vColor;
      void main() {
        gl_FragColor = vec4(mix(vColor, uInk, 0.62), 1.0);
      }
    `,
  });
}

/** Where outlines are pushed to: corners outward along the mean of the faces that meet there. */
export function addOutward(geometry: BufferGeometry, corners = false): BufferGeometry {
  const position = geometry.getAttribute("position");
  const normal = geometry.getAttribute("normal");
  const sums = new Map<string, [number, number, number]>();
  const key = (i: number) =>
    [position.getX(i), position.getY(i), position.getZ(i)].map((v) => Math.round(v * 1e5)).join();
  for (let i = 0; i < position.count; i++) {
    const sum = sums.get(key(i)) ?? [0, 0, 0];
    // Each direction counts once, in however many triangles the face is cut.
    const n = [normal.getX(i), normal.getY(i), normal.getZ(i)] as const;
    for (let axis = 0; axis < 3; axis++) (sum[axis] as number) += n[axis] as number;
    sums.set(key(i), sum);
  }
  const outward: number[] = [];
  for (let i = 0; i < position.count; i++) {
    const [x, y, z] = sums.get(key(i)) ?? [0, 0, 0];
    const size = Math.hypot(x, y, z) || 1;
    // A corner goes out along its diagonal: both sides by the width.
    const reach = corners ? Math.SQRT2 : 1;
    outward.push((x / size) * reach, (y / size) * reach, (z / size) * reach);
  }
  geometry.setAttribute("outward", new Float32BufferAttribute(outward, 3));
  return geometry;
}

/** Flat marks of one colour each, over everything else: arrows, pivots. */
export function flatMaterial(parts: Parts, opacity = 1, depthTest = false): ShaderMaterial {
  return new ShaderMaterial({
    side: DoubleSide,
    transparent: opacity < 1 || !depthTest,
    depthTest,
    depthWrite: false,
    uniforms: { uOpacity: { value: opacity }, uParts: parts.uniform },
    vertexShader: /* glsl */ `
      varying vec3 vColor;
      ${PARTS}
      void main() {
        mat4 place = modelMatrix * placeOf();
        vColor = partOf(3).rgb;
        gl_Position = projectionMatrix * viewMatrix * place * vec4(position, 1.0);
      }
    `,
    fragmentShader: /* glsl */ `
      uniform float uOpacity;
      varying vec3 vColor;
      void main() {
        gl_FragColor = vec4(vColor, uOpacity);
      }
    `,
  });
}

/** Blended, and yet drawn in turn before all solids, which then cover it. */
export const UNDERNEATH = {
  transparent: false,
  blending: CustomBlending,
  blendSrc: SrcAlphaFactor,
  blendDst: OneMinusSrcAlphaFactor,
  // The canvas stays opaque: what lies behind it on the page must not shine through.
  blendSrcAlpha: OneFactor,
  blendDstAlpha: OneMinusSrcAlphaFactor,
} as const;

/** Lines of a width in pixels; a part is both ends, and a colour with its opacity. */
export function lineMaterial(look: Look, parts: Parts, under: boolean): ShaderMaterial {
  return new ShaderMaterial({
    side: DoubleSide,
    ...(under ? UNDERNEATH : { transparent: true }),
    depthTest: false,
    depthWrite: false,
    uniforms: { uViewport: look.viewport, uWidth: { value: 1 }, uParts: parts.uniform },
    vertexShader: /* glsl */ `
      uniform vec2 uViewport;
      uniform float uWidth;
      varying vec4 vTint;
      ${PARTS}
      void main() {
        vec4 p = projectionMatrix * modelViewMatrix * vec4(partOf(0).xyz, 1.0);
        vec4 q = projectionMatrix * modelViewMatrix * vec4(partOf(1).xyz, 1.0);
        vec2 along = (q.xy / q.w - p.xy / p.w) * uViewport;
        float size = length(along);
        along = size > 1e-6 ? along / size : vec2(1.0, 0.0);
        vec4 at = position.x < 0.5 ? p : q;
        // Half a pixel over each end joins neighbours.
        vec2 off = vec2(-along.y, along.x) * position.y + along * (position.x - 0.5) * 0.7;
        at.xy += off * uWidth / uViewport * at.w;
        vTint = partOf(2);
        gl_Position = at;
      }
    `,
    fragmentShader: /* glsl */ `
      varying vec4 vTint;
      void main() {
        gl_FragColor = vTint;
      }
    `,
  });
}

/** Coil springs, stretched on the graphics processor: turns stay, the wire keeps its thickness. */
export function coilMaterial(look: Look): ShaderMaterial {
  return new ShaderMaterial({
    side: DoubleSide,
    uniforms: { uInk: look.ink, uLine: look.line, uViewport: look.viewport },
    vertexShader: /* glsl */ `
      attribute vec3 a;
      attribute vec3 b;
      attribute vec3 coil; // radius, turns, half the wire's thickness
      attribute vec3 tint;
      varying vec3 vNormal;
      varying vec3 vTint;
      varying float vDepth;
      const float LEAD = 0.1;
      void main() {
        vec3 along = b - a;
        float span = max(length(along), 1e-6);
        along /= span;
        vec3 across = cross(along, vec3(0.0, 1.0, 0.0));
        across = length(across) > 1e-3 ? normalize(across) : vec3(1.0, 0.0, 0.0);
        vec3 deep = cross(across, along);
        float s = clamp((position.x - LEAD) / (1.0 - 2.0 * LEAD), 0.0, 1.0);
        float phase = 6.2831853 * coil.y * s;
        float open = min(1.0, min(s, 1.0 - s) * coil.y * 4.0);
        float r = coil.x * open;
        vec3 radial = across * sin(phase) + deep * cos(phase);
        vec3 around = across * cos(phase) - deep * sin(phase);
        vec3 centre = a + along * (span * position.x) + radial * r;
        float inCoil = step(LEAD, position.x) * step(position.x, 1.0 - LEAD);
        vec3 tangent = normalize(along * span / (1.0 - 2.0 * LEAD) / (6.2831853 * coil.y)
          + around * r * inCoil + along * 1e-6);
        vec3 side = r > 1e-6 ? radial : across;
        side = normalize(side - tangent * dot(side, tangent));
        vec3 third = cross(tangent, side);
        vec3 outward = side * position.y + third * position.z;
        vNormal = outward;
        vTint = tint;
        vDepth = open * cos(phase);
        gl_Position = projectionMatrix * modelViewMatrix * vec4(centre + outward * coil.z, 1.0);
      }
    `,
    fragmentShader: /* glsl */ `
      uniform vec3 uInk;
      varying vec3 vNormal;
      varying vec3 vTint;
      varying float vDepth;
      ${LIGHT}
      void main() {
        // The far half is darker, so that the turns can be told apart.
        float near = 0.62 + 0.38 * smoothstep(-0.5, 0.5, -vDepth);
        gl_FragColor = vec4(mix(uInk * 0.5 + vTint * 0.5, vTint, near) * lit(vNormal), 1.0);
      }
    `,
  });
}
