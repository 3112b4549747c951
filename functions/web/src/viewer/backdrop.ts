/** The drawing itself, behind the motion or beside it, at the scale that was read. */

import {
  Float32BufferAttribute,
  LinearFilter,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  SRGBColorSpace,
  type Texture,
  TextureLoader,
} from "three";
import { UNDERNEATH } from "./shaders";
import { type Sheet, worldOfPixel } from "./sheet";

const CELLS = 24;

export class Backdrop {
  readonly mesh: Mesh<PlaneGeometry, ShaderMaterial>;

  constructor(
    readonly sheet: Sheet,
    /** Where the drawing's upper left corner lies, metres. */
    offset: readonly [number, number],
    depth: number,
    texture: Texture,
  ) {
    const geometry = new PlaneGeometry(1, 1, CELLS, CELLS);
    const corners: number[] = [];
    for (let row = 0; row <= CELLS; row++) {
      for (let column = 0; column <= CELLS; column++) {
        const [x, z] = worldOfPixel(
          sheet,
          (column / CELLS) * sheet.width,
          (row / CELLS) * sheet.height,
        );
        corners.push(x + offset[0], depth, z + offset[1]);
      }
    }
    geometry.setAttribute("position", new Float32BufferAttribute(corners, 3));
    texture.colorSpace = SRGBColorSpace;
    texture.minFilter = LinearFilter;
    texture.generateMipmaps = false;
    const material = new ShaderMaterial({
      ...UNDERNEATH,
      depthTest: false,
      depthWrite: false,
      uniforms: { uMap: { value: texture }, uOpacity: { value: 0.5 } },
      vertexShader: /* glsl */ `
        varying vec2 vUv;
        void main() {
          vUv = uv;
          gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
        }
      `,
      fragmentShader: /* glsl */ `
        uniform sampler2D uMap;
        uniform float uOpacity;
        varying vec2 vUv;
        // The texture is decoded to linear light when it is read; this writes it as it was.
        void main() {
          vec3 linear = texture2D(uMap, vUv).rgb;
          vec3 low = linear * 12.92;
          vec3 high = 1.055 * pow(linear, vec3(1.0 / 2.4)) - 0.055;
          gl_FragColor = vec4(mix(low, high, step(0.0031308, linear)), uOpacity);
        }
      `,
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = -10;
  }

  set opacity(value: number) {
    (this.mesh.material.uniforms.uOpacity as { value: number }).value = value;
  }

  dispose(): void {
    (this.mesh.material.uniforms.uMap as { value: Texture }).value.dispose();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

/** Load an image for a backdrop. */
export function loadSheet(address: string): Promise<Texture> {
  return new TextureLoader().loadAsync(address);
}
